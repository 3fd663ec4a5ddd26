import type { ScriptName } from '../assets.ts'
import { choosesFactor, mayRecover, maySignUp, providersOf, signsInHere } from '../offers.ts'
import { type FieldView, field, withFocus } from './field.ts'
import { type FormView, type PageView, pageView, type Scene } from './page-view.ts'
import { currentPassword } from './password-view.ts'
import { type ProviderButton, providerButtons } from './provider-buttons.ts'
import { usernameField } from './username-field.ts'

export interface LoginView extends PageView {
  /** Absent if users sign in with identity providers only. */
  form: FormView | undefined
  username: FieldView
  /** Absent if the username is asked for first. */
  password: FieldView | undefined
  /** The passkey request options for the username autofill, as JSON. */
  passkeys: string | undefined
  /** Whether users can enter their organization's email domain. */
  search: { form: FormView; domain: FieldView } | undefined
  forgotPassword: string
  signUp: string
  /** In the order set by the style. */
  providers: ProviderButton[]
}

/** `searched` are the providers found by email domain, which get no button. */
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
  // A style may hide the form, but not if nothing else would be left.
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
    ...pageView(scene, {
      title: t('login.title'),
      description,
      scripts: scriptsFor({ passkeys, password: local && password }),
    }),
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

function scriptsFor({
  passkeys,
  password,
}: {
  passkeys?: string
  password: FieldView | false | undefined
}): ScriptName[] {
  return [...(passkeys ? ['passkey' as const] : []), ...(password ? ['show-password' as const] : [])]
}
