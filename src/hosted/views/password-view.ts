import { mayRecover } from '../offers.ts'
import { type FieldView, field, withFocus } from './field.ts'
import { type FormView, type PageView, pageView, type Scene } from './page-view.ts'

export interface PasswordView extends PageView {
  form: FormView
  username: string
  password: FieldView
  forgotPassword: string
  anotherWay: boolean
  login: string
}

export function passwordView(scene: Scene, username: string): PasswordView {
  const { t, pool, state, flash } = scene
  const [password] = withFocus([currentPassword(scene, flash.errors?.password)])
  return {
    ...pageView(scene, {
      title: t('password.title'),
      description: t('signingInAs', { username }),
      scripts: ['show-password'],
    }),
    form: scene.form('challenge'),
    username,
    password: password!,
    forgotPassword: mayRecover(pool) ? scene.link('forgotPassword') : '',
    anotherWay: state.anotherWay === true,
    login: scene.link('login'),
  }
}

export const currentPassword = ({ t }: Pick<Scene, 't'>, error: string | undefined): FieldView =>
  field({
    name: 'password',
    label: t('field.password'),
    type: 'password',
    autocomplete: 'current-password',
    maxlength: 256,
    error,
  })
