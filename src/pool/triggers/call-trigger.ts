import type { Context } from '../../context.ts'
import { InvalidLambdaResponse, type ServiceError, UnexpectedLambda, UserLambdaValidation } from '../../model/errors.ts'
import type { TestedTrigger } from '../../model/poolhouse-operations.ts'
import type { Pool } from '../pools/pool.ts'
import type { TriggerEvent } from './event.ts'
import { isRecord, unrecognizable } from './response.ts'

/** The names of triggers in a pool's settings and in errors. Custom senders are called by the outbox. */
export type TriggerName = Exclude<TestedTrigger, 'CustomEmailSender' | 'CustomSMSSender'>

/** The service's limit can't be configured either. */
export const triggerLimit = 5000

export function hasTrigger(pool: Pool, trigger: TriggerName): boolean {
  return functionOf(pool, trigger) !== undefined
}

/**
 * Runs the pool's function for an occasion and answers what it put into `response`; undefined where the pool has none.
 * Never call it in a transaction: it may take its five seconds.
 * @throws UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException
 */
export async function callTrigger(
  ctx: Context,
  pool: Pool,
  trigger: TriggerName,
  makeEvent: () => TriggerEvent,
): Promise<Record<string, unknown> | undefined> {
  const arn = functionOf(pool, trigger)
  if (arn === undefined) return undefined

  const outcome = await ctx.triggers.call(arn, makeEvent(), triggerLimit)
  if (outcome.kind === 'threw') throw new UserLambdaValidation(`${trigger} failed with error ${outcome.message}.`)
  if (outcome.kind === 'failed')
    throw new UnexpectedLambda(`${trigger} invocation failed due to error ${outcome.error}`)
  return responseIn(outcome.payload)
}

/** Whether a refusal comes from a trigger, or from calling it. */
export const isFunctionError = (error: unknown): error is ServiceError =>
  [UserLambdaValidation, UnexpectedLambda, InvalidLambdaResponse].some((refusal) => error instanceof refusal)

function functionOf({ settings }: Pool, trigger: TriggerName): string | undefined {
  const config = settings.LambdaConfig
  if (trigger === 'PreTokenGeneration') return config?.PreTokenGenerationConfig?.LambdaArn ?? config?.PreTokenGeneration
  if (trigger === 'InboundFederation') return config?.InboundFederation?.LambdaArn
  return config?.[trigger]
}

function responseIn(payload: string): Record<string, unknown> {
  let event: unknown
  try {
    event = JSON.parse(payload)
  } catch {
    throw new InvalidLambdaResponse('Invalid lambda function output : Invalid JSON')
  }
  const response = isRecord(event) ? event.response : undefined
  if (!isRecord(response)) throw unrecognizable()
  return response
}
