import { startConfirmed } from '../../pool/sign-in/machine.ts'
import { callAsClient } from '../call-as-client.ts'
import { choosesFactor } from '../offers.ts'
import { explain, refusalOf } from '../refusal.ts'
import { confirmView } from '../views/confirm-view.ts'
import { type Answer, again, backToLogin, emptyFields, type Page, type Visit } from '../visit.ts'
import { afterStep } from './after-step.ts'

/** Takes the code of a sign-up. Users come here from sign-up, or from a sign-in with an unconfirmed account. */
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
      const { Session } = await callAsClient(ctx, client, 'ConfirmSignUp', {
        Username: username,
        ConfirmationCode: code,
        ...(state.signUpSession && { Session: state.signUpSession }),
      })
      const next = Session && (await signInConfirmed(visit, Session))
      return next || backToLogin({ kind: 'success', text: t('login.confirmed') }, username, { isNew: true })
    } catch (thrown) {
      return again(visit, 'confirm', explain(t, refusalOf(thrown), { fields: ['code'] }))
    }
  },
}

/** The code that confirmed the account also signs the user in, if such a code would be accepted as a first factor. */
async function signInConfirmed(visit: Visit, session: string): Promise<Answer | undefined> {
  const { ctx, pool, client, managed } = visit
  if (!choosesFactor(client, managed)) return undefined
  try {
    const step = await startConfirmed(ctx, { pool, client, driver: 'page', session })
    if (step.kind === 'challenge' && step.name === 'SELECT_CHALLENGE') return undefined
    return await afterStep({ ...visit, state: { isNew: true } }, step)
  } catch (thrown) {
    refusalOf(thrown)
    return undefined
  }
}

export const resendCode: Page = {
  get: ({ state }) => ({ go: 'confirm', state }),

  async post(visit) {
    const { ctx, t, client, state } = visit
    const { username } = state
    if (!username) return { go: 'login', state: {} }
    try {
      const { CodeDeliveryDetails } = await callAsClient(ctx, client, 'ResendConfirmationCode', { Username: username })
      const { DeliveryMedium = 'EMAIL', Destination = '' } = CodeDeliveryDetails ?? {}
      const delivery = { medium: DeliveryMedium, destination: Destination }
      const alert = { kind: 'success', text: t('confirm.resent') } as const
      return again({ state: { ...state, delivery } }, 'confirm', { alert })
    } catch (thrown) {
      return again(visit, 'confirm', explain(t, refusalOf(thrown), { fields: [] }))
    }
  },
}
