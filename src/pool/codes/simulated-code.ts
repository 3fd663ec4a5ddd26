/**
 * Codes for unknown names. To the caller they look like real ones: a code appears to be sent, and guesses are counted
 * and refused as wrong, too many or expired, by the same statements.
 */
import type { CodeDeliveryDetailsType } from '@aws-sdk/client-cognito-identity-provider'
import type { Context } from '../../context.ts'
import { messageKey } from '../../delivery/message.ts'
import { AttemptsExceeded, CodeMismatch, ExpiredCode } from '../../model/errors.ts'
import { codeDelivery, type MessageKind, mediumOf, queueMessage } from '../messages/send.ts'
import type { Pool } from '../pools/pool.ts'
import { type Address, simulatedAddress, simulationBytes } from '../users/simulated-addresses.ts'
import { guessLimit } from './code.ts'
import {
  countSimulatedGuess,
  deleteMessage,
  hasSimulatedCode,
  type SimulatedCodeKey,
  upsertSimulatedCode,
} from './simulated-code-store.ts'

interface Simulation {
  pool: Pool
  /** The name as it was typed. */
  typed: string
  /** As of the real code: see `CodeKey`. */
  purpose: string
}

/** Does all that sending a code does, the commit included, but sends nothing. */
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

/** Refuses a guess at a simulated code. @throws CodeMismatchException, ExpiredCodeException, LimitExceededException */
export async function refuseSimulatedCode(ctx: Context, simulation: Simulation): Promise<never> {
  const key = keyOf(ctx, simulation)
  const now = ctx.clock.now()
  if (await countSimulatedGuess(ctx.db, key, guessLimit, now)) throw new CodeMismatch()
  throw (await hasSimulatedCode(ctx.db, key, now)) ? new AttemptsExceeded() : new ExpiredCode()
}

const keyOf = (ctx: Context, { pool, typed, purpose }: Simulation): SimulatedCodeKey => ({
  poolId: pool.id,
  kind: `simulated ${purpose}`,
  subject: simulationBytes(ctx, pool, typed, purpose).toString('base64url'),
})
