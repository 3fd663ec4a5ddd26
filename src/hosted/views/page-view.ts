import type { Client } from '../../pool/clients/client.ts'
import type { Pool } from '../../pool/pools/pool.ts'
import type { ScriptName } from '../assets.ts'
import type { Brand } from '../branding/brand.ts'
import type { PageName } from '../page-name.ts'
import type { Flash, PageState } from '../page-state.ts'
import type { Translate } from '../texts/texts.ts'

/** What every page has. */
export interface PageView {
  title: string
  description: string
  alert: AlertView | undefined
  /** Something was refused. */
  failed: boolean
  scripts: ScriptName[]
}

export interface AlertView {
  kind: 'error' | 'success' | 'warning'
  text: string
  /** Read out at once by a screen reader. */
  urgent: boolean
}

export interface FormView {
  action: string
  token: string
  uid: string
}

/** All that a view model is made from. */
export interface Scene {
  t: Translate
  /** The language of the page, as in its `lang` attribute. */
  lang: string
  pool: Pool
  client: Client
  /** The style of the client; views that only speak of the form need none. */
  brand?: Brand
  /** Managed login; else the classic pages, which know passwords and providers alone. */
  managed: boolean
  /** What the app asked for. */
  parameters: Record<string, string>
  state: PageState
  /** What the request before left for this page. */
  flash: Flash
  /** Where a page of this sign-in is. */
  link(page: PageName): string
  /** Where the sign-in with an identity provider begins. */
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
