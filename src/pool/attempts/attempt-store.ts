import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../context.ts'
import { compiled } from '../../store/compiled.ts'
import { withoutFlush } from '../../store/without-flush.ts'

export interface AttemptKey {
  poolId: string
  /** What is guessed: each kind has a count of its own. */
  kind: string
  subject: string
}

/** Guesses that are free, and in seconds, the longest lock and the time after which a count is forgotten. */
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
  const { rows } = await guess(db, { ...key, ...scheme, now })
  return rows[0]?.failures
}

type Guess = AttemptKey & Scheme & { now: Date }

const guess = compiled((db, values: Guess) =>
  counting(values, sql`select ${values.subject}::text as subject`).compile(db),
)

/** The statement of `countGuess`, for the subject that another statement selects, if it does. */
export function counting(
  { poolId, kind, free, maxLockSeconds, quiet, now }: { [name in keyof Omit<Guess, 'subject'>]: Guess[name] | null },
  subject: RawBuilder<unknown>,
): RawBuilder<{ failures: number }> {
  return sql`
    insert into attempts as a (pool_id, kind, subject, failures, expires_at)
    select ${poolId}, ${kind}, subject, 1, ${now}::timestamptz + make_interval(secs => ${quiet})
    from (${subject}) guessed where ${withoutFlush}
    on conflict (pool_id, kind, subject) do update set (failures, locked_until, expires_at) = (
      select count, until, coalesce(until, ${now}::timestamptz) + make_interval(secs => ${quiet})
      from (select case when a.expires_at <= ${now} then 1 else a.failures + 1 end as count) counted,
      lateral (select case when count >= ${free}
        then ${now}::timestamptz + make_interval(secs => least(power(2, least(count - ${free}, 30)), ${maxLockSeconds})) end as until) locked
    )
    where a.locked_until is null or a.locked_until <= ${now}
    returning failures`
}

/** In a transaction with what else a success changes, or, with `flush` false, on its own before that. */
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

/** Takes one guess back that was never judged; a lock that it caused ends with it. */
export async function uncountGuess(db: Db, { poolId, kind, subject }: AttemptKey): Promise<void> {
  await sql`
    update attempts set failures = greatest(failures - 1, 0), locked_until = null
    where pool_id = ${poolId} and kind = ${kind} and subject = ${subject} and ${withoutFlush}`.execute(db)
}
