import { choosesFactor, mayRecover, maySignUp, providersOf, signsInHere } from '../offers.ts'
import { type FieldView, field, withFocus } from './field.ts'
import { type FormView, type PageView, pageView, type Scene } from './page-view.ts'
import { currentPassword } from './password-view.ts'
import { type ProviderButton, providerButtons } from './provider-buttons.ts'
import { usernameField } from './username-field.ts'

export interface LoginView extends PageView {
  /** None where users sign in with identity providers alone. */
  form: FormView | undefined
  username: FieldView
  /** None where the name comes first. */
  password: FieldView | undefined
  /** What the browser is asked for among the names that it fills in, as JSON. */
  passkeys: string | undefined
  /** Users of an organization name its domain. */
  search: { form: FormView; domain: FieldView } | undefined
  forgotPassword: string
  signUp: string
  /** In the order of the style. */
  providers: ProviderButton[]
}

/** `searched` are the providers that are found by their domain, and have no button. */
export function loginView(
  scene: Scene,
  { domainSearch, searched = [], passkeys }: { domainSearch: boolean; searched?: string[]; passkeys?: string },
): LoginView {
  const { t, pool, client, parameters, flash } = scene
  const { errors = {}, values = {} } = flash
  const providers = providerButtons(
    scene,
    providersOf(client).filter((name) => !searched.includes(name)),
  )
  // A style may leave the form out, but not where there would be nothing else.
  const local = signsInHere(client) && (scene.brand?.showsForm !== false || providers.length === 0)
  const hint = (parameters.login_hint ?? '').slice(0, 128)
  const chooses = choosesFactor(client, scene.managed)
  const [username, password] = withFocus([
    usernameField(t, pool, { value: values.username ?? hint, error: errors.username }),
    ...(chooses ? [] : [currentPassword(scene, errors.password)]),
  ])
  const domain = field({
    name: 'domain',
    label: t('domain.label'),
    type: 'email',
    autocomplete: 'email',
    maxlength: 256,
    value: values.domain,
    error: errors.domain,
  })
  const description = local || providers.length > 0 ? t('login.description') : t('login.noLocalAccounts')
  return {
    ...pageView(scene, { title: t('login.title'), description, scripts: passkeys ? ['passkey'] : [] }),
    passkeys,
    form: local ? scene.form('login') : undefined,
    username: passkeys ? { ...username!, autocomplete: 'username webauthn' } : username!,
    password,
    search: domainSearch ? { form: scene.form('login'), domain } : undefined,
    providers,
    forgotPassword: mayRecover(pool) && !chooses ? scene.link('forgotPassword') : '',
    signUp: maySignUp(pool) ? scene.link('signUp') : '',
  }
}
