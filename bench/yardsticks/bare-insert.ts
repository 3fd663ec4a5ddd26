import { randomBytes } from 'node:crypto'
import Koa from 'koa'
import { listen } from '../frame/listen.ts'
import type { Yardstick } from '../frame/yardstick.ts'
import { connect } from './database.ts'

/** Koa, a form, one insert of what it says, a short JSON response. */
export async function start(connection: object): Promise<Yardstick> {
  const sql = connect(connection)
  await sql`create schema if not exists yardstick`
  await sql`create table if not exists yardstick.pushed (id bytea primary key, content jsonb, expires_at timestamptz)`
  const app = new Koa()
  app.use(async (koa) => {
    const chunks: Buffer[] = []
    for await (const chunk of koa.req) chunks.push(chunk)
    const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()))
    const id = randomBytes(32)
    await sql`insert into yardstick.pushed values (${id}, ${sql.json(form)}, ${new Date(Date.now() + 60_000)})`
    koa.status = 201
    koa.body = { request_uri: `urn:example:${id.toString('base64url')}`, expires_in: 60 }
  })
  return listen(app)
}
