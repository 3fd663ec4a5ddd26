import { mayRecover, signsInHere } from '../offers.ts'
import { codeField, sentence } from './confirm-view.ts'
import { type FieldView, withFocus } from './field.ts'
import { type FormView, type PageView, pageView, type Scene } from './page-view.ts'
import { passwordFields } from './password-fields.ts'
import { usernameField } from './username-field.ts'

export interface ForgotPasswordView extends PageView {
  form: FormView | undefined
  username: FieldView
  login: string
}

export function forgotPasswordView(scene: Scene): ForgotPasswordView {
  const { t, pool, client, flash, parameters } = scene
  const open = mayRecover(pool) && signsInHere(client)
  const value = flash.values?.username ?? (parameters.login_hint ?? '').slice(0, 128)
  const [username] = withFocus([usernameField(t, pool, { value, error: flash.errors?.username })])
  const description = t(open ? 'forgotPassword.description' : 'forgotPassword.closed')
  return {
    ...pageView(scene, { title: t('forgotPassword.title'), description }),
    form: open ? scene.form('forgotPassword') : undefined,
    username: username!,
    login: scene.link('login'),
  }
}

export interface ConfirmForgotPasswordView extends PageView {
  form: FormView
  resend: FormView
  /** For password managers, which save the new password under this username. */
  username: string
  code: FieldView
  password: FieldView
  repeated: FieldView
  login: string
}

export function confirmForgotPasswordView(scene: Scene): ConfirmForgotPasswordView {
  const { t, state, flash } = scene
  const { errors = {}, values = {} } = flash
  const description = state.delivery ? sentence(t, state.delivery) : t('confirmForgotPassword.required')
  const code = codeField(t('confirmForgotPassword.code'), { value: values.code, error: errors.code })
  const fields = withFocus([code, ...passwordFields(scene)])
  return {
    ...pageView(scene, {
      title: t('confirmForgotPassword.title'),
      description,
      scripts: ['password-rules'],
    }),
    form: scene.form('confirmForgotPassword'),
    resend: scene.form('forgotPassword'),
    username: state.username ?? '',
    code: fields[0]!,
    password: fields[1]!,
    repeated: fields[2]!,
    login: scene.link('login'),
  }
}
