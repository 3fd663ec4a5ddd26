import { generateKeyPairSync, sign, verify } from 'node:crypto'
import Koa from 'koa'
import { listen } from '../frame/listen.ts'
import type { Yardstick } from '../frame/yardstick.ts'
import { connect, makePeople } from './database.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const text = Buffer.alloc(600, 'x')
const signed = sign('RSA-SHA256', text, privateKey)

/** Koa, a JSON body, an RS256 verification if the body asks for it, one indexed select, a short JSON response. */
export async function start(connection: object): Promise<Yardstick> {
  const sql = connect(connection)
  await makePeople(sql)
  const app = new Koa()
  app.use(async (koa) => {
    const chunks: Buffer[] = []
    for await (const chunk of koa.req) chunks.push(chunk)
    const { name, token } = JSON.parse(Buffer.concat(chunks).toString())
    if (token && !verify('RSA-SHA256', text, publicKey, signed)) return
    const [person] = await sql`select name, attributes from yardstick.people where name = ${name}`
    koa.body = person
  })
  return listen(app)
}
