import { type Kysely, sql } from 'kysely'

export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table terms (
      pool_id     text not null,
      id          uuid not null,
      client_id   text not null,
      name        text not null,
      source      text not null,
      enforcement text not null,
      links       jsonb not null,
      created_at  timestamptz not null,
      updated_at  timestamptz not null,
      primary key (pool_id, id),
      unique (pool_id, client_id, name),
      foreign key (pool_id, client_id) references clients (pool_id, id) on delete cascade
    )`.execute(db)
}
