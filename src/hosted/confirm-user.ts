import type { RequestContext } from '../context.ts'
import { requireClientOf } from '../pool/clients/client.ts'
import { callAsClient } from './call-as-client.ts'
import { refusalOf } from './refusal.ts'
import { refusalText } from './texts/refusal-text.ts'
import type { Translate } from './texts/texts.ts'
import { type MessageView, messageView } from './views/message-view.ts'

/**
 * The link in a confirmation mail. As on the service, opening it confirms the account. Mail scanners open links before
 * people do, so a second visit is not an error.
 */
export async function confirmByLink(
  ctx: RequestContext,
  t: Translate,
  poolId: string,
  query: (name: string) => string,
): Promise<MessageView> {
  try {
    const { client } = await requireClientOf(ctx, poolId, query('client_id'))
    await callAsClient(ctx, client, 'ConfirmSignUp', {
      Username: query('user_name'),
      ConfirmationCode: query('confirmation_code'),
    })
  } catch (thrown) {
    const error = refusalOf(thrown)
    if (error.reason !== 'user-confirmed') {
      // The user can do nothing with details about a truncated or forged link.
      const isIncomplete = error.type === 'InvalidParameterException' || error.type === 'ResourceNotFoundException'
      return messageView({
        title: t('confirmUser.failed'),
        text: isIncomplete ? t('confirmUser.badLink') : refusalText(t, error),
        failed: true,
      })
    }
  }
  return messageView({ title: t('confirmUser.title'), text: t('confirmUser.text'), failed: false })
}
