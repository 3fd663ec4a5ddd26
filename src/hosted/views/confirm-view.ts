import type { Translate } from '../texts/texts.ts'
import { type FieldView, field, withFocus } from './field.ts'
import { type FormView, type PageView, pageView, type Scene } from './page-view.ts'

export interface ConfirmView extends PageView {
  form: FormView
  resend: FormView
  code: FieldView
  login: string
}

export function confirmView(scene: Scene): ConfirmView {
  const { t, state, flash } = scene
  const description = state.delivery ? sentence(t, state.delivery) : t('confirm.notConfirmed')
  const [code] = withFocus([codeField(t('confirm.code'), { error: flash.errors?.code })])
  return {
    ...pageView(scene, { title: t('confirm.title'), description }),
    form: scene.form('confirm'),
    resend: scene.form('resendCode'),
    code: code!,
    login: scene.link('login'),
  }
}

export const codeField = (label: string, state: { value?: string; error?: string }): FieldView =>
  field({
    ...state,
    name: 'code',
    label,
    autocomplete: 'one-time-code',
    inputmode: 'numeric',
    maxlength: 64,
  })

/** Where the code was sent, masked. */
export function sentence(t: Translate, { medium, destination }: { medium: string; destination: string }): string {
  if (!destination) return t('confirm.sent')
  return t(medium === 'SMS' ? 'confirm.sentBySms' : 'confirm.sentByEmail', { destination })
}
