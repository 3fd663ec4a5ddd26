import type { TextKey, Translate } from './texts/texts.ts'
import { type MessageView, messageView } from './views/message-view.ts'

const known: Record<string, TextKey> = {
  redirect_mismatch: 'problem.redirect_mismatch',
  invalid_client: 'problem.invalid_client',
  unauthorized_client: 'problem.unauthorized_client',
}

/** /error?error=…: a sentence of ours for each error that we know. What stands in the address is never shown. */
export const errorPage = (t: Translate, error: string): MessageView =>
  messageView({
    title: t('problem.title'),
    text: t(Object.hasOwn(known, error) ? known[error]! : 'problem.any'),
    failed: true,
  })
