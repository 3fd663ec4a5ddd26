import type { RequestContext } from '../context.ts'
import type { AuthorizationRequest, BrowserSession } from '../oauth/interaction.ts'
import type { Proven } from '../pool/tokens/proven.ts'
import type { User } from '../pool/users/user.ts'
import type { PageName } from './page-name.ts'
import type { Flash, PageState } from './page-state.ts'
import type { Form } from './read-form.ts'
import type { Scene } from './views/page-view.ts'

/** One request of a browser to a page of a sign-in. Pages know it as this; koa and its cookies stay outside. */
export interface Visit extends Scene {
  ctx: RequestContext
  request: AuthorizationRequest
  /** Who is signed in with this browser. */
  session(): Promise<BrowserSession | undefined>
}

export interface Page {
  get(visit: Visit): Promise<Answer> | Answer
  post?(visit: Visit, form: Form): Promise<Answer> | Answer
}

export type Answer =
  | { show: string; view: object & { title: string; failed: boolean } }
  | { go: PageName; state: PageState }
  | { finish: { user: User; proven: Proven } }
  /** To an identity provider; by a page that names it, where a form has led there. */
  | { leave: string; provider?: string }

/** The same page again, with what was wrong and what was typed. */
export function again(
  { state }: Pick<Visit, 'state'>,
  page: PageName,
  flash: Omit<Flash, 'page'>,
): Extract<Answer, { go: PageName }> {
  return { go: page, state: { ...state, flash: { page, ...flash } } }
}

/** Back to the sign-in form, with a word on why. What other pages remembered is forgotten. */
export const backToLogin = (alert: Flash['alert'], username?: string, kept: PageState = {}): Answer => ({
  go: 'login',
  state: { ...kept, flash: { page: 'login', alert, ...(username && { values: { username } }) } },
})

/** A text for each field that was left empty; undefined where none was. */
export function emptyFields(
  { t }: Pick<Visit, 't'>,
  values: Record<string, string>,
): Record<string, string> | undefined {
  const empty = Object.keys(values).filter((name) => !values[name])
  return empty.length > 0 ? Object.fromEntries(empty.map((name) => [name, t('error.empty')])) : undefined
}
