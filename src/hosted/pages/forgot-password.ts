import { callAsClient } from '../call-as-client.ts'
import { mayRecover, signsInHere } from '../offers.ts'
import { explain, refusalOf } from '../refusal.ts'
import { repeatedPassword } from '../repeated-password.ts'
import { confirmForgotPasswordView, forgotPasswordView } from '../views/forgot-password-view.ts'
import { again, backToLogin, emptyFields, type Page } from '../visit.ts'

export const forgotPassword: Page = {
  get: (visit) => ({ show: 'pages/forgot-password', view: forgotPasswordView(visit) }),

  async post(visit, form) {
    const { ctx, t, pool, client, state } = visit
    // The next page requests another code for the username entered here.
    const repeated = form('again') !== ''
    const username = repeated ? (state.username ?? '') : form('username').trim()
    const values = { username }
    const errors = emptyFields(visit, values)
    if (errors || !mayRecover(pool) || !signsInHere(client)) return again(visit, 'forgotPassword', { errors, values })

    try {
      const { CodeDeliveryDetails } = await callAsClient(ctx, client, 'ForgotPassword', { Username: username })
      const { DeliveryMedium = 'EMAIL', Destination = '' } = CodeDeliveryDetails ?? {}
      const next = { username, delivery: { medium: DeliveryMedium, destination: Destination } }
      if (!repeated) return { go: 'confirmForgotPassword', state: next }
      return again({ state: next }, 'confirmForgotPassword', {
        alert: { kind: 'success', text: t('confirm.resent') },
      })
    } catch (thrown) {
      const error = refusalOf(thrown)
      if (repeated) return again(visit, 'confirmForgotPassword', explain(t, error, { fields: [] }))
      return again(visit, 'forgotPassword', { ...explain(t, error, { fields: ['username'] }), values })
    }
  },
}

export const confirmForgotPassword: Page = {
  get: (visit) =>
    visit.state.username
      ? { show: 'pages/confirm-forgot-password', view: confirmForgotPasswordView(visit) }
      : { go: 'forgotPassword', state: {} },

  async post(visit, form) {
    const { ctx, t, client, state } = visit
    const { username } = state
    if (!username) return { go: 'forgotPassword', state: {} }
    const code = form('code').replace(/\s/g, '')
    const password = form('password')
    const repeated = repeatedPassword(visit, form)
    const differ = password !== repeated ? { repeated: t('error.repeated') } : undefined
    const errors = emptyFields(visit, { code, password, repeated }) ?? differ
    if (errors) return again(visit, 'confirmForgotPassword', { errors, values: { code } })

    try {
      await callAsClient(ctx, client, 'ConfirmForgotPassword', {
        Username: username,
        ConfirmationCode: code,
        Password: password,
      })
      return backToLogin({ kind: 'success', text: t('login.passwordChanged') }, username)
    } catch (thrown) {
      const refused = explain(t, refusalOf(thrown), { fields: ['code', 'password', 'repeated'] })
      return again(visit, 'confirmForgotPassword', { ...refused, values: refused.errors?.code ? {} : { code } })
    }
  },
}
