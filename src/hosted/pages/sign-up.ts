import { callAsClient } from '../call-as-client.ts'
import { maySignUp, signsInHere, signUpAttributes } from '../offers.ts'
import { explain, refusalOf } from '../refusal.ts'
import { repeatedPassword } from '../repeated-password.ts'
import { refusalText } from '../texts/refusal-text.ts'
import { attributeOf, typedIn } from '../views/attribute-field.ts'
import { signUpView } from '../views/sign-up-view.ts'
import { type Answer, again, backToLogin, emptyFields, type Page, type Visit } from '../visit.ts'

export const signUp: Page = {
  get: (visit) => ({ show: 'pages/signup', view: signUpView(visit) }),

  async post(visit, form) {
    const { ctx, t, pool, client } = visit
    const names = signUpAttributes(pool, client)
    const username = attributeOf(form, 'username')
    const attributes = Object.fromEntries(names.map((name) => [name, attributeOf(form, name)]))
    const password = form('password')
    const repeated = repeatedPassword(visit, form)
    const values = typedIn(form, ['username', ...names])
    const empty = emptyFields(visit, { username, ...attributes, password, repeated })
    if (empty || !maySignUp(pool) || !signsInHere(client)) return again(visit, 'signUp', { errors: empty, values })
    if (password !== repeated) return again(visit, 'signUp', { errors: { repeated: t('error.repeated') }, values })

    try {
      const UserAttributes = names.map((Name) => ({ Name, Value: attributes[Name]! }))
      const { UserConfirmed, CodeDeliveryDetails, Session } = await callAsClient(ctx, client, 'SignUp', {
        Username: username,
        Password: password,
        UserAttributes,
      })
      return afterSignUp(visit, { username, signUpSession: Session }, UserConfirmed ?? false, CodeDeliveryDetails)
    } catch (thrown) {
      const error = refusalOf(thrown)
      // The account was created; only its message could not be sent.
      if (error.type === 'CodeDeliveryFailureException') return codeNotDelivered(username, refusalText(t, error))
      const fields = ['username', ...names, 'password', 'repeated']
      return again(visit, 'signUp', { ...explain(t, error, { fields, attributes: names }), values })
    }
  },
}

function afterSignUp(
  { t }: Visit,
  { username, signUpSession }: { username: string; signUpSession: string | undefined },
  confirmed: boolean,
  delivery: { DeliveryMedium?: string; Destination?: string } | undefined,
): Answer {
  if (confirmed) return backToLogin({ kind: 'success', text: t('login.ready') }, username, { isNew: true })
  if (!delivery) return backToLogin({ kind: 'warning', text: t('login.awaitsConfirmation') }, username)
  const { DeliveryMedium = 'EMAIL', Destination = '' } = delivery
  return {
    go: 'confirm',
    state: { username, signUpSession, delivery: { medium: DeliveryMedium, destination: Destination } },
  }
}

const codeNotDelivered = (username: string, text: string): Answer => ({
  go: 'confirm',
  state: { username, flash: { page: 'confirm', alert: { kind: 'error', text } } },
})
