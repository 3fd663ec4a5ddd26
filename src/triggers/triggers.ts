import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { nearestName } from '../lib/nearest-name.ts'
import type { Observations, Observe } from '../lib/observations.ts'
import { shapeOf } from '../lib/shape-of.ts'
import { spanned } from '../lib/spans.ts'
import { parseFunctionArn } from './function-arn.ts'
import { createLambdaRunner } from './lambda.ts'
import { createLocalRunner } from './local-modules.ts'
import { failed, maxAnswerBytes, type Outcome, type Runner, timedOut, tooLong } from './runner.ts'
import { createWebhookRunner } from './webhook.ts'

/** Calls the functions that pools reference by ARN, wherever they run. */
export interface Triggers {
  /** Never throws if the function or the way to it fails. */
  call(arn: string, event: object, milliseconds: number): Promise<Outcome>
  /** As `call`, for somebody who tries the function out: with its output, and neither logged nor counted. */
  tryOut(arn: string, event: object, milliseconds: number): Promise<Outcome>
  close(): void
}

type Settings = Pick<
  Config,
  'mode' | 'webhooks' | 'triggersDir' | 'lambdaEndpoint' | 'lambdaCredentials' | 'allowPrivateAddresses'
>

const notFound = 'ResourceNotFoundException'

/** A function is resolved by name: first a webhook, then a module in the triggers folder, then Lambda. */
export function createTriggers(config: Settings, log: Logger, observe?: Observe): Triggers {
  const runners: Runner[] = [
    ...(config.webhooks ? [createWebhookRunner(config.webhooks, config)] : []),
    ...(config.triggersDir ? [createLocalRunner(config.triggersDir, log)] : []),
    ...(config.lambdaEndpoint ? [createLambdaRunner(config.lambdaEndpoint, config.lambdaCredentials)] : []),
  ]

  async function run(arn: string, event: object, signal: AbortSignal): Promise<Outcome> {
    const target = parseFunctionArn(arn)
    for (const runner of runners) {
      if (await runner.has(target.name)) return runner.run(target, JSON.stringify(event), signal)
    }
    return failed(notFound)
  }

  async function logFailure(arn: string, error: string): Promise<void> {
    const where = error === notFound ? await placesOf(parseFunctionArn(arn).name, runners) : undefined
    log.warn({ function: arn, reason: error, ...where }, 'a trigger function failed')
  }

  // A function's text is for users and may contain personal data, and so may its stack: production logs neither.
  function logException(arn: string, event: object, { message, thrown }: Outcome & { kind: 'threw' }): void {
    if (config.mode !== 'dev') return
    const { triggerSource } = event as { triggerSource?: unknown }
    const stack = thrown?.stack?.split('\n')
    const output = thrown?.console?.length ? thrown.console : undefined
    log.warn(
      { function: arn, triggerSource, message, stack, console: output, event: shapeOf(event) },
      'a trigger function threw',
    )
  }

  async function invoke(arn: string, event: object, milliseconds: number): Promise<Outcome> {
    const outcome = await spanned(
      `trigger ${triggerOf(event)}`,
      async (span) => {
        const outcome = await within(milliseconds, (signal) => run(arn, event, signal))
        span?.set({ 'poolhouse.outcome': outcome.kind })
        return outcome
      },
      'client',
      { 'faas.invoked_name': parseFunctionArn(arn).name },
    )
    return outcome.kind === 'answered' && outcome.payload.length > maxAnswerBytes ? tooLong : outcome
  }

  return {
    async call(arn, event, milliseconds) {
      const started = performance.now()
      const outcome = await invoke(arn, event, milliseconds)
      observe?.('trigger', {
        ...factsOf(event, outcome),
        trigger: triggerOf(event),
        result: outcome.kind,
        milliseconds: performance.now() - started,
      })
      if (outcome.kind === 'failed') await logFailure(arn, outcome.error)
      if (outcome.kind === 'answered') return { kind: 'answered', payload: outcome.payload }
      if (outcome.kind === 'failed') return outcome
      logException(arn, event, outcome)
      return { kind: 'threw', message: outcome.message }
    },
    tryOut: invoke,
    close() {
      for (const runner of runners) runner.close?.()
    },
  }
}

/** `PreSignUp` of `PreSignUp_AdminCreateUser`. */
function triggerOf(event: object): string {
  const { triggerSource } = event as { triggerSource?: unknown }
  return typeof triggerSource === 'string' ? triggerSource.split('_', 1)[0]! : ''
}

const maxErrorLength = 64

/** An exception is counted by its class alone: its text is for users, and may name one. */
function factsOf(event: object, outcome: Outcome): Pick<Observations['trigger'], 'poolId' | 'error'> {
  const { userPoolId } = event as { userPoolId?: unknown }
  return {
    ...(typeof userPoolId === 'string' && { poolId: userPoolId }),
    ...(outcome.kind === 'failed' && { error: outcome.error.slice(0, maxErrorLength) }),
    ...(outcome.kind === 'threw' && { error: classOf(outcome.thrown?.type) }),
  }
}

const classOf = (type = 'Error'): string => (/^[A-Za-z]\w{0,63}$/.test(type) ? type : 'Error')

/** Where a function that is nowhere was looked for, with the name that was probably meant. */
async function placesOf(name: string, runners: Runner[]): Promise<{ lookedIn: string[]; didYouMean?: string }> {
  const names = await Promise.all(runners.map((runner) => runner.names?.() ?? []))
  const lookedIn = runners.map(({ place }) => place)
  if (lookedIn.length === 0)
    lookedIn.push('nowhere: POOLHOUSE_TRIGGERS_DIR, POOLHOUSE_WEBHOOKS and POOLHOUSE_LAMBDA_ENDPOINT are unset')
  return { lookedIn, didYouMean: nearestName(name, names.flat()) }
}

/** The limit holds even if the runner ignores its signal. */
async function within(milliseconds: number, run: (signal: AbortSignal) => Promise<Outcome>): Promise<Outcome> {
  const limit = new AbortController()
  const late = Promise.withResolvers<Outcome>()
  const timer = setTimeout(() => {
    limit.abort()
    late.resolve(timedOut)
  }, milliseconds)
  try {
    return await Promise.race([run(limit.signal).catch(() => failed('ServiceException')), late.promise])
  } finally {
    clearTimeout(timer)
  }
}
