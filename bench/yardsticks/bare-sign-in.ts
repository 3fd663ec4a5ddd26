import { randomBytes } from 'node:crypto'
import { hash } from '@node-rs/argon2'
import Koa from 'koa'
import { listen } from '../frame/listen.ts'
import type { Yardstick } from '../frame/yardstick.ts'
import { connect, makePeople } from './database.ts'
import { signature } from './signature.ts'

const cost = { algorithm: 2, memoryCost: 19456, timeCost: 2, parallelism: 1 } as const

/** Koa, and the minimum of a sign-in: one hash, two signatures, twelve indexed selects and three inserts. */
export async function start(connection: object): Promise<Yardstick> {
  const sql = connect(connection)
  await makePeople(sql)
  await sql`create table if not exists yardstick.records (id bytea primary key, content bytea, expires_at timestamptz)`
  const content = randomBytes(800)
  const app = new Koa()
  app.use(async (koa) => {
    const name = String(koa.query.name)
    for (let statement = 0; statement < 12; statement++) {
      await sql`select name, attributes from yardstick.people where name = ${name}`
    }
    for (let statement = 0; statement < 3; statement++) {
      await sql`insert into yardstick.records values (${randomBytes(32)}, ${content}, ${new Date()})`
    }
    await hash('correct horse battery staple', cost)
    await Promise.all([signature(), signature()])
    koa.body = { signed: 'in' }
  })
  return listen(app)
}
