import type { TextKey, Translate } from '../texts/texts.ts'
import { type PageView, pageView } from './page-view.ts'

export interface FeedbackView extends PageView {
  /** The same address again. */
  action: string
  submit: TextKey
}

export function feedbackView(t: Translate, value: 'valid' | 'invalid', query: URLSearchParams): FeedbackView {
  const words = { title: t('feedback.title'), description: t(`feedback.${value}.text`) }
  const page = pageView({ flash: { page: 'login' } }, words)
  return { ...page, action: `?${query}`, submit: `feedback.${value}.submit` }
}
