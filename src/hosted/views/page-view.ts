import type { Client } from '../../pool/clients/client.ts'
import type { Pool } from '../../pool/pools/pool.ts'
import type { ScriptName } from '../assets.ts'
import type { Brand } from '../branding/brand.ts'
import type { PageName } from '../page-name.ts'
import type { Flash, PageState } from '../page-state.ts'
import type { Translate } from '../texts/texts.ts'

/** Members that every page has. */
export interface PageView {
  title: string
  description: string
  alert: AlertView | undefined
  /** Whether something was refused. */
  failed: boolean
  scripts: ScriptName[]
}

export interface AlertView {
  kind: 'error' | 'success' | 'warning'
  text: string
  /** Screen readers announce it immediately. */
  urgent: boolean
}

export interface FormView {
  action: string
  token: string
  uid: string
}

/** Everything a view model is built from. */
export interface Scene {
  t: Translate
  /** The page's language, as in its `lang` attribute. */
  lang: string
  pool: Pool
  client: Client
  /** The client's style; views that only describe the form don't need one. */
  brand?: Brand
  /** True for managed login. The classic pages only know passwords and identity providers. */
  managed: boolean
  /** The parameters of the app's request. */
  parameters: Record<string, string>
  state: PageState
  /** What the previous request left for this page. */
  flash: Flash
  /** The address of a page of this sign-in. */
  link(page: PageName): string
  /** The address that starts a sign-in with an identity provider. */
  signInWith(provider: string): string
  form(page: PageName): FormView
}

export function pageView(
  { flash }: Pick<Scene, 'flash'>,
  { title, description = '', scripts = [] }: { title: string; description?: string; scripts?: ScriptName[] },
): PageView {
  const { alert, errors = {} } = flash
  return {
    title,
    description,
    alert: alert && { ...alert, urgent: alert.kind === 'error' },
    scripts,
    failed: alert?.kind === 'error' || Object.keys(errors).length > 0,
  }
}
