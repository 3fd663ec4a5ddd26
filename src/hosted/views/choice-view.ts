import type { TextKey } from '../texts/texts.ts'
import { type FormView, type PageView, pageView, type Scene } from './page-view.ts'

/** A choice among several factors, each a button of the same form. */
export interface ChoiceView extends PageView {
  kind: 'choice'
  form: FormView
  /** During set-up, choosing a factor is an answer of its own. */
  several: false
  choices: { value: string; label: string; graphic: string }[]
  login: string
}

const graphics: Record<string, string> = {
  PASSWORD: 'lock',
  WEB_AUTHN: 'passkey',
  EMAIL_OTP: 'envelope',
  SMS_OTP: 'phone',
  SMS_MFA: 'phone',
  SOFTWARE_TOKEN_MFA: 'app',
}

const uses: Record<string, TextKey> = {
  PASSWORD: 'factor.PASSWORD',
  WEB_AUTHN: 'factor.WEB_AUTHN',
  EMAIL_OTP: 'factor.EMAIL_OTP',
  SMS_OTP: 'factor.SMS',
  SMS_MFA: 'factor.SMS',
  SOFTWARE_TOKEN_MFA: 'factor.SOFTWARE_TOKEN_MFA',
}

const setUps: Record<string, TextKey> = {
  EMAIL_OTP: 'setUp.EMAIL_OTP',
  SMS_MFA: 'setUp.SMS_MFA',
  SOFTWARE_TOKEN_MFA: 'setUp.SOFTWARE_TOKEN_MFA',
}

export function choiceView(
  scene: Scene,
  options: { title: string; description: string; factors: string[]; setUp?: boolean },
): ChoiceView {
  const labels = options.setUp ? setUps : uses
  return {
    ...pageView(scene, options),
    kind: 'choice',
    several: false,
    form: scene.form('challenge'),
    choices: options.factors
      .filter((value) => labels[value])
      .map((value) => ({ value, label: scene.t(labels[value]!), graphic: graphics[value]! })),
    login: scene.link('login'),
  }
}
