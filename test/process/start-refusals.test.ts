import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { serveSettings } from '../support/serve-process.ts'
import { startTestServer } from '../support/server.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

let database: TestDatabase

before(async () => {
  database = await createTestDatabase()
  const server = await startTestServer({}, { database, masterKey: Buffer.alloc(32, 1) })
  await server.stopServer()
})
after(() => database.drop())

/** What `poolhouse serve` prints before it gives up. */
async function refusal(settings: Record<string, string>): Promise<{ code: number | null; errors: string }> {
  const child = spawn(process.execPath, [main, 'serve'], {
    env: { PATH: process.env.PATH, ...serveSettings(database.connection, 1), POOLHOUSE_PORT: '0', ...settings },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 60_000,
  })
  let errors = ''
  child.stderr.on('data', (text) => {
    errors += text
  })
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve))
  return { code, errors }
}

for (const workers of ['1', '2']) {
  test(`a master key that is not the database's ends ${workers} worker(s) in a sentence`, async () => {
    const { code, errors } = await refusal({ POOLHOUSE_WORKERS: workers })
    assert.notEqual(code, 0)
    assert.match(errors, /^The master key is not the one this database was sealed with\. Set POOLHOUSE_MASTER_KEY/m)
    assert.doesNotMatch(errors, /^\s+at /m)
  })
}

test('a limit that there is not ends the start in a sentence', async () => {
  const { code, errors } = await refusal({ POOLHOUSE_LIMITS: '{"everything": 7}' })
  assert.equal(code, 1)
  assert.equal(errors, "Poolhouse can't start:\n  - POOLHOUSE_LIMITS names no limit: everything\n")
})
