import { startSignIn } from '../../pool/sign-in/machine.ts'
import { queuePassword } from '../../pool/sign-in/settle.ts'
import { choosesFactor, signsInHere } from '../offers.ts'
import type { Form } from '../read-form.ts'
import { explain, refusalOf } from '../refusal.ts'
import { accountsView } from '../views/accounts-view.ts'
import { loginView } from '../views/login-view.ts'
import { type Answer, again, emptyFields, type Page, type Visit } from '../visit.ts'
import { accountAnswer, accountToOffer } from './account-chooser.ts'
import { afterStep } from './after-step.ts'
import { directProvider, findDomain, searchedProviders } from './federation.ts'
import { autofillOptions, signInByPasskey } from './passkey-autofill.ts'

export const login: Page = {
  async get(visit) {
    const signedIn = await accountToOffer(visit)
    if (signedIn) return { show: 'pages/accounts', view: accountsView(visit, signedIn) }
    const provider = await directProvider(visit)
    if (provider) return { leave: visit.signInWith(provider) }
    const searched = await searchedProviders(visit)
    const offered = { domainSearch: searched.length > 0, searched, passkeys: autofillOptions(visit) }
    return { show: 'pages/login', view: loginView(visit, offered) }
  },

  post(visit, form) {
    if (form('account')) return accountAnswer(visit, form('account'))
    if (form('credential')) return signInByPasskey(visit, form('credential'))
    if (form('search')) return findDomain(visit, form('domain').trim())
    return signIn(visit, form)
  },
}

/** With the username only if the user chooses a factor next; otherwise with username and password. */
async function signIn(visit: Visit, form: Form): Promise<Answer> {
  const { ctx, t, pool, client, managed } = visit
  const username = form('username').trim()
  const password = form('password')
  const values = { username }
  const chooses = choosesFactor(client, managed) && !password
  const empty = emptyFields(visit, chooses ? { username } : { username, password })
  if (empty || !signsInHere(client)) return again(visit, 'login', { errors: empty, values })

  try {
    const start = beginning(visit, username, chooses ? undefined : password)
    const step = await queuePassword(ctx, pool, start.parameters, () =>
      startSignIn(ctx, { pool, client, ...start, driver: 'page' }),
    )
    return await afterStep(visit, step)
  } catch (thrown) {
    const error = refusalOf(thrown)
    if (error.type === 'UserNotConfirmedException') return { go: 'confirm', state: { username } }
    if (error.type === 'PasswordResetRequiredException') return { go: 'confirmForgotPassword', state: { username } }
    const byReason = { 'wrong-credentials': chooses ? 'username' : 'password' }
    return again(visit, 'login', { ...explain(t, error, { fields: ['username', 'password'], byReason }), values })
  }
}

/** A sign-in with a target level uses the choice-based flow, even if the form offers no choice. */
function beginning({ request }: Visit, USERNAME: string, PASSWORD: string | undefined) {
  const { targetAcr } = request
  const password: Record<string, string> = PASSWORD === undefined ? {} : { PASSWORD }
  if (!targetAcr)
    return { flow: PASSWORD === undefined ? 'USER_AUTH' : 'USER_PASSWORD_AUTH', parameters: { USERNAME, ...password } }
  const preferred: Record<string, string> = PASSWORD === undefined ? {} : { PREFERRED_CHALLENGE: 'PASSWORD' }
  return { flow: 'USER_AUTH', parameters: { USERNAME, ...password, ...preferred, TARGET_ACR_VALUES: targetAcr } }
}
