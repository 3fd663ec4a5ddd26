import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { poolhouseProcess } from '../support/poolhouse-process.ts'
import { serveSettings } from '../support/serve-process.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'poolhouse-seed-'))
const seedFile = join(folder, 'seed.json')
let database: TestDatabase

before(async () => {
  database = await createTestDatabase()
})
after(async () => {
  await database.drop()
  rmSync(folder, { recursive: true })
})

const settings = (): Record<string, string> => {
  // As a URL, and as the variables of PostgreSQL's own programs.
  const all = serveSettings(database.connection, 1)
  const names = ['DATABASE_URL', 'PGHOST', 'PGPORT', 'PGUSER'].filter((name) => all[name] !== undefined)
  return { ...Object.fromEntries(names.map((name) => [name, all[name]!])), POOLHOUSE_SEED: seedFile }
}

test('a server is ready once its seed is applied', async () => {
  const UserPoolId = 'us-east-1_atstart01'
  const Users = Array.from({ length: 20 }, (_, index) => ({ Username: `user${index}` }))
  writeFileSync(seedFile, JSON.stringify({ pools: [{ Id: UserPoolId, Users }] }))
  const server = await poolhouseProcess(folder, settings())
  await server.start()
  const cognito = new CognitoIdentityProvider({
    region: 'us-east-1',
    endpoint: server.url,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  try {
    await cognito.adminGetUser({ UserPoolId, Username: 'user19' })
  } finally {
    cognito.destroy()
    await server.stop()
  }
})

test('a seed that is refused ends the server with the reason', { timeout: 60_000 }, async () => {
  writeFileSync(seedFile, JSON.stringify({ pools: [{ Id: 'us-east-1_atstart02', Groups: [{ GroupName: '' }] }] }))
  const child = spawn(process.execPath, [main, 'dev'], {
    env: { PATH: process.env.PATH, POOLHOUSE_PORT: '0', POOLHOUSE_DATA_DIR: folder, ...settings() },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let errors = ''
  child.stderr.on('data', (text) => {
    errors += text
  })
  const code = await new Promise((resolve) => child.once('exit', resolve))
  assert.equal(code, 1)
  assert.match(errors, /^pool us-east-1_atstart02, group : InvalidParameterException/)
})
