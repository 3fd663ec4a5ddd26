/**
 * Codes for names that must not be told from users: a code seems to leave, guesses at it are counted, wrong, too many or
 * too late, as for a user, and each step costs the same statements.
 */
import type { CodeDeliveryDetailsType } from '@aws-sdk/client-cognito-identity-provider'
import type { Context } from '../../context.ts'
import { messageKey } from '../../delivery/message.ts'
import { AttemptsExceeded, CodeMismatch, ExpiredCode } from '../../model/errors.ts'
import { isEmail, isPhoneNumber } from '../attributes/formats.ts'
import { codeDelivery, type MessageKind, mediumOf, queueMessage } from '../messages/send.ts'
import type { Pool } from '../pools/pool.ts'
import { loginName } from '../users/user.ts'
import { guessLimit } from './code.ts'
import {
  countSimulatedGuess,
  deleteMessage,
  hasSimulatedCode,
  type SimulatedCodeKey,
  upsertSimulatedCode,
} from './simulated-code-store.ts'

export type Address = 'email' | 'phone_number'

interface Simulation {
  pool: Pool
  /** The name as it was typed. */
  typed: string
  /** As of the real code: see `CodeKey`. */
  purpose: string
}

/** Does what sending a code does, the commit included, and sends nothing. */
export async function simulateCode(
  ctx: Context,
  simulation: Simulation & { kind: MessageKind; lifetime: number; attributes: Address[] },
): Promise<CodeDeliveryDetailsType> {
  const { pool, typed, kind, lifetime } = simulation
  const { attribute, value } = simulatedAddress(ctx, pool, typed, simulation.attributes)
  const expiresAt = new Date(ctx.clock.now().getTime() + lifetime * 1000)
  await ctx.db.transaction().execute(async (trx) => {
    await upsertSimulatedCode(trx, keyOf(ctx, simulation), expiresAt)
    const message = { kind, medium: mediumOf(attribute), to: value, code: '000000', username: typed, expiresAt }
    const { id } = await queueMessage(trx, ctx, pool, message)
    await deleteMessage(trx, messageKey(id))
  })
  return codeDelivery(attribute, value)
}

/** What a guess at such a code is answered. @throws CodeMismatchException, ExpiredCodeException, LimitExceededException */
export async function refuseSimulatedCode(ctx: Context, simulation: Simulation): Promise<never> {
  const key = keyOf(ctx, simulation)
  const now = ctx.clock.now()
  if (await countSimulatedGuess(ctx.db, key, guessLimit, now)) throw new CodeMismatch()
  throw (await hasSimulatedCode(ctx.db, key, now)) ? new AttemptsExceeded() : new ExpiredCode()
}

/**
 * Where the code of a made-up user goes: to the name itself where it is an address, else to one that is the same for the
 * same name every time. `attributes` are those that the pool would send to, best first.
 */
export function simulatedAddress(
  ctx: Context,
  pool: Pool,
  typed: string,
  attributes: Address[],
): { attribute: Address; value: string } {
  if (attributes.includes('email') && isEmail(typed)) return { attribute: 'email', value: typed }
  if (attributes.includes('phone_number') && isPhoneNumber(typed)) return { attribute: 'phone_number', value: typed }
  const attribute = attributes[0] ?? 'email'
  const bytes = ctx.keyring.mac('simulated-user', 'address', pool.id, loginName(pool, typed))
  const letter = (at: number) => String.fromCharCode(97 + (bytes.readUInt32BE(at) % 26))
  const digits = String(bytes.readUInt32BE(8) % 10_000).padStart(4, '0')
  return { attribute, value: attribute === 'email' ? `${letter(0)}@${letter(4)}` : `+1555555${digits}` }
}

const keyOf = (ctx: Context, { pool, typed, purpose }: Simulation): SimulatedCodeKey => ({
  poolId: pool.id,
  kind: `simulated ${purpose}`,
  subject: ctx.keyring.mac('simulated-user', purpose, pool.id, loginName(pool, typed)).toString('base64url'),
})
