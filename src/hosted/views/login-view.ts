import { mayRecover, maySignUp, signsInHere } from '../offers.ts'
import { type FieldView, field, withFocus } from './field.ts'
import { type FormView, type PageView, pageView, type Scene } from './page-view.ts'
import { usernameField } from './username-field.ts'

export interface LoginView extends PageView {
  /** None where users sign in with identity providers alone. */
  form: FormView | undefined
  username: FieldView
  password: FieldView
  forgotPassword: string
  signUp: string
}

export function loginView(scene: Scene): LoginView {
  const { t, pool, client, parameters, flash } = scene
  const { errors = {}, values = {} } = flash
  const local = signsInHere(client)
  const hint = (parameters.login_hint ?? '').slice(0, 128)
  const [username, password] = withFocus([
    usernameField(t, pool, { value: values.username ?? hint, error: errors.username }),
    field({
      name: 'password',
      label: t('field.password'),
      type: 'password',
      autocomplete: 'current-password',
      maxlength: 256,
      error: errors.password,
    }),
  ])
  const description = local ? t('login.description') : t('login.noLocalAccounts')
  return {
    ...pageView(scene, { title: t('login.title'), description }),
    form: local ? scene.form('login') : undefined,
    username: username!,
    password: password!,
    forgotPassword: mayRecover(pool) ? scene.link('forgotPassword') : '',
    signUp: maySignUp(pool) ? scene.link('signUp') : '',
  }
}
