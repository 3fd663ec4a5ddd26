import { type FormView, type PageView, pageView, type Scene } from './page-view.ts'

export interface PasskeyView extends PageView {
  form: FormView
  /** The request options for the browser, as JSON. */
  options: string
  /** What the script should do. */
  purpose: 'get' | 'create'
  failedText: 'passkey.failed' | 'addPasskey.failed'
  anotherWay: boolean
  login: string
}

export function passkeyView(scene: Scene, { username, options }: { username: string; options: string }): PasskeyView {
  const { t, state, flash } = scene
  const failed = flash.errors?.credential
  const alert = flash.alert ?? (failed ? { kind: 'error' as const, text: failed } : undefined)
  const description = `${t('signingInAs', { username })} ${t('passkey.description')}`
  return {
    ...pageView({ flash: { ...flash, alert } }, { title: t('passkey.title'), description, scripts: ['passkey'] }),
    form: scene.form('challenge'),
    options,
    purpose: 'get',
    failedText: 'passkey.failed',
    anotherWay: state.anotherWay === true,
    login: scene.link('login'),
  }
}
