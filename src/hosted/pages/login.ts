import { NotAuthorized } from '../../model/errors.ts'
import { startSignIn } from '../../pool/sign-in/machine.ts'
import { signsInHere } from '../offers.ts'
import { explain, refusalOf } from '../refusal.ts'
import { loginView } from '../views/login-view.ts'
import { again, emptyFields, type Page } from '../visit.ts'
import { afterStep } from './after-step.ts'

export const login: Page = {
  get: (visit) => ({ show: 'pages/login', view: loginView(visit) }),

  async post(visit, form) {
    const { ctx, t, pool, client } = visit
    const username = form('username').trim()
    const password = form('password')
    const values = { username }
    const empty = emptyFields(visit, { username, password })
    if (empty || !signsInHere(client)) return again(visit, 'login', { errors: empty, values })

    try {
      const step = await startSignIn(ctx, {
        pool,
        client,
        flow: 'USER_PASSWORD_AUTH',
        parameters: { USERNAME: username, PASSWORD: password },
        driver: 'page',
      })
      return afterStep(step)
    } catch (thrown) {
      const error = refusalOf(thrown)
      if (error.type === 'UserNotConfirmedException') return { go: 'confirm', state: { username } }
      if (error.type === 'PasswordResetRequiredException') return { go: 'confirmForgotPassword', state: { username } }
      // Other refusals of this type are about the account, not about what was typed.
      const wrong = error.message === new NotAuthorized().message
      const byType = { ...(wrong && { NotAuthorizedException: 'password' }), UserNotFoundException: 'username' }
      return again(visit, 'login', { ...explain(t, error, { fields: ['username', 'password'], byType }), values })
    }
  },
}
