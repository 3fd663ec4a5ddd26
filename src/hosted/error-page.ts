import type { TextKey, Translate } from './texts/texts.ts'
import { type MessageView, messageView } from './views/message-view.ts'

const known: Record<string, TextKey> = {
  redirect_mismatch: 'problem.redirect_mismatch',
  invalid_client: 'problem.invalid_client',
  unauthorized_client: 'problem.unauthorized_client',
}

/** /error?error=…: our own text for each known error code. Nothing from the address is ever shown. */
export const errorPage = (t: Translate, error: string): MessageView =>
  messageView({
    title: t('problem.title'),
    text: t(Object.hasOwn(known, error) ? known[error]! : 'problem.any'),
    failed: true,
  })
