import { migrateUser } from '../../accounts/migrate-user.ts'
import { issueCode } from '../../codes/code.ts'
import { simulateCode } from '../../codes/simulated-code.ts'
import type { Handler } from '../../handler.ts'
import { awaitFirstAttempt, codeDelivery, mediumOf, queueMessage } from '../../messages/send.ts'
import { useQuota } from '../../quotas/quota.ts'
import { prepareMessage } from '../../triggers/custom-message.ts'
import { lockUser } from '../../users/lock-user-store.ts'
import { requireNamed, unknownName } from '../../users/named-user.ts'
import { recoveryCodeLife, recoveryOf, recoveryPurpose, simulatedAttributes } from '../recovery.ts'

/**
 * If the client hides which users exist, users who can't get a code (unknown, disabled, not confirmed, without a
 * verified address) get the same answer as those who can.
 */
export const forgotPassword: Handler<'ForgotPassword'> = async (input, ctx) => {
  const { ClientMetadata: clientMetadata } = input
  const { pool, client, typed, user, hides, subject } = await requireNamed(ctx, input, (name) =>
    migrateUser(ctx, { source: 'UserMigration_ForgotPassword', clientMetadata, ...name }),
  )
  const recovery = await recoveryOf(ctx, pool, user)
  await useQuota(ctx, { poolId: pool.id, action: 'ForgotPassword', subject })
  if (!user || 'refusal' in recovery) {
    if (!hides) throw 'refusal' in recovery && recovery.refusal ? recovery.refusal : unknownName()
    const simulation = { pool, typed, purpose: recoveryPurpose, attributes: simulatedAttributes(pool) }
    const details = await simulateCode(ctx, { ...simulation, kind: 'ForgotPassword', lifetime: recoveryCodeLife })
    return { CodeDeliveryDetails: details }
  }

  const { attribute } = recovery
  const value = user.attributes[attribute]!
  const medium = mediumOf(attribute)
  const about = { kind: 'ForgotPassword' as const, user, clientId: client.id, clientMetadata }
  const plan = await prepareMessage(ctx, pool, { ...about, mediums: [medium] })
  const { id } = await ctx.db.transaction().execute(async (trx) => {
    if (!(await lockUser(trx, pool.id, user.id))) throw unknownName()
    const code = await issueCode(trx, ctx, {
      poolId: pool.id,
      userId: user.id,
      purpose: recoveryPurpose,
      attribute,
      value,
      lifetime: recoveryCodeLife,
    })
    return queueMessage(trx, ctx, pool, {
      userId: user.id,
      kind: 'ForgotPassword',
      medium,
      to: value,
      code,
      username: user.username,
      plan,
      expiresAt: new Date(ctx.clock.now().getTime() + recoveryCodeLife * 1000),
    })
  })
  if (!hides) await awaitFirstAttempt(ctx, id)
  return { CodeDeliveryDetails: codeDelivery(attribute, value) }
}
