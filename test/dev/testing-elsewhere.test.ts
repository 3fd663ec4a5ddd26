import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { get } from 'node:https'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { runInNewContext } from 'node:vm'
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { shortHash } from '../../src/store/embedded/location.ts'
import {
  type ConnectedPoolhouse,
  connectPoolhouse,
  type PoolhouseForTests,
  startPoolhouse,
} from '../../src/testing/index.ts'
import { requireNode } from '../../src/testing/node-version.ts'

// From CommonJS, from other processes than the one that started the server, and over https.
const commonJs = fileURLToPath(new URL('../../src/testing/index.cjs', import.meta.url))
const UserPoolId = 'us-east-1_elsewhere'
const ClientId = 'elsewhere0000000000000001'
const pools = [
  {
    Id: UserPoolId,
    PoolName: 'elsewhere',
    AutoVerifiedAttributes: ['email' as const],
    Clients: [{ ClientId, ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH' as const] }],
    Users: [
      {
        Username: 'ann',
        Password: 'Correct-horse-1',
        UserAttributes: { email: 'ann@example.com', email_verified: 'true' },
      },
    ],
  },
]

let poolhouse: PoolhouseForTests
let connected: ConnectedPoolhouse
let cognito: CognitoIdentityProvider
before(async () => {
  poolhouse = await startPoolhouse({ seed: { pools }, tls: true })
  connected = await connectPoolhouse(`${poolhouse.url}/`)
  const { url: endpoint, region, credentials } = poolhouse
  cognito = new CognitoIdentityProvider({ endpoint, region, credentials, maxAttempts: 1 })
})
after(async () => {
  cognito?.destroy()
  await poolhouse?.stop()
})

const signIn = () =>
  cognito.initiateAuth({
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ann', PASSWORD: 'Correct-horse-1' },
  })

test('a program of CommonJS requires it, and it ends with the program', async () => {
  const program = `
    const { startPoolhouse } = require(${JSON.stringify(commonJs)})
    startPoolhouse({ seed: { pools: [] } }).then(async (poolhouse) => {
      console.log(typeof poolhouse.clock.now().getTime(), (await fetch(poolhouse.url + '/health')).status)
      await poolhouse.stop()
    })`
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['-e', program], { timeout: 200_000 })
  assert.equal(stdout, 'number 200\n')
  assert.ok(!stderr.includes('ExperimentalWarning'), stderr)
})

test('a program that is killed leaves no database behind, and one that stops no folder', async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'poolhouse-ends-')))
  const program = `
    const { readdirSync } = require('node:fs')
    const { startPoolhouse } = require(${JSON.stringify(commonJs)})
    startPoolhouse().then(async (poolhouse) => {
      require('node:fs').writeSync(1, readdirSync(${JSON.stringify(folder)}).join('\\n'))
      if (process.argv[1] === 'stop') await poolhouse.stop()
      else process.kill(process.pid, 'SIGKILL')
    })`
  try {
    for (const end of ['stop', 'kill']) {
      const env = { ...process.env, TMPDIR: folder }
      const ended = promisify(execFile)(process.execPath, ['-e', program, end], { env, timeout: 200_000 })
      const { stdout } = await ended.catch((error: { stdout: string }) => error)
      const names = stdout.split('\n').filter((name) => /^poolhouse-\w{6}$/.test(name))
      assert.equal(names.length, 1, stdout)
      const place = join(folder, names[0]!)
      // As root, the database's user may not reach the folder, and has one elsewhere.
      const places = [place, join('/var/lib/poolhouse', shortHash(place))]
      for (let waited = 0; waited < 60_000 && places.some((path) => existsSync(path)); waited += 50)
        await new Promise((done) => setTimeout(done, 50))
      assert.deepEqual(
        places.filter((path) => existsSync(path)),
        [],
        end,
      )
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('it is loaded from a context in which import() does not work, as that of jest', async () => {
  const code = readFileSync(commonJs, 'utf8')
  const module = { exports: {} as { startPoolhouse: typeof startPoolhouse; connectPoolhouse: typeof connectPoolhouse } }
  const run = runInNewContext(`(function (module, exports, require, __dirname) {${code}\n})`, { process })
  run(module, module.exports, createRequire(commonJs), fileURLToPath(new URL('../../src/testing', import.meta.url)))
  const other = await module.exports.connectPoolhouse(poolhouse.url)
  assert.equal((await other.inbox.messages({ to: 'nobody@example.com' })).length, 0)
  await assert.rejects(module.exports.startPoolhouse({ sed: {} } as never), /no option sed; did you mean seed\?/)
})

test('an old Node.js gets an error with the required version', () => {
  const module = { exports: {} as { startPoolhouse: () => Promise<unknown> } }
  const old = { versions: { node: '20.20.2' } }
  const run = runInNewContext(
    `(function (module, exports, require, __dirname) {${readFileSync(commonJs, 'utf8')}\n})`,
    { process: old },
  )
  run(module, module.exports, createRequire(commonJs), '/')
  return module.exports.startPoolhouse().then(
    () => assert.fail('it started'),
    ({ message }) => assert.equal(message, 'Poolhouse needs Node.js 22.18 or newer; this is 20.20.2.'),
  )
})

test('an old Node.js gets the same error from the ES module', () => {
  for (const version of ['18.20.0', '20.20.2', '22.17.1'])
    assert.throws(() => requireNode(version), {
      message: `Poolhouse needs Node.js 22.18 or newer; this is ${version}.`,
    })
  for (const version of ['22.18.0', '24.0.0']) requireNode(version)
})

test('another process reads the inbox, moves the clock and makes calls fail', async () => {
  await signIn()
  await cognito.forgotPassword({ ClientId, Username: 'ann' })
  const { code } = await connected.inbox.waitFor({ to: 'ann@example.com' })
  assert.match(code!, /^\d{6}$/)
  await connected.inbox.clear()
  await assert.rejects(connected.inbox.waitFor({ to: 'ann@example.com' }, { timeout: 20 }), /None came to anybody/)

  await connected.clock.advance({ days: 1 })
  assert.ok((await connected.clock.now()).getTime() - Date.now() > 86_000_000)
  await connected.clock.reset()

  await connected.fail('InitiateAuth', { type: 'TooManyRequestsException', times: 1 })
  await assert.rejects(signIn(), { name: 'TooManyRequestsException' })
  await assert.rejects(connected.fail('InitiateAut' as never, { type: 'X' }), /did you mean InitiateAuth\?/)
  await connected.clearFailures()
})

test('another process deletes everything and seeds it again', async () => {
  await connected.reset()
  await assert.rejects(signIn(), { name: 'ResourceNotFoundException' })
  await connected.seed({ pools })
  await signIn()
})

test('where no server answers, the address is named', async () => {
  await assert.rejects(
    connectPoolhouse('http://127.0.0.1:9'),
    /No development server of Poolhouse answers at http:\/\/127\.0\.0\.1:9/,
  )
})

test('the same server speaks https, with a certificate that its own authority vouches for', async () => {
  const { url, authority } = poolhouse.https!
  const status = (ca?: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      get(`${url}/health`, { ca, agent: false }, (response) => {
        response.resume()
        resolve(response.statusCode)
      }).on('error', reject)
    })
  assert.equal(await status(authority), 200)
  await assert.rejects(status(), /certificate/)
})
