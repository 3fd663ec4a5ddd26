import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { SMTPServer } from 'smtp-server'
import { createKeyring } from '../../src/lib/keyring.ts'
import { openDatabase } from '../../src/store/db.ts'
import { beginRotation, endRotation } from '../../src/store/installation.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type ServeProcess, serveSettings, startServe } from '../support/serve-process.ts'
import { startTestServer } from '../support/server.ts'

const program = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

let database: TestDatabase
let served: ServeProcess

before(async () => {
  database = await createTestDatabase()
  const server = await startTestServer({}, { database, masterKey: Buffer.alloc(32, 7) })
  await server.stopServer()
  served = await startServe({ POOLHOUSE_WORKERS: '1' })
})
after(async () => {
  await served?.dispose()
  await database?.drop()
})

interface Finding {
  check: string
  state: string
  text: string
}

async function run(args: string[], settings: Record<string, string>) {
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env.PATH, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (text) => {
    output += text
  })
  child.stderr.on('data', (text) => {
    errors += text
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, output, errors }
}

async function examine(settings: Record<string, string>) {
  const all = { ...serveSettings(database.connection, 9500), POOLHOUSE_TRUST_PROXY: '1', ...settings }
  const { code, output, errors } = await run(['doctor', '--json'], all)
  assert.equal(errors, '')
  const findings = JSON.parse(output) as Finding[]
  return { code, output, of: (check: string) => findings.filter((finding) => finding.check === check) }
}

const state = (findings: Finding[]) => findings.map((finding) => finding.state)

test('doctor reports no problems if everything is set, one line for each check', async () => {
  const smtp = new SMTPServer({ disabledCommands: ['AUTH', 'STARTTLS'] })
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve))
  const { port } = smtp.server.address() as AddressInfo
  const settings = {
    ...serveSettings(database.connection, 9500),
    POOLHOUSE_PUBLIC_URL: 'https://id.example.com',
    POOLHOUSE_TRUST_PROXY: '1',
    POOLHOUSE_SMTP_URL: `smtp://127.0.0.1:${port}`,
  }
  const { code, output } = await run(['doctor'], settings)
  await new Promise<void>((resolve) => smtp.close(resolve))
  assert.equal(code, 0, output)
  const lines = output.trimEnd().split('\n')
  assert.deepEqual(
    lines.map((line) => line.split(/ {2,}/).slice(0, 2)),
    ['settings', 'proxy', 'database', 'clock', 'schema', 'master key', 'mail'].map((check) => ['ok', check]),
  )
})

test('doctor names every problem of the settings', async () => {
  const { code, output } = await run(['doctor', '--json'], { POOLHOUSE_MASTER_KEY: 'short' })
  assert.equal(code, 1)
  const findings = JSON.parse(output) as Finding[]
  assert.ok(findings.every(({ check, state }) => check === 'settings' && state === 'failed'))
  for (const name of ['DATABASE_URL', 'POOLHOUSE_MASTER_KEY', 'POOLHOUSE_PUBLIC_URL', 'POOLHOUSE_ACCESS_KEY_ID'])
    assert.equal(findings.filter(({ text }) => text.startsWith(`${name} `)).length, 1, name)
})

test('doctor warns where nothing sends mail, and where a variable is no setting', async () => {
  const { code, of } = await examine({ POOLHOUSE_PUBLIK_URL: 'x' })
  assert.equal(code, 0)
  const texts = of('settings').map(({ text }) => text)
  assert.match(texts[0]!, /^POOLHOUSE_PUBLIK_URL is no setting/)
  assert.match(texts[1]!, /^No way to send mail is set/)
})

test('doctor finds a master key that is not the one of the database, and prints neither', async () => {
  const other = Buffer.alloc(32, 8).toString('base64')
  const { code, output, of } = await examine({ POOLHOUSE_MASTER_KEY: other })
  assert.equal(code, 1)
  assert.deepEqual(state(of('master key')), ['failed'])
  assert.ok(!output.includes(other))
})

test('doctor finds a database that does not answer, and prints no password of it', async () => {
  const { code, output, of } = await examine({ DATABASE_URL: 'postgres://someone:hidden-word@127.0.0.1:1/none' })
  assert.equal(code, 1)
  assert.deepEqual(state(of('database')), ['failed'])
  assert.ok(!output.includes('hidden-word'))
})

