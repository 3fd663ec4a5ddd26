import { attributeField, fieldState } from './attribute-field.ts'
import { codeField } from './confirm-view.ts'
import { type FieldView, withFocus } from './field.ts'
import { type FormView, type PageView, pageView, type Scene } from './page-view.ts'
import { type QrCode, qrCode } from './qr-code.ts'

/** Sets up a second factor during a sign-in. */
export interface SetUpView extends PageView {
  /** Which form the template shows. */
  kind: 'choice' | 'app' | 'address'
  form: FormView
  several: boolean
  login: string
}

export interface SetUpAppView extends SetUpView {
  picture: QrCode
  /** In groups of four characters, for reading. */
  secret: string
  /** How the app lists the account. */
  listed: string
  code: FieldView
}

export interface SetUpAddressView extends SetUpView {
  graphic: 'envelope' | 'phone'
  field: FieldView
}

export async function setUpAppView(
  scene: Scene,
  setUp: { username: string; parameters: Record<string, string>; several: boolean },
): Promise<SetUpAppView> {
  const { t, pool, flash } = scene
  const secret = setUp.parameters.SECRET_CODE ?? ''
  const [code] = withFocus([codeField(t('setUpApp.code'), { error: flash.errors?.code })])
  return {
    ...pageView(scene, {
      title: t('setUpApp.title'),
      description: t('setUpApp.description'),
      scripts: ['copy-secret'],
    }),
    kind: 'app',
    form: scene.form('challenge'),
    picture: await qrCode(keyUri(pool.name, setUp.username, secret)),
    secret: inGroups(secret),
    listed: t('setUpApp.listed', { name: `${pool.name} (${setUp.username})` }),
    code: code!,
    several: setUp.several,
    login: scene.link('login'),
  }
}

export function setUpAddressView(
  scene: Scene,
  { attribute, several }: { attribute: 'email' | 'phone_number'; several: boolean },
): SetUpAddressView {
  const { t, flash } = scene
  const [field] = withFocus([attributeField(scene, attribute, fieldState(flash, attribute))])
  const email = attribute === 'email'
  const title = t(email ? 'setUpEmail.title' : 'setUpSms.title')
  const description = t(email ? 'setUpEmail.description' : 'setUpSms.description')
  return {
    ...pageView(scene, { title, description }),
    kind: 'address',
    graphic: email ? 'envelope' : 'phone',
    form: scene.form('challenge'),
    field: field!,
    several,
    login: scene.link('login'),
  }
}

/** In groups of four characters, for reading. */
export const inGroups = (secret: string): string => secret.replace(/(.{4})(?=.)/g, '$1 ')

export function keyUri(issuer: string, account: string, secret: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`
  return `otpauth://totp/${label}?${new URLSearchParams({ secret, issuer }).toString().replaceAll('+', '%20')}`
}
