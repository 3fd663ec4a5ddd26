// A minimal program that does what a start must: a PostgreSQL in a folder, created if necessary, a table, a key, Koa, a
// token.
import { execFileSync, spawn } from 'node:child_process'
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'
import { chownSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Koa from 'koa'
import postgres from 'postgres'
import { findBinaries } from '../../src/store/embedded/binaries.ts'
import { locate } from '../../src/store/embedded/location.ts'

const location = await locate(process.argv[2]!)
const { bin, env } = await findBinaries(location)
const { pgdata, dataDir, user } = location
const as = { ...user, cwd: '/', env: { PATH: process.env.PATH, TZ: 'UTC', LC_ALL: 'C', ...env } }
if (user) chownSync(dataDir, user.uid, user.gid)
const fresh = !existsSync(pgdata)
if (fresh) {
  execFileSync(join(bin, 'initdb'), ['--no-sync', '--no-locale', '-E', 'UTF8', '-U', 'bare', '-A', 'trust', pgdata], {
    ...as,
    stdio: 'ignore',
  })
}
const settings = ['shared_buffers=32MB', 'max_connections=60', 'listen_addresses=']
const database = spawn(
  join(bin, 'postgres'),
  ['-D', pgdata, '-k', dataDir, ...settings.flatMap((each) => ['-c', each])],
  {
    ...as,
    stdio: 'ignore',
  },
)
while (!existsSync(join(dataDir, '.s.PGSQL.5432'))) await sleep(2)
const options = { host: dataDir, port: 5432, username: 'bare', database: 'postgres', max: 10, onnotice: () => {} }
const sql = postgres(options)
while (!(await sql`select 1`.catch(() => undefined))) await sleep(2)

if (fresh) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  await sql`create table keys (pem text not null)`
  await sql`insert into keys values (${privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()})`
}

const app = new Koa()
app.use(async (koa) => {
  const [key] = await sql`select pem from keys`
  koa.body = sign('RSA-SHA256', Buffer.alloc(600), createPrivateKey(key!.pem)).toString('base64url')
})
const server = app.listen(0, '127.0.0.1', async () => {
  const { port } = server.address() as { port: number }
  await (await fetch(`http://127.0.0.1:${port}/`)).text()
  console.log('first token')
})
process.on('SIGTERM', async () => {
  database.kill('SIGINT')
  await new Promise((resolve) => database.once('exit', resolve))
  process.exit(0)
})
