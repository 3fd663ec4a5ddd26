import { maySignUp, signsInHere, signUpAttributes } from '../offers.ts'
import { attributeField, fieldState } from './attribute-field.ts'
import { type FieldView, withFocus } from './field.ts'
import { type FormView, type PageView, pageView, type Scene } from './page-view.ts'
import { passwordFields } from './password-fields.ts'
import { type TermsView, termsView } from './terms-view.ts'
import { newUsernameField } from './username-field.ts'

export interface SignUpView extends PageView {
  form: FormView | undefined
  fields: FieldView[]
  login: string
  terms: TermsView
}

export function signUpView(scene: Scene): SignUpView {
  const { t, pool, client, flash } = scene
  const open = maySignUp(pool) && signsInHere(client)
  const attributes = signUpAttributes(pool, client)
  const description = open ? t('signUp.description') : t('signUp.closed')
  return {
    ...pageView(scene, { title: t('signUp.title'), description, scripts: ['password-rules'] }),
    form: open ? scene.form('signUp') : undefined,
    fields: withFocus([
      newUsernameField(scene, pool, fieldState(flash, 'username')),
      ...attributes.map((name) => attributeField(scene, name, fieldState(flash, name))),
      ...passwordFields(scene, ['field.password', 'field.repeatPassword']),
    ]),
    login: scene.link('login'),
    terms: open ? termsView(scene) : [],
  }
}
