import { findPassword } from '../../pool/passwords/password-store.ts'
import { signsInHere } from '../offers.ts'
import { explain, refusalOf } from '../refusal.ts'
import { repeatedPassword } from '../repeated-password.ts'
import { formView } from '../views/account-view.ts'
import { field, withFocus } from '../views/field.ts'
import { passwordFields } from '../views/password-fields.ts'
import { emptyFields } from '../visit.ts'
import { callAsUser } from './call-as-user.ts'
import { hasOwnSignIn } from './own-sign-in.ts'
import { type AccountAnswer, type AccountPage, type AccountVisit, withFlash } from './visit.ts'

/** A user who only signs in by codes and passkeys has no password yet, and is not asked for it. */
export const password: AccountPage = {
  fresh: true,
  isOffered: (visit) => hasOwnSignIn(visit) && signsInHere(visit.client),
  get: show,
  async post(visit, form) {
    const { t } = visit
    const [current, proposed, repeated] = [form('current'), form('password'), repeatedPassword(visit, form)]
    const isSet = await hasPassword(visit)
    const differ = proposed !== repeated ? { repeated: t('error.repeated') } : undefined
    const errors = emptyFields(visit, { ...(isSet && { current }), password: proposed, repeated }) ?? differ
    if (errors) return show(withFlash(visit, { errors }))
    try {
      await callAsUser(visit, 'ChangePassword', {
        ProposedPassword: proposed,
        ...(isSet && { PreviousPassword: current }),
      })
      return { go: 'overview', done: t('account.password.done') }
    } catch (thrown) {
      const error = refusalOf(thrown)
      // Errors about the user name can't happen here.
      if (error.reason === 'wrong-credentials')
        return show(withFlash(visit, { errors: { current: t('account.password.wrong') } }))
      return show(withFlash(visit, explain(t, error, { fields: ['current', 'password', 'repeated'] })))
    }
  },
}

const hasPassword = async ({ ctx, pool, user }: AccountVisit): Promise<boolean> =>
  (await findPassword(ctx.db, pool.id, user.id)) !== undefined

async function show(visit: AccountVisit): Promise<AccountAnswer> {
  const { t, flash, user } = visit
  const current = field({
    name: 'current',
    label: t('account.password.current'),
    type: 'password',
    autocomplete: 'current-password',
    maxlength: 256,
    error: flash.errors?.current,
  })
  const view = formView(visit, {
    title: t('account.password.title'),
    form: visit.form('password'),
    fields: withFocus([...((await hasPassword(visit)) ? [current] : []), ...passwordFields(visit)]),
    submit: t('confirmForgotPassword.submit'),
    username: user.attributes.email ?? user.username,
    scripts: ['password-rules'],
  })
  return { show: 'pages/account-form', view }
}
