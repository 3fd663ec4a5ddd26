import { type Kysely, sql } from 'kysely'

export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // A message waits here, written in the transaction that made its code. What it says and where it goes is sealed,
  // and erased on delivery or when its code has expired.
  await sql`
    create table outbox (
      pool_id         text not null references pools (id) on delete cascade,
      id              uuid not null,
      user_id         uuid,
      medium          text not null check (medium in ('EMAIL', 'SMS')),
      kind            text not null,
      sealed          bytea,
      state           text not null default 'queued' check (state in ('queued', 'delivered', 'dead')),
      attempts        integer not null default 0,
      next_attempt_at timestamptz not null,
      last_error      text,
      created_at      timestamptz not null,
      expires_at      timestamptz not null,
      finished_at     timestamptz,
      primary key (pool_id, id),
      foreign key (pool_id, user_id) references users (pool_id, id) on delete cascade
    )`.execute(db)
  await sql`create index outbox_due on outbox (next_attempt_at) where state = 'queued'`.execute(db)
  await sql`create index outbox_user on outbox (pool_id, user_id) where user_id is not null`.execute(db)
  await sql`create index outbox_expiry on outbox (expires_at)`.execute(db)
}
