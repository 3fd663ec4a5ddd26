import { type Kysely, sql } from 'kysely'

export const expandOnly = true

// What callers have left of their limits, over all nodes. It is of the installation, not of a pool, and worth a few
// seconds: a crash may forget it.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create unlogged table caller_balances (
      kind        text not null check (kind in ('address', 'pool', 'client')),
      caller_hash bytea not null,
      remaining   float8 not null,
      capacity    float8 not null,
      rate        float8 not null,
      filled_at   timestamptz not null,
      expires_at  timestamptz not null,
      primary key (kind, caller_hash)
    )`.execute(db)
  await sql`create index caller_balances_expiry on caller_balances (expires_at)`.execute(db)
}
