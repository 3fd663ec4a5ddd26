import { type FormView, type PageView, pageView, type Scene } from './page-view.ts'

export interface AddPasskeyView extends PageView {
  form: FormView
  /** The creation options for the browser, as JSON. */
  options: string
  purpose: 'create'
  failedText: 'addPasskey.failed'
}

export function addPasskeyView(
  { t, flash }: Pick<Scene, 't' | 'flash'>,
  { form, options }: { form: FormView; options: object },
): AddPasskeyView {
  const [title, description] = [t('addPasskey.title'), t('addPasskey.description')]
  return {
    ...pageView({ flash }, { title, description, scripts: ['passkey'] }),
    form,
    options: JSON.stringify(options),
    purpose: 'create',
    failedText: 'addPasskey.failed',
  }
}
