import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { parseFunctionArn } from './function-arn.ts'
import { createLambdaRunner } from './lambda.ts'
import { createLocalRunner } from './local-modules.ts'
import { failed, maxAnswerBytes, type Outcome, type Runner, timedOut, tooLong } from './runner.ts'
import { createWebhookRunner } from './webhook.ts'

/** Calls the functions that pools reference by ARN, wherever they run. */
export interface Triggers {
  /** Never throws if the function or the way to it fails. */
  call(arn: string, event: object, milliseconds: number): Promise<Outcome>
  close(): void
}

type Settings = Pick<
  Config,
  'mode' | 'webhooks' | 'triggersDir' | 'lambdaEndpoint' | 'lambdaCredentials' | 'allowPrivateAddresses'
>

/** A function is resolved by name: first a webhook, then a module in the triggers folder, then Lambda. */
export function createTriggers(config: Settings, log: Logger): Triggers {
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
    return failed('ResourceNotFoundException')
  }

  return {
    async call(arn, event, milliseconds) {
      const outcome = await within(milliseconds, (signal) => run(arn, event, signal))
      const judged = outcome.kind === 'answered' && outcome.payload.length > maxAnswerBytes ? tooLong : outcome
      // A function's text is for users and may contain personal data, so it is not logged.
      if (judged.kind === 'failed') log.warn({ function: arn, reason: judged.error }, 'a trigger function failed')
      return judged
    },
    close() {
      for (const runner of runners) runner.close?.()
    },
  }
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
