import { type Kysely, sql } from 'kysely'

export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // What may come once: proofs of keys and assertions of clients, by a keyed hash, until they are too old to be good.
  await sql`
    create table used_proofs (
      pool_id    text not null references pools (id) on delete cascade,
      id_hash    bytea not null,
      expires_at timestamptz not null,
      primary key (pool_id, id_hash)
    )`.execute(db)
  await sql`create index used_proofs_expiry on used_proofs (expires_at)`.execute(db)
}
