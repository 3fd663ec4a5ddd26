import { type Kysely, sql } from 'kysely'

export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // The devices that users have confirmed. `mfa_proven` says that the sign-in which brought the device passed a second
  // factor: only such a device may stand in the place of one later.
  await sql`
    create table devices (
      pool_id          text not null,
      user_id          uuid not null,
      device_key       text not null,
      name             text not null,
      srp_salt         bytea,
      srp_sealed       bytea,
      remembered       boolean not null,
      mfa_proven       boolean not null,
      last_ip          text,
      created_at       timestamptz not null,
      updated_at       timestamptz not null,
      authenticated_at timestamptz not null,
      primary key (pool_id, user_id, device_key),
      foreign key (pool_id, user_id) references users (pool_id, id) on delete cascade
    )`.execute(db)
}
