import type { FunctionArn } from './function-arn.ts'

/** The outcome of a function call. */
export type Outcome =
  /** The returned value as unparsed JSON text. */
  | { kind: 'answered'; payload: string; console?: string[] }
  /** It ran and threw. Its text is shown to users. */
  | { kind: 'threw'; message: string; thrown?: Thrown }
  /** It did not run or did not finish, described in Lambda's words, which users may also see. */
  | { kind: 'failed'; error: string }

/** What a developer wants to know of an exception. It may hold personal data, so that production logs none of it. */
export interface Thrown {
  /** The class of the exception, such as TypeError. */
  type?: string
  stack?: string
  /** Lines that the call wrote to the console. */
  console?: string[]
}

/** One way to run functions. */
export interface Runner {
  /** Where it looks for functions, in words for the operator. */
  place: string
  /** The names it has, as far as it can list them. */
  names?(): string[] | Promise<string[]>
  /** Whether this runner has the function. */
  has(name: string): boolean | Promise<boolean>
  /** Returns at the latest when the signal aborts. */
  run(target: FunctionArn, payload: string, signal: AbortSignal): Promise<Outcome>
  close?(): void
}

export const failed = (error: string): Outcome => ({ kind: 'failed', error })

export const timedOut = failed('Socket timeout while invoking Lambda function.')

/** Max response size: a function's response is its event with a few members filled in. */
export const maxAnswerBytes = 1024 * 1024

export const tooLong = failed('ResponseSizeTooLarge')
