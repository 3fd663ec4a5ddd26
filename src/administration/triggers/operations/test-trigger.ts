import { InvalidParameter } from '../../../model/errors.ts'
import type { TriggerTest } from '../../../model/poolhouse-operations.ts'
import { requirePool } from '../../../pool/pools/pool.ts'
import { useQuota } from '../../../pool/quotas/quota.ts'
import { isRecord } from '../../../pool/triggers/response.ts'
import { type Trial, tryTrigger } from '../../../pool/triggers/try-trigger.ts'
import type { OwnHandler } from '../../handler.ts'

/** More of an answer is of no use to anybody who reads it. */
const maxShown = 20_000

export const testTrigger: OwnHandler<'TestTrigger'> = async ({ UserPoolId, Trigger, Event }, ctx) => {
  const pool = await requirePool(ctx, UserPoolId)
  const change = Event === undefined ? {} : parseEvent(Event)
  await useQuota(ctx, { poolId: pool.id, action: 'TestTrigger', subject: '' })
  return view(await tryTrigger(ctx, pool, Trigger, change), ctx.config.mode === 'dev')
}

function parseEvent(text: string): Record<string, unknown> {
  try {
    const event: unknown = JSON.parse(text)
    if (isRecord(event)) return event
  } catch {
    // Said below.
  }
  throw new InvalidParameter('Event must be an object in JSON.')
}

function view({ arn, event, outcome, refusal, milliseconds }: Trial, isDev: boolean): TriggerTest {
  const output = outcome.kind === 'answered' ? outcome.console : outcome.kind === 'threw' ? outcome.thrown?.console : []
  return {
    FunctionArn: arn,
    Event: JSON.stringify(event),
    Result: !refusal ? 'Accepted' : outcome.kind === 'threw' ? 'Refused' : 'Failed',
    Milliseconds: Math.round(milliseconds),
    ...(outcome.kind === 'answered' && { Response: responseOf(outcome.payload).slice(0, maxShown) }),
    ...(refusal && { ErrorType: refusal.type, ErrorMessage: refusal.message }),
    ...(isDev && outcome.kind === 'threw' && outcome.thrown?.stack && { Stack: outcome.thrown.stack }),
    ...(isDev && output?.length && { ConsoleOutput: output }),
  }
}

function responseOf(payload: string): string {
  try {
    const { response } = JSON.parse(payload)
    return isRecord(response) ? JSON.stringify(response) : payload
  } catch {
    return payload
  }
}
