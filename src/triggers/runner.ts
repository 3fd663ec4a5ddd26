import type { FunctionArn } from './function-arn.ts'

/** How a call of a function ended. */
export type Outcome =
  /** What it returned, as JSON text that nobody has looked at yet. */
  | { kind: 'answered'; payload: string }
  /** It ran and refused. Its text is shown to users. */
  | { kind: 'threw'; message: string }
  /** It did not run, or not to its end, in the words of Lambda: these too reach users. */
  | { kind: 'failed'; error: string }

/** One way to run a function. */
export interface Runner {
  /** Whether the function is to be found here. */
  has(name: string): boolean | Promise<boolean>
  /** Ends when the signal says so at the latest. */
  run(target: FunctionArn, payload: string, signal: AbortSignal): Promise<Outcome>
  close?(): void
}

export const failed = (error: string): Outcome => ({ kind: 'failed', error })

export const timedOut = failed('Socket timeout while invoking Lambda function.')

/** No answer is longer: that of a function is an event with a few members filled in. */
export const maxAnswerBytes = 1024 * 1024

export const tooLong = failed('ResponseSizeTooLarge')
