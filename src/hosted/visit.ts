import type { RequestContext } from '../context.ts'
import type { AuthorizationRequest, BrowserSession } from '../oauth/interaction.ts'
import type { Proven } from '../pool/tokens/proven.ts'
import type { User } from '../pool/users/user.ts'
import type { PageName } from './page-name.ts'
import type { Flash, PageState } from './page-state.ts'
import type { Form } from './read-form.ts'
import type { Scene } from './views/page-view.ts'

/** One request of a browser to a page of a sign-in. It hides koa and its cookies from the pages. */
export interface Visit extends Scene {
  ctx: RequestContext
  request: AuthorizationRequest
  /** The user signed in with this browser, if any. */
  session(): Promise<BrowserSession | undefined>
}

export interface Page {
  get(visit: Visit): Promise<Answer> | Answer
  post?(visit: Visit, form: Form): Promise<Answer> | Answer
}

interface Go {
  go: PageName
  state: PageState
}

export type Answer =
  | { show: string; view: object & { title: string; failed: boolean } }
  | Go
  | { finish: { user: User; proven: Proven } }
  /** Grants the app's request; or returns where to go if somebody else is signed in. */
  | { allow: Go }
  | { deny: true }
  /** Redirects to an identity provider. After a form post, an intermediate page names the provider. */
  | { leave: string; provider?: string }

/** Shows the same page again, with errors and the typed values. */
export function again(
  { state }: Pick<Visit, 'state'>,
  page: PageName,
  flash: Omit<Flash, 'page'>,
): Extract<Answer, { go: PageName }> {
  return { go: page, state: { ...state, flash: { page, ...flash } } }
}

/** Returns to the sign-in form with a message. State of other pages is dropped. */
export const backToLogin = (alert: Flash['alert'], username?: string, state: PageState = {}): Go => ({
  go: 'login',
  state: { ...state, flash: { page: 'login', alert, ...(username && { values: { username } }) } },
})

/** An error for each empty field; undefined if there is none. */
export function emptyFields(
  { t }: Pick<Visit, 't'>,
  values: Record<string, string>,
): Record<string, string> | undefined {
  const empty = Object.keys(values).filter((name) => !values[name])
  return empty.length > 0 ? Object.fromEntries(empty.map((name) => [name, t('error.empty')])) : undefined
}
