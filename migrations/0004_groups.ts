import { type Kysely, sql } from 'kysely'

export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table groups (
      pool_id     text not null references pools (id) on delete cascade,
      name        text collate "C" not null,
      name_key    text collate "C" not null,
      description text,
      precedence  integer,
      role_arn    text,
      created_at  timestamptz not null,
      updated_at  timestamptz not null,
      primary key (pool_id, name)
    )`.execute(db)
  // Two names that differ only in case are the same group to CreateGroup.
  await sql`create unique index groups_name_key on groups (pool_id, name_key)`.execute(db)

  // Both halves carry the pool, so a member can never come from another pool.
  await sql`
    create table group_members (
      pool_id    text not null,
      group_name text collate "C" not null,
      user_id    uuid not null,
      added_at   timestamptz not null,
      primary key (pool_id, group_name, user_id),
      foreign key (pool_id, group_name) references groups (pool_id, name) on delete cascade,
      foreign key (pool_id, user_id)    references users (pool_id, id)    on delete cascade
    )`.execute(db)
  await sql`create index group_members_user on group_members (pool_id, user_id, group_name)`.execute(db)
}
