import type { Context } from '../../context.ts'
import { messageKey } from '../../delivery/message.ts'
import type { AttemptOutcome } from '../../delivery/outbox-signals.ts'
import { findAttempt } from '../../delivery/outbox-store.ts'
import { CodeDeliveryFailure } from '../../model/errors.ts'

const patience = 5000
const pollEvery = 250

/**
 * Waits, after the commit, until the first attempt to deliver is over, five seconds at most. A failure that will be
 * tried again is none to the caller.
 * @param begun where this process has begun it already
 * @throws CodeDeliveryFailureException where the message will never arrive
 */
export async function awaitFirstAttempt(ctx: Context, id: string, begun?: Promise<AttemptOutcome>): Promise<void> {
  if (id === '') return
  const state = await firstAttempt(ctx, id, begun)
  if (state === 'dead') throw new CodeDeliveryFailure()
}

async function firstAttempt(
  ctx: Context,
  id: string,
  begun: Promise<AttemptOutcome> | undefined,
): Promise<string | undefined> {
  const heard = Promise.withResolvers<string>()
  const listen = ({ state }: AttemptOutcome) => heard.resolve(state)
  const stopListening = ctx.outbox.onAttempt(id, listen)
  begun?.then(listen)
  const deadline = AbortSignal.timeout(patience)
  try {
    if (!begun) ctx.outbox.wake()
    // Another node may deliver it, which is seen in the table.
    while (!deadline.aborted) {
      const state = await Promise.race([heard.promise, pause(pollEvery)])
      if (state) return state
      const row = await findAttempt(ctx.db, messageKey(id))
      if (!row) return undefined
      if (row.state !== 'queued' || row.last_error !== null) return row.state
    }
    return undefined
  } finally {
    stopListening()
  }
}

const pause = (milliseconds: number) =>
  new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), milliseconds))
