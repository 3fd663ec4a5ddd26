import type { Approval } from '../../oauth/interaction.ts'
import type { User } from '../../pool/users/user.ts'
import type { Translate } from '../texts/texts.ts'
import { type AppLink, appLinks } from './app-links.ts'
import { accountName, appName, permissionsOf } from './consent-view.ts'
import type { FormView, PageView } from './page-view.ts'

export interface ApproveView extends PageView {
  form: FormView
  account: string
  permissions: string[]
  links: AppLink[]
  /** What the app tells the user, for comparison. */
  message: { label: string; text: string } | undefined
}

export function approveView(
  t: Translate,
  form: FormView,
  { client, asked }: Approval,
  user: Pick<User, 'username' | 'attributes'>,
): ApproveView {
  const app = appName(client)
  const { bindingMessage, request } = asked
  return {
    title: t('approve.title', { app }),
    description: t('approve.text'),
    alert: undefined,
    failed: false,
    scripts: [],
    form,
    account: t('consent.signedIn', { account: accountName(user) }),
    permissions: permissionsOf(t, request.scope.split(' ')),
    links: appLinks(t, client),
    message: bindingMessage === undefined ? undefined : { label: t('approve.message', { app }), text: bindingMessage },
  }
}
