import type { Context } from '../../context.ts'
import { CodeDeliveryFailure, LimitExceeded } from '../../model/errors.ts'
import type { MessageKind } from '../messages/texts.ts'
import type { Pool } from '../pools/pool.ts'
import { countUse } from '../quotas/quota-store.ts'

const day = 24 * 3600_000

/** The count begins anew at 9:00 UTC. */
function nextReset(now: Date): Date {
  const today = new Date(now).setUTCHours(9, 0, 0, 0)
  return new Date(today > now.getTime() ? today : today + day)
}

const refusal =
  'Exceeded daily email limit for the operation or the account. If a higher limit is required, please configure your ' +
  'user pool to use your own Amazon SES configuration for sending email.'

/** The operations that send these messages declare LimitExceededException. */
const limited = new Set<MessageKind>(['SignUp', 'ResendCode', 'ForgotPassword', 'VerifyUserAttribute'])

/**
 * Where the installation is strict, the default sender has so many mails a day: of each pool, where the service counts
 * those of an account. Messages whose operations declare no error for it are counted and sent.
 * @throws LimitExceededException, CodeDeliveryFailureException
 */
export async function useDailyMail(ctx: Context, pool: Pool, kind: MessageKind): Promise<void> {
  if (!ctx.config.strict || pool.settings.EmailConfiguration?.EmailSendingAccount === 'DEVELOPER') return
  const now = ctx.clock.now()
  const key = { poolId: pool.id, action: 'DefaultMail', subject: '' }
  const used = await countUse(ctx.db, key, now, nextReset(now))
  if (used <= ctx.limits.mailsPerDay) return
  if (limited.has(kind)) throw new LimitExceeded(refusal)
  if (kind === 'AdminCreateUser') throw new CodeDeliveryFailure(refusal)
}
