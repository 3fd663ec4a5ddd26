import { mayRecover, maySignUp, providersOf, signsInHere } from '../offers.ts'
import { type FieldView, field, withFocus } from './field.ts'
import { type FormView, type PageView, pageView, type Scene } from './page-view.ts'
import { type ProviderButton, providerButtons } from './provider-buttons.ts'
import { usernameField } from './username-field.ts'

export interface LoginView extends PageView {
  /** None where users sign in with identity providers alone. */
  form: FormView | undefined
  username: FieldView
  password: FieldView
  forgotPassword: string
  signUp: string
  /** In the order of the style. */
  providers: ProviderButton[]
}

export function loginView(scene: Scene): LoginView {
  const { t, pool, client, parameters, flash } = scene
  const { errors = {}, values = {} } = flash
  const providers = providerButtons(scene, providersOf(client))
  // A style may leave the form out, but not where there would be nothing else.
  const local = signsInHere(client) && (scene.brand?.showsForm !== false || providers.length === 0)
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
  const description = local || providers.length > 0 ? t('login.description') : t('login.noLocalAccounts')
  return {
    ...pageView(scene, { title: t('login.title'), description }),
    form: local ? scene.form('login') : undefined,
    username: username!,
    password: password!,
    providers,
    forgotPassword: mayRecover(pool) ? scene.link('forgotPassword') : '',
    signUp: maySignUp(pool) ? scene.link('signUp') : '',
  }
}
