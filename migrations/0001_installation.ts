import { type Kysely, sql } from 'kysely'

// What belongs to the installation and to no pool.
export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // The master key's check value lives here: a wrong key is a start-up error, not a broken sign-in.
  await sql`
    create table installation (
      key   text primary key,
      value bytea not null
    )`.execute(db)

  // A key pair takes 50–200 ms to make, so a few are kept ready for CreateUserPool.
  await sql`
    create table spare_signing_keys (
      kid            text primary key,
      public_jwk     jsonb not null,
      private_sealed bytea not null,
      created_at     timestamptz not null
    )`.execute(db)
}
