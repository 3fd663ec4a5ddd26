import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Yardstick } from '../frame/yardstick.ts'
import { connect } from './database.ts'

export const copied = 20_000

/** Users and their login names by COPY, into the server's tables with all their indexes. */
export async function start(connection: object): Promise<Yardstick> {
  const sql = connect(connection)
  const [pool] = await sql`select id from pools limit 1`
  const poolId: string = pool!.id
  const copy = (into: string, lines: string[]) =>
    sql.begin(async (trx) => {
      const stream = await trx.unsafe(`copy ${into} from stdin`).writable()
      await pipeline(Readable.from([lines.join('')]), stream)
    })

  return {
    async operation() {
      const now = new Date().toISOString()
      const ids = Array.from({ length: copied }, () => randomUUID())
      await copy(
        'users (pool_id, id, username, status, attributes, created_at, updated_at)',
        ids.map((id) => {
          const attributes = `{"email":"${id}@example.com","email_verified":"true","name":"A Person"}`
          return `${poolId}\t${id}\tcopy-${id}\tRESET_REQUIRED\t${attributes}\t${now}\t${now}\n`
        }),
      )
      await copy(
        'login_names (pool_id, name, kind, user_id)',
        ids.map((id) => `${poolId}\tcopy-${id}\tusername\t${id}\n`),
      )
    },
  }
}
