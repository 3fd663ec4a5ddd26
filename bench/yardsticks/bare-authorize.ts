import { randomBytes } from 'node:crypto'
import Koa from 'koa'
import { listen } from '../frame/listen.ts'
import type { Yardstick } from '../frame/yardstick.ts'
import { connect, makePeople } from './database.ts'

/** Koa, and the statements of an authorization with a live session: four indexed selects, one insert, a redirect. */
export async function start(connection: object): Promise<Yardstick> {
  const sql = connect(connection)
  await makePeople(sql)
  await sql`create table if not exists yardstick.records (id bytea primary key, content bytea, expires_at timestamptz)`
  const content = randomBytes(800)
  const app = new Koa()
  app.use(async (koa) => {
    const name = String(koa.query.name)
    for (let statement = 0; statement < 4; statement++) {
      await sql`select name, attributes from yardstick.people where name = ${name}`
    }
    await sql`insert into yardstick.records values (${randomBytes(32)}, ${content}, ${new Date()})`
    koa.redirect('https://app.example.com/callback?code=x')
  })
  return listen(app)
}
