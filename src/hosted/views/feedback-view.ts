import type { TextKey, Translate } from '../texts/texts.ts'
import type { PageView } from './page-view.ts'

export interface FeedbackView extends PageView {
  /** The form posts to the same address. */
  action: string
  submit: TextKey
}

export const feedbackView = (t: Translate, value: 'valid' | 'invalid', query: URLSearchParams): FeedbackView => ({
  title: t('feedback.title'),
  description: t(`feedback.${value}.text`),
  alert: undefined,
  failed: false,
  scripts: [],
  action: `?${query}`,
  submit: `feedback.${value}.submit`,
})