test('behind a pooler doctor names the settings of sessions that the role lacks, until it has them', async () => {
  const settings = { POOLHOUSE_DATABASE_PREPARE: 'off' }
  const { db, close } = openDatabase({ connection: database.connection, maxConnections: 1, prepare: false })
  const set = async (name: string, value: string) => {
    const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(db)
    await sql`
      alter role current_user in database ${sql.id(rows[0]!.name)} set ${sql.id(name)} = ${sql.lit(value)}`.execute(db)
  }
  try {
    await set('jit', 'on')
    await set('lock_timeout', '2s')
    const before = await examine(settings)
    assert.equal(before.code, 0)
    assert.deepEqual(state(before.of('pooler')), ['warning'])
    assert.match(
      before.of('pooler')[0]!.text,
      /^The role lacks idle_in_transaction_session_timeout, jit, statement_timeout: /,
    )

    await set('jit', 'off')
    for (const name of ['statement_timeout', 'idle_in_transaction_session_timeout']) await set(name, '15s')
    assert.deepEqual(state((await examine(settings)).of('pooler')), ['ok'])
  } finally {
    await close()
  }
})

test('doctor finds a mail server that refuses connections, and prints no password of it', async () => {
  const { code, output, of } = await examine({ POOLHOUSE_SMTP_URL: 'smtp://someone:hidden-word@127.0.0.1:1' })
  assert.equal(code, 1)
  assert.match(of('mail')[0]!.text, /^The mail server 127\.0\.0\.1:1 can't be used: smtp ESOCKET/)
  assert.ok(!output.includes('hidden-word'))
})

test('doctor finds a domain suffix that does not resolve', async () => {
  const { code, of } = await examine({ POOLHOUSE_DOMAIN_SUFFIX: 'auth.invalid' })
  assert.equal(code, 1)
  assert.match(of('DNS')[0]!.text, /^doctor\.auth\.invalid does not resolve/)
})

test('doctor finds https without a trusted proxy', async () => {
  const { code, of } = await examine({ POOLHOUSE_PUBLIC_URL: 'https://id.example.com', POOLHOUSE_TRUST_PROXY: '0' })
  assert.equal(code, 1)
  assert.match(of('proxy')[0]!.text, /POOLHOUSE_TRUST_PROXY is not set/)
})

test('status tells a server that is ready from one that is away and from another program', async () => {
  const ready = await run(['status'], { POOLHOUSE_PUBLIC_URL: served.url })
  assert.equal(ready.code, 0, ready.output)
  assert.match(ready.output, /is ready and answered in \d+ ms\.$/m)

  const away = await run(['status', '--json'], { POOLHOUSE_PUBLIC_URL: 'http://127.0.0.1:1' })
  assert.equal(away.code, 1)
  assert.equal((JSON.parse(away.output) as Finding[])[0]!.state, 'failed')

  const other = createServer((_, answer) => answer.end('<html>'))
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as AddressInfo
  const stranger = await run(['status'], { POOLHOUSE_PUBLIC_URL: `http://127.0.0.1:${port}` })
  other.close()
  assert.equal(stranger.code, 1)
  assert.match(stranger.output, /answers 200, but not as Poolhouse does\.$/m)
})

test('an option or an argument that doctor and status lack is refused in a sentence', async () => {
  for (const [args, sentence] of [
    [['doctor', '--fix'], /^poolhouse doctor has no option --fix\. See poolhouse doctor --help\.$/m],
    [['status', 'now'], /^poolhouse status takes no argument now\. See poolhouse status --help\.$/m],
  ] as const) {
    const { code, errors } = await run([...args], {})
    assert.notEqual(code, 0)
    assert.match(errors, sentence)
    assert.doesNotMatch(errors, /^\s+at /m)
  }
})

test('status tells that a master key is being rotated, and with the keys how much is left', async () => {
  const { POOLHOUSE_MASTER_KEY: former, ...place } = serveSettings(database.connection, 9500)
  const next = Buffer.alloc(32, 9)
  const { db, close } = openDatabase({ connection: database.connection, maxConnections: 1, prepare: false })
  const status = async (settings: Record<string, string> = {}) => {
    const { code, output } = await run(['status', '--json'], {
      ...place,
      POOLHOUSE_PUBLIC_URL: served.url,
      ...settings,
    })
    assert.equal(code, 0, output)
    return (JSON.parse(output) as Finding[]).filter(({ check }) => check === 'master key')
  }
  try {
    assert.deepEqual(await status(), [])
    await beginRotation(db, createKeyring(next, [Buffer.from(former!, 'base64')]))
    const [without] = await status()
    assert.equal(without?.state, 'warning')
    assert.match(without.text, /^The master key is being rotated; `poolhouse master-key rotate` goes on/)
    const keys = { POOLHOUSE_MASTER_KEY: next.toString('base64'), POOLHOUSE_MASTER_KEY_PREVIOUS: former! }
    assert.match((await status(keys))[0]!.text, /^The master key is being rotated: \d+ values? to seal anew;/)
    await endRotation(db)
    assert.deepEqual(await status(keys), [])
  } finally {
    await close()
  }
})
