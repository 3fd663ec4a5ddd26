import type { Context } from '../../context.ts'
import { UserNotFound } from '../../model/errors.ts'
import {
  attributesToVerify,
  isVerifiable,
  prepareVerification,
  queueVerification,
  type Verifiable,
  withoutHeld,
} from '../codes/verification.ts'
import type { Pool } from '../pools/pool.ts'
import { changeAttributes } from '../users/change-attributes.ts'
import { lockUser } from '../users/lock-user-store.ts'
import type { User } from '../users/user.ts'
import { dropOtherPendingValue } from './pending-value-store.ts'

/** A new address, and the message with its code. */
export interface SentCode {
  attribute: Verifiable
  value: string
  messageId: string
}

/**
 * Writes checked changes, based on the user's state at the time of the write: whether an address is new, and so
 * unverified, must not depend on an earlier read. @throws AliasExistsException, InvalidParameterException,
 * UserNotFoundException
 */
export async function updateProfile(
  ctx: Context,
  pool: Pool,
  known: User,
  changes: Record<string, string>,
  from: { clientId?: string; clientMetadata?: Record<string, string> } = {},
): Promise<SentCode[]> {
  const { id } = known
  const kind = 'UpdateUserAttribute'
  const expected = attributesToVerify(pool, known, changes).map((attribute) => [attribute, changes[attribute]!])
  const plan = await prepareVerification(ctx, pool, known, Object.fromEntries(expected), { kind, ...from })
  const now = ctx.clock.now()
  return ctx.db.transaction().execute(async (trx) => {
    const user = await lockUser(trx, pool.id, id)
    if (!user) throw new UserNotFound()
    await changeAttributes(trx, pool, user, withoutHeld(pool, user, changes), { now })
    for (const name of Object.keys(changes).filter(isVerifiable))
      await dropOtherPendingValue(trx, pool.id, id, name, changes[name]!)

    const sent: SentCode[] = []
    for (const attribute of attributesToVerify(pool, user, changes)) {
      const value = changes[attribute]!
      const message = await queueVerification(trx, ctx, pool, user, attribute, value, { kind, plan })
      sent.push({ attribute, value, messageId: message.id })
    }
    return sent
  })
}
