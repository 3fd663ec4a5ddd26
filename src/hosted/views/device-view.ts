import { shownCode, type WaitingDevice } from '../../oauth/interaction.ts'
import type { User } from '../../pool/users/user.ts'
import type { Translate } from '../texts/texts.ts'
import { type AppLink, appLinks } from './app-links.ts'
import { accountName, appName, permissionsOf } from './consent-view.ts'
import { type FieldView, field, withFocus } from './field.ts'
import type { FormView, PageView } from './page-view.ts'

export interface DeviceView extends PageView {
  form: FormView
  field: FieldView
}

/** Where the user of a device types its code. */
export function deviceView(t: Translate, form: FormView, { value = '', error = '' } = {}): DeviceView {
  const code = field({ name: 'user_code', label: t('device.code'), value, error, maxlength: 32 })
  return {
    ...plain({ title: t('device.title'), description: t('device.text'), failed: error !== '' }),
    form,
    field: withFocus([code])[0]!,
  }
}

export interface DeviceConfirmView extends PageView {
  form: FormView
  code: string
  account: string
  permissions: string[]
  links: AppLink[]
}

/** Warns users who were sent a link to somebody else's device. */
export function deviceConfirmView(
  t: Translate,
  form: FormView,
  { device, user }: { device: WaitingDevice; user: Pick<User, 'username' | 'attributes'> },
): DeviceConfirmView {
  const code = shownCode(device.userCode)
  return {
    ...plain({
      title: t('device.confirm.title', { app: appName(device.client) }),
      description: t('device.confirm.text', { code }),
      failed: false,
    }),
    form,
    code,
    account: t('consent.signedIn', { account: accountName(user) }),
    permissions: permissionsOf(t, device.request.scope.split(' ')),
    links: appLinks(t, device.client),
  }
}

const plain = ({ title, description, failed }: { title: string; description: string; failed: boolean }): PageView => ({
  title,
  description,
  alert: undefined,
  failed,
  scripts: [],
})
