import { codeField, sentence } from './confirm-view.ts'
import { type FieldView, withFocus } from './field.ts'
import { type FormView, type PageView, pageView, type Scene } from './page-view.ts'

/** Asks for the code of a second factor, or of a passwordless first factor. */
export interface CodeView extends PageView {
  graphic: 'envelope' | 'phone' | 'app'
  form: FormView
  code: FieldView
  /** Whether a new code can be sent. */
  resend: boolean
  anotherWay: boolean
  login: string
}

export function codeView(
  scene: Scene,
  content: {
    title: string
    description?: string
    delivery?: { medium: string; destination: string }
    graphic: CodeView['graphic']
  },
): CodeView {
  const { t, state, flash } = scene
  const { title, delivery, graphic } = content
  const description = delivery ? sentence(t, delivery) : content.description
  const [code] = withFocus([codeField(t('code.field'), { error: flash.errors?.code })])
  return {
    ...pageView(scene, { title, description }),
    graphic,
    form: scene.form('challenge'),
    code: code!,
    resend: delivery !== undefined,
    anotherWay: state.anotherWay === true,
    login: scene.link('login'),
  }
}
