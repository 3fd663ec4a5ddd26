import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../context.ts'
import { compiled } from '../../store/compiled.ts'
import { withoutFlush } from '../../store/without-flush.ts'

export interface AttemptKey {
  poolId: string
  /** What is guessed. Each kind has its own count. */
  kind: string
  subject: string
}

/** The number of free guesses, and in seconds the maximum lock and the time after which a count is deleted. */
export interface Scheme {
  free: number
  maxLockSeconds: number
  quiet: number
}

/**
 * Counts one guess, unless the subject is locked: the count after it, or undefined. The guess that reaches the limit
 * locks, for 2^(count - free) seconds up to `maxLockSeconds`; the count is forgotten after `quiet` seconds without a guess.
 */
export async function countGuess(db: Db, key: AttemptKey, scheme: Scheme, now: Date): Promise<number | undefined> {
  const { rows } = await guess(db, { ...key, ...scheme, at: secondsOf(now) })
  return rows[0]?.failures
}

type Guess = AttemptKey & Scheme & { at: number }

/**
 * Seconds since 1970. Locks are computed from numbers: sums of times and intervals depend on the session's time zone,
 * which an upsert on a distributed table does not allow.
 */
export const secondsOf = (time: Date): number => time.getTime() / 1000

const guess = compiled((db, values: Guess) => {
  const { poolId, kind, subject, at, quiet } = values
  const first = sql`values (${poolId}, ${kind}, ${subject}, case when ${withoutFlush} then 1 end,
    to_timestamp(${at}::float8 + ${quiet}::float8))`
  return upsert(first, values).compile(db)
})

/** The statement of `countGuess`, for the subject that another statement selects. */
export function counting(values: GuessOfAny, subject: RawBuilder<unknown>): RawBuilder<{ failures: number }> {
  const { poolId, kind, quiet, at } = values
  const first = sql`
    select ${poolId}::text, ${kind}::text, subject, 1, to_timestamp(${at}::float8 + ${quiet}::float8)
    from (${subject}) guessed where ${withoutFlush}`
  return upsert(first, values)
}

type GuessOfAny = { [name in keyof Omit<Guess, 'subject'>]: Guess[name] | null }

function upsert(
  first: RawBuilder<unknown>,
  { free, maxLockSeconds, quiet, at }: GuessOfAny,
): RawBuilder<{ failures: number }> {
  const now = sql`to_timestamp(${at}::float8)`
  const count = sql`(case when a.expires_at <= ${now} then 1 else a.failures + 1 end)`
  const lockEnd = sql`case when ${count} >= ${free}::int
    then ${at}::float8 + least(power(2, least(${count} - ${free}::int, 30)), ${maxLockSeconds}::float8) end`
  return sql`
    insert into attempts as a (pool_id, kind, subject, failures, expires_at) ${first}
    on conflict (pool_id, kind, subject) do update set
      failures = ${count},
      locked_until = to_timestamp(${lockEnd}),
      expires_at = to_timestamp(coalesce(${lockEnd}, ${at}::float8) + ${quiet}::float8)
    where a.locked_until is null or a.locked_until <= ${now}
    returning failures`
}

/** In the transaction of a success, or, with `flush` false, on its own before it. */
export async function forgetGuesses(
  db: Db,
  key: AttemptKey,
  { flush = true }: { flush?: boolean } = {},
): Promise<void> {
  await (flush ? forget : forgetAlone)(db, key)
}

const forgetWhere = (condition: RawBuilder<boolean>) =>
  compiled((db, { poolId, kind, subject }: AttemptKey) =>
    db
      .deleteFrom('attempts')
      .where('pool_id', '=', poolId)
      .where('kind', '=', kind)
      .where('subject', '=', subject)
      .where(condition),
  )

const forget = forgetWhere(sql`true`)
const forgetAlone = forgetWhere(withoutFlush)

/** Takes back one guess that was never judged; a lock that it caused ends too. */
export async function uncountGuess(db: Db, { poolId, kind, subject }: AttemptKey): Promise<void> {
  await sql`
    update attempts set failures = greatest(failures - 1, 0), locked_until = null
    where pool_id = ${poolId} and kind = ${kind} and subject = ${subject} and ${withoutFlush}`.execute(db)
}
