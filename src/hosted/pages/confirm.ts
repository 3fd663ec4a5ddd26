import { callOperation } from '../call-operation.ts'
import { explain, refusalOf } from '../refusal.ts'
import { confirmView } from '../views/confirm-view.ts'
import { again, backToLogin, emptyFields, type Page } from '../visit.ts'

/** The code of a sign-up. Reached from sign-up, or from the sign-in of somebody who has not confirmed yet. */
export const confirm: Page = {
  get: (visit) =>
    visit.state.username ? { show: 'pages/confirm', view: confirmView(visit) } : { go: 'login', state: {} },

  async post(visit, form) {
    const { ctx, t, client, state } = visit
    const { username } = state
    if (!username) return { go: 'login', state: {} }
    const code = form('code').replace(/\s/g, '')
    const errors = emptyFields(visit, { code })
    if (errors) return again(visit, 'confirm', { errors })

    try {
      await callOperation(ctx, client, 'ConfirmSignUp', { Username: username, ConfirmationCode: code })
      return backToLogin({ kind: 'success', text: t('login.confirmed') }, username, { isNew: true })
    } catch (thrown) {
      const byType = { CodeMismatchException: 'code', ExpiredCodeException: 'code' }
      return again(visit, 'confirm', explain(t, refusalOf(thrown), { fields: ['code'], byType }))
    }
  },
}

export const resendCode: Page = {
  get: ({ state }) => ({ go: 'confirm', state }),

  async post(visit) {
    const { ctx, t, client, state } = visit
    const { username } = state
    if (!username) return { go: 'login', state: {} }
    try {
      const { CodeDeliveryDetails } = await callOperation(ctx, client, 'ResendConfirmationCode', { Username: username })
      const { DeliveryMedium = 'EMAIL', Destination = '' } = CodeDeliveryDetails ?? {}
      const delivery = { medium: DeliveryMedium, destination: Destination }
      const alert = { kind: 'success', text: t('confirm.resent') } as const
      return again({ state: { ...state, delivery } }, 'confirm', { alert })
    } catch (thrown) {
      return again(visit, 'confirm', explain(t, refusalOf(thrown), { fields: [] }))
    }
  },
}
