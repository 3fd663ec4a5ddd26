import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { packedPackage } from '../support/guide.ts'

const folder = mkdtempSync(join(tmpdir(), 'poolhouse-runners-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const run = (program: string, ...args: string[]) =>
  execFileSync(program, args, {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      NODE_TEST_CONTEXT: undefined,
      CI: '1',
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    },
  })

const server = `
const { startPoolhouse } = require('poolhouse/testing')
let poolhouse
beforeAll(async () => {
  poolhouse = await startPoolhouse({ seed: { pools: [{ Id: 'us-east-1_runners01', PoolName: 'runners' }] } })
}, 120_000)
afterAll(() => poolhouse.stop(), 60_000)

test('the server answers, and its clock moves', async () => {
  expect((await fetch(poolhouse.url + '/us-east-1_runners01/.well-known/jwks.json')).status).toBe(200)
  const before = poolhouse.clock.now().getTime()
  poolhouse.clock.advance({ hours: 1 })
  expect(poolhouse.clock.now().getTime() - before).toBeGreaterThan(3_500_000)
  await expect(poolhouse.inbox.waitFor({ to: 'nobody@example.com' }, { timeout: 20 })).rejects.toThrow('None came')
})
`

test('jest with its defaults runs a server, and ends', () => {
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  run('npm', 'install', '--silent', 'jest', packedPackage())
  writeFileSync(join(folder, 'server.test.js'), server)
  run('npx', 'jest')
})

// The program of Cypress itself is fetched by an installer of its own, which is left out here: the set-up is called with
// what Cypress passes, and each task is held to what Cypress demands of one.
const asCypressCalls = `
  import assert from 'node:assert'
  export async function check({ e2e }) {
    const handlers = {}
    const on = (name, value) => { handlers[name] = value }
    const resolved = { ...e2e, env: {}, projectRoot: process.cwd(), testingType: 'e2e', version: '15.0.0' }
    const config = await e2e.setupNodeEvents(on, resolved)
    assert.equal(config.baseUrl, 'http://localhost:3000')
    const url = config.env.POOLHOUSE_URL
    async function task(name, argument) {
      const answer = await handlers.task[name](argument)
      assert.notStrictEqual(answer, undefined, name + ' answers undefined')
      return JSON.parse(JSON.stringify(answer))
    }
    const call = async (operation, input) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': 'AWSCognitoIdentityProviderService.' + operation,
        },
        body: JSON.stringify(input),
      })
      return { status: response.status, ...(await response.json()) }
    }
    const user = { Username: 'bob@example.com', Password: 'Correct-horse-1' }
    const signIn = () => call('InitiateAuth', {
      ClientId: 'app',
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: user.Username, PASSWORD: user.Password },
    })
    assert.equal((await signIn()).status, 400)
    assert.equal(await task('createUser', { poolId: 'us-east-1_cypress001', ...user }), null)
    const { AccessToken } = (await signIn()).AuthenticationResult
    assert.equal((await call('GetUser', { AccessToken })).status, 200)
    assert.equal(await task('advanceClock', { hours: 2 }), null)
    assert.equal((await call('GetUser', { AccessToken })).__type, 'NotAuthorizedException')

    assert.equal((await call('SignUp', { ClientId: 'app', Username: 'eve@example.com', Password: user.Password })).status, 200)
    const { code } = await task('message', { to: 'eve@example.com' })
    const confirmed = await call('ConfirmSignUp', { ClientId: 'app', Username: 'eve@example.com', ConfirmationCode: code })
    assert.equal(confirmed.status, 200)
    await assert.rejects(task('message', { to: 'ann@example.com' }), /No message to ann@example.com/)
    assert.equal(await task('reset'), null)
    assert.equal((await signIn()).status, 400)
    await handlers['after:run']?.()
    await assert.rejects(fetch(url))
  }
`

test('the set-up of Cypress in the guide starts a server, and its tasks make users, read mail and move the clock', () => {
  const [, config] = /```js\n\/\/ cypress\.config\.js\n(.*?)```/s.exec(
    readFileSync('docs/testing-your-app.md', 'utf8'),
  )!
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  run('env', 'CYPRESS_INSTALL_BINARY=0', 'npm', 'install', '--silent', 'cypress', packedPackage())
  const pool = {
    Id: 'us-east-1_cypress001',
    PoolName: 'cypress',
    UsernameAttributes: ['email'],
    AutoVerifiedAttributes: ['email'],
    Clients: [{ ClientId: 'app', ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] }],
  }
  writeFileSync(join(folder, 'poolhouse.json'), JSON.stringify({ pools: [pool] }))
  writeFileSync(join(folder, 'check.mjs'), asCypressCalls)
  writeFileSync(join(folder, 'cypress.config.js'), config!)
  const asModule = config!
    .replaceAll(/^const (\{.*\}) = require\((.*)\)$/gm, 'import $1 from $2')
    .replace('module.exports =', 'export default')
  writeFileSync(join(folder, 'cypress.config.mjs'), asModule)
  for (const file of ['cypress.config.js', 'cypress.config.mjs']) {
    writeFileSync(
      join(folder, 'run.mjs'),
      `import { check } from './check.mjs'\nimport config from './${file}'\nawait check(config)`,
    )
    run(process.execPath, 'run.mjs')
  }
})
