import type { Context, Trx } from '../../context.ts'
import { type MessagePlan, mediumOf, queueMessage } from '../messages/send.ts'
import type { Pool } from '../pools/pool.ts'
import { prepareMessage } from '../triggers/custom-message.ts'
import type { User } from '../users/user.ts'
import { issueCode } from './code.ts'

const verifiable = ['email', 'phone_number'] as const
export type Verifiable = (typeof verifiable)[number]

export const isVerifiable = (name: string): name is Verifiable => verifiable.some((attribute) => attribute === name)

export const verificationPurpose = (attribute: Verifiable): string => `verify:${attribute}`

const codeLife = 24 * 3600

/** The changed addresses that the pool has to verify: new to the user, and not set as verified. */
export function attributesToVerify(pool: Pool, user: User, changes: Record<string, string>): Verifiable[] {
  return verifiable.filter(
    (attribute) =>
      changes[attribute] &&
      changes[attribute] !== user.attributes[attribute] &&
      changes[`${attribute}_verified`] !== 'true' &&
      pool.settings.AutoVerifiedAttributes?.includes(attribute),
  )
}

/**
 * The changes that take effect at once. If the pool is set up so, an address changes only once the new one is verified.
 */
export function withoutHeld(pool: Pool, user: User, changes: Record<string, string>): Record<string, string> {
  const held = attributesToVerify(pool, user, changes).filter((attribute) => isHeld(pool, attribute))
  const names = new Set<string>(held.flatMap((attribute) => [attribute, `${attribute}_verified`]))
  return Object.fromEntries(Object.entries(changes).filter(([name]) => !names.has(name)))
}

/** Whether an address changes only once the new one is verified. */
export function isHeld(pool: Pool, attribute: Verifiable): boolean {
  return (
    pool.settings.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate?.includes(attribute) ?? false
  )
}

type Kind = 'UpdateUserAttribute' | 'VerifyUserAttribute'

/** Calls the pool's triggers for codes to addresses. Their events show the new address as the user's, unverified. */
export async function prepareVerification(
  ctx: Context,
  pool: Pool,
  user: User,
  addresses: Partial<Record<Verifiable, string>>,
  { kind, ...from }: { kind: Kind; clientId?: string; clientMetadata?: Record<string, string> },
): Promise<MessagePlan | undefined> {
  const mediums = Object.keys(addresses).map(mediumOf)
  if (mediums.length === 0) return undefined
  const unverified = Object.entries(addresses)
    .filter(([attribute, value]) => user.attributes[attribute] !== value)
    .map(([attribute]) => [`${attribute}_verified`, 'false'])
  const attributes = { ...user.attributes, ...addresses, ...Object.fromEntries(unverified) }
  return prepareMessage(ctx, pool, { kind, mediums, user: { ...user, attributes }, ...from })
}

/** Queues a code to the new address, for VerifyUserAttribute. */
export async function queueVerification(
  trx: Trx,
  ctx: Context,
  pool: Pool,
  user: User,
  attribute: Verifiable,
  value: string,
  { kind, plan }: { kind: Kind; plan: MessagePlan | undefined },
): Promise<{ id: string }> {
  const code = await issueCode(trx, ctx, {
    poolId: pool.id,
    userId: user.id,
    purpose: verificationPurpose(attribute),
    attribute,
    value,
    lifetime: codeLife,
  })
  return queueMessage(trx, ctx, pool, {
    userId: user.id,
    kind,
    medium: mediumOf(attribute),
    to: value,
    code,
    username: user.username,
    plan,
    expiresAt: new Date(ctx.clock.now().getTime() + codeLife * 1000),
  })
}
