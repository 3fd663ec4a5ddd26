import { type Kysely, sql } from 'kysely'

export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // The sealed half of an SRP exchange makes a row slightly longer than 2 kB, from where PostgreSQL stores values apart:
  // two more rows to write and to delete for each sign-in.
  await sql`alter table sign_ins set (toast_tuple_target = 4080)`.execute(db)
}
