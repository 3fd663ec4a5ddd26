import { randomUUID } from 'node:crypto'
import type { Context, SignInCaller } from '../../context.ts'
import { foldCase } from '../../lib/fold.ts'
import { remembered } from '../../lib/memory.ts'
import type { SignInAttempt } from '../../model/snapshots.ts'
import { signInRecord } from './record.ts'
import { findSubjects } from './subject-store.ts'
import { writeRecord } from './write-record.ts'

/** Anybody can fail to sign in: so many refusals a minute are recorded, and the log counts the rest. */
const maxRefusals = 300

const refusals = remembered(() => ({ minute: 0, count: 0 }))

/** Records a sign-in to the operators' pool. If a refusal can't be recorded, the sign-in is still refused. */
export async function auditSignIn(ctx: Context, caller: SignInCaller, attempt: SignInAttempt): Promise<void> {
  if (attempt.signedIn) return append(ctx, caller, attempt)
  if (isTooMany(ctx)) return
  await append(ctx, caller, attempt).catch((failure) =>
    ctx.log.error({ err: failure }, 'a refused sign-in of an operator could not be recorded'),
  )
}

async function append(ctx: Context, caller: SignInCaller, attempt: SignInAttempt): Promise<void> {
  const { typed, signedIn, pool, error } = attempt
  const userNames = typed === undefined ? undefined : ([typed, foldCase(typed)] as const)
  const found = signedIn ? undefined : await findSubjects(ctx.db, { poolId: pool.id, userNames })
  const userSub = signedIn?.userId ?? found?.userSub ?? undefined
  const event = { id: randomUUID(), time: ctx.clock.now() }
  const { record, principal } = signInRecord(ctx.config, event, caller, attempt, userSub)
  await writeRecord(ctx, {
    eventId: event.id,
    eventTime: event.time,
    eventName: 'ConsoleLogin',
    principal,
    record,
    chain: pool.id,
    poolId: pool.id,
    userSub,
    errorCode: error,
  })
}

function isTooMany(ctx: Context): boolean {
  const counted = refusals(ctx)
  const minute = Math.floor(ctx.clock.now().getTime() / 60_000)
  if (counted.minute !== minute) {
    if (counted.count > maxRefusals)
      ctx.log.warn({ count: counted.count - maxRefusals }, 'refused sign-ins of operators were not recorded')
    counted.minute = minute
    counted.count = 0
  }
  counted.count++
  return counted.count > maxRefusals
}
