import { sql } from 'kysely'
import { counting, type Scheme } from '../attempts/attempt-store.ts'
import type { CountedGuess } from '../attempts/lock-out.ts'

/**
 * A guess that is counted in the statement that reads its user. `early-guess.ts` works out what decides and passes it
 * as values: the statement compares them, and contains no rule.
 */
export interface EarlyGuess extends Scheme {
  kind: string
  /** In seconds since 1970. */
  at: number
  /** The account states in which the guess is judged; see `accountState`. */
  judgedStates: string[]
}

export interface GuessByName extends EarlyGuess {
  /** The subject of the count for an unknown name. */
  unknownSubject: string
}

export interface GuessByAnswer extends EarlyGuess {
  /** What the session must expect for the guess to be judged. */
  expectation: string
}

export interface GuessOfSubject extends EarlyGuess {
  subject: string
}

export type Nullable<T> = { [name in keyof T]: T[name] | null }

export const noGuess = {
  free: null,
  maxLockSeconds: null,
  quiet: null,
  kind: null,
  at: null,
  judgedStates: null,
  unknownSubject: null,
  expectation: null,
  subject: null,
}

/** Of a row with the columns of a user, all null for an unknown name; in the words of `stateOf`. */
export const accountState = sql`coalesce(status || case when enabled then '' else ' disabled' end, 'none')`

/** Counts the guess of the `subject` in `guess`, if there is one. */
export const countEarly = (values: Nullable<EarlyGuess> & { poolId: string }) =>
  sql`counted as (${counting(values, sql`select subject from guess`)})`

export const countedColumns = sql`
  exists (select from guess) as "isGuess", (select failures from counted) as failures`

export interface CountedRow {
  isGuess: boolean
  failures: number | null
}

export const countedIn = ({ isGuess, failures }: CountedRow): CountedGuess | undefined =>
  isGuess ? { failures: failures ?? undefined } : undefined
