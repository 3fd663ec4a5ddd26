import { type Kysely, sql } from 'kysely'

export const expandOnly = true

// Who did what. A pool's records outlive it, and its users: nothing here refers to another table.
export async function up(db: Kysely<unknown>): Promise<void> {
  // The last record of each chain, by its number and hash, and the last one that retention has deleted.
  await sql`
    create table audit_chains (
      chain           text primary key,
      sequence        bigint not null,
      hash            bytea not null,
      pruned_sequence bigint not null default 0,
      pruned_hash     bytea not null
    )`.execute(db)

  // `record` is text, not jsonb: its hash is of the letters that were written.
  await sql`
    create table audit_records (
      chain      text not null,
      sequence   bigint not null,
      event_id   uuid not null,
      event_time timestamptz not null,
      event_name text not null,
      principal  text not null,
      user_sub   text,
      error_code text,
      record     text not null,
      hash       bytea not null,
      primary key (chain, sequence)
    )`.execute(db)
  await sql`create index audit_records_time on audit_records (event_time, event_id)`.execute(db)
  await sql`create index audit_records_chain on audit_records (chain, event_time, event_id)`.execute(db)
  await sql`create index audit_records_name on audit_records (event_name, event_time, event_id)`.execute(db)
  await sql`create index audit_records_principal on audit_records (principal, event_time, event_id)`.execute(db)
  await sql`create index audit_records_user on audit_records (user_sub, event_time, event_id) where user_sub is not null`.execute(
    db,
  )
  await sql`create index audit_records_error on audit_records (error_code, event_time, event_id) where error_code is not null`.execute(
    db,
  )

  // Calls that began. One that stays was interrupted.
  await sql`
    create table audit_intents (
      event_id   uuid primary key,
      chain      text not null,
      user_sub   text,
      record     text not null,
      event_time timestamptz not null,
      event_name text not null,
      principal  text not null
    )`.execute(db)
}
