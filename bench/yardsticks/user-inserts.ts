import { randomUUID } from 'node:crypto'
import type { Yardstick } from '../frame/yardstick.ts'
import { connect } from './database.ts'

/**
 * A user and a login name, inserted directly: two inserts in a transaction, into the server's tables with all their
 * indexes.
 */
export async function start(connection: object): Promise<Yardstick> {
  const sql = connect(connection)
  const [pool] = await sql`select id from pools limit 1`
  const poolId: string = pool!.id

  return {
    operation: () =>
      sql.begin(async (trx) => {
        const id = randomUUID()
        const name = `yardstick-${id}`
        const attributes = sql.json({ email: `${name}@example.com`, email_verified: 'true' })
        const now = new Date()
        await trx`insert into users (pool_id, id, username, status, attributes, created_at, updated_at)
          values (${poolId}, ${id}, ${name}, 'CONFIRMED', ${attributes}, ${now}, ${now})`
        await trx`insert into login_names (pool_id, name, kind, user_id) values (${poolId}, ${name}, 'username', ${id})`
      }),
  }
}
