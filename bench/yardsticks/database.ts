import postgres from 'postgres'

/**
 * A few connections, as many as a development server has. They close when they have been idle for longer than a round
 * takes, in seconds: the database has few, and the rows that come later need them.
 */
export const connect = (connection: object): postgres.Sql =>
  postgres({ ...connection, max: 10, idle_timeout: 30, onnotice: () => {} })

/** Ten thousand rows and an index, next to the server's tables. */
export async function makePeople(sql: postgres.Sql): Promise<void> {
  await sql`create schema if not exists yardstick`
  await sql.begin(async (trx) => {
    await trx`select pg_advisory_xact_lock(1)`
    await trx`create table if not exists yardstick.people (name text primary key, attributes jsonb not null)`
    await trx`
      insert into yardstick.people
      select 'person-' || n, jsonb_build_object('email', 'person-' || n || '@example.com', 'email_verified', 'true')
      from generate_series(0, 9999) n on conflict do nothing`
  })
  await sql`analyze yardstick.people`
}
