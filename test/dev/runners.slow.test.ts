import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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

test('the set-up of Cypress in the guide starts a server and answers its tasks', () => {
  // Cypress itself is fetched by an installer of its own; its configuration is a module like any other.
  const [, config] = /```js\n\/\/ cypress\.config\.js\n(.*?)```/s.exec(
    readFileSync('docs/testing-your-app.md', 'utf8'),
  )!
  mkdirSync(join(folder, 'node_modules/cypress'), { recursive: true })
  writeFileSync(join(folder, 'node_modules/cypress/index.js'), 'exports.defineConfig = (config) => config')
  writeFileSync(join(folder, 'cypress.config.js'), config!)
  writeFileSync(
    join(folder, 'poolhouse.json'),
    '{ "pools": [{ "Id": "us-east-1_cypress001", "PoolName": "cypress" }] }',
  )
  const program = `
    const assert = require('node:assert')
    const { e2e } = require('./cypress.config.js')
    const on = {}
    e2e.setupNodeEvents((name, value) => { on[name] = value }, { env: {} }).then(async ({ env }) => {
      const keys = () => fetch(env.POOLHOUSE_URL + '/us-east-1_cypress001/.well-known/jwks.json')
      assert.equal((await keys()).status, 200)
      assert.equal(await on.task.reset(), null)
      assert.equal((await keys()).status, 200)
      await assert.rejects(on.task.message({ to: 'ann@example.com' }), /No message to ann@example.com/)
      await on['after:run']()
    })`
  run(process.execPath, '-e', program)
})
