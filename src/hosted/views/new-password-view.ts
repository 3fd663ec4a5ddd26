import { attributeField, fieldState } from './attribute-field.ts'
import { type FieldView, withFocus } from './field.ts'
import { type FormView, type PageView, pageView, type Scene } from './page-view.ts'
import { passwordFields } from './password-fields.ts'

export interface NewPasswordView extends PageView {
  form: FormView
  /** For password managers, which save the new password under this username. */
  username: string
  fields: FieldView[]
  login: string
}

/** `missing` are the required attributes that the user doesn't have yet. */
export function newPasswordView(scene: Scene, username: string, missing: string[]): NewPasswordView {
  const { t, flash } = scene
  return {
    ...pageView(scene, {
      title: t('newPassword.title'),
      description: t('newPassword.description'),
      scripts: ['password-rules'],
    }),
    form: scene.form('challenge'),
    username,
    fields: withFocus([
      ...missing.map((name) => attributeField(scene, name, fieldState(flash, name))),
      ...passwordFields(scene),
    ]),
    login: scene.link('login'),
  }
}
