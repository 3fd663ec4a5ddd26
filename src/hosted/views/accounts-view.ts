import type { BrowserSession } from '../../oauth/interaction.ts'
import { type FormView, type PageView, pageView, type Scene } from './page-view.ts'

export interface AccountsView extends PageView {
  form: FormView
  initial: string
  name: string
  detail: string
}

export function accountsView(scene: Scene, { user }: BrowserSession): AccountsView {
  const { t } = scene
  const { email, phone_number, name } = user.attributes
  const address = email ?? phone_number ?? user.username
  const shown = name || address
  return {
    ...pageView(scene, { title: t('accounts.title'), description: t('accounts.description') }),
    form: scene.form('login'),
    initial: [...shown][0]?.toUpperCase() ?? '',
    name: shown,
    detail: shown === address ? '' : address,
  }
}
