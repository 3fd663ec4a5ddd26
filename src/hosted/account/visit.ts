import type { RequestContext } from '../../context.ts'
import type { BrowserSession } from '../../oauth/interaction.ts'
import type { MfaOfUser } from '../../pool/users/mfa.ts'
import type { User } from '../../pool/users/user.ts'
import type { PageState } from '../page-state.ts'
import type { Form } from '../read-form.ts'
import type { FormView, Scene } from '../views/page-view.ts'

/** The pages of a user's own account, each at `/account/` and its name; the first one at `/account`. */
export const accountPageNames = [
  'overview',
  'profile',
  'email',
  'verify-email',
  'phone',
  'verify-phone',
  'password',
  'two-step',
  'authenticator',
  'passkeys',
  'devices',
  'sessions',
  'activity',
  'data',
  'delete',
  'signout',
] as const

export type AccountPageName = (typeof accountPageNames)[number]

export const accountPath = (name: AccountPageName): string => (name === 'overview' ? '/account' : `/account/${name}`)

/** A signed-in user's request to a page of their account. */
export interface AccountVisit extends Pick<Scene, 't' | 'lang' | 'pool' | 'client' | 'managed' | 'flash'> {
  ctx: RequestContext
  user: User
  mfa: MfaOfUser
  session: BrowserSession
  /** What the previous request left for this one. */
  state: PageState
  /** The prefix of all the pool's addresses; '' on a domain host. */
  base: string
  link(page: AccountPageName): string
  form(page: AccountPageName): FormView
}

export type AccountAnswer =
  | { show: string; view: object & { title: string; failed: boolean } }
  /** Redirects to another page, which shows the text once. */
  | { go: AccountPageName; done?: string; delivery?: PageState['delivery'] }
  | { file: string; name: string }
  | { ended: 'here' | 'everywhere' | 'deleted' }

export interface AccountPage {
  /** Whether it requires a fresh sign-in, because it changes how the user signs in, or shows all data. */
  fresh?: true
  /** Whether pool, app and user have the page. */
  isOffered(visit: AccountVisit): boolean
  get?(visit: AccountVisit): Promise<AccountAnswer> | AccountAnswer
  post?(visit: AccountVisit, form: Form): Promise<AccountAnswer> | AccountAnswer
}

/** Shows the page again, with the refusal. */
export const withFlash = (visit: AccountVisit, flash: Omit<AccountVisit['flash'], 'page'>): AccountVisit => ({
  ...visit,
  flash: { page: 'account', ...flash },
})
