import type { TextKey, Translate } from '../texts/texts.ts'
import type { PageView } from './page-view.ts'

export interface SignOutView extends PageView {
  action: string
  /** What the app has asked for. */
  fields: { name: string; value: string }[]
  submit: TextKey
}

export const signOutView = (t: Translate, action: string, query: URLSearchParams): SignOutView => ({
  title: t('signOut.title'),
  description: t('signOut.text'),
  alert: undefined,
  failed: false,
  scripts: [],
  action,
  fields: [...query, ['confirmed', 'yes']].map(([name, value]) => ({ name: name!, value: value! })),
  submit: 'signOut.submit',
})
