import { sql } from 'kysely'
import type { Db } from './db.ts'

export interface CallerSpending {
  kind: string
  callerHash: Buffer
  /** The cost of the requests. */
  spent: number
  /** The rate at which the balance refills per second, up to `size`. */
  rate: number
  limit: number
}

/**
 * Subtracts the requests that a process has admitted from the balances of their callers, and returns the new balances
 * in the order of `spendings`, by the database's clock. A balance is negative when several processes together have
 * admitted too many.
 */
export async function spendBalances(db: Db, spendings: CallerSpending[]): Promise<number[]> {
  const hex = ({ callerHash }: CallerSpending) => callerHash.toString('hex')
  const column = <Value>(read: (spending: CallerSpending) => Value) => spendings.map((one) => String(read(one)))
  // Rows are locked in one order, so that two processes do not wait for each other.
  const { rows } = await sql<{ kind: string; caller: string; remaining: number }>`
    insert into caller_balances as b (kind, caller_hash, remaining, capacity, rate, filled_at, expires_at)
    select kind, decode(caller, 'hex'), capacity - spent, capacity, rate, statement_timestamp(),
      statement_timestamp() + make_interval(secs => 2 * capacity / rate)
    from unnest(
      ${column(({ kind }) => kind)}::text[], ${column(hex)}::text[], ${column(({ spent }) => spent)}::text[]::float8[],
      ${column(({ rate }) => rate)}::text[]::float8[], ${column(({ limit }) => limit)}::text[]::float8[]
    ) as spending (kind, caller, spent, rate, capacity)
    order by kind, caller
    on conflict (kind, caller_hash) do update set
      remaining = least(
        excluded.capacity,
        b.remaining + excluded.rate * greatest(0, extract(epoch from excluded.filled_at - b.filled_at))
      ) - (excluded.capacity - excluded.remaining),
      capacity = excluded.capacity,
      rate = excluded.rate,
      filled_at = greatest(b.filled_at, excluded.filled_at),
      expires_at = greatest(b.expires_at, excluded.expires_at)
    returning kind, encode(caller_hash, 'hex') as caller, remaining`.execute(db)
  const found = new Map(rows.map(({ kind, caller, remaining }) => [`${kind} ${caller}`, remaining]))
  return spendings.map((one) => found.get(`${one.kind} ${hex(one)}`)!)
}

/** In small batches, so that no statement locks many rows. They belong to no pool. */
export async function deleteExpiredBalances(db: Db, now: Date, batch: number): Promise<void> {
  let deleted: number
  do {
    const { numAffectedRows } = await sql`
      delete from caller_balances where ctid = any(array(
        select ctid from caller_balances where expires_at < ${now}::timestamptz limit ${batch} for update skip locked
      ))`.execute(db)
    deleted = Number(numAffectedRows ?? 0n)
  } while (deleted === batch)
}
