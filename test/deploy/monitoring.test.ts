import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { parse } from 'yaml'
import { startTestServer, type TestServer } from '../support/server.ts'

const text = (name: string) => readFileSync(new URL(`../../deploy/monitoring/${name}`, import.meta.url), 'utf8')

let server: TestServer
let functions: string
before(async () => {
  functions = await mkdtemp(join(tmpdir(), 'poolhouse-monitoring-'))
  await writeFile(join(functions, 'welcome.mjs'), 'export const handler = async (event) => event\n')
  server = await startTestServer({ triggersDir: functions })
})
after(async () => {
  await server?.close()
  await rm(functions, { recursive: true, force: true })
})

const scrape = async () => (await fetch(`${server.url}/metrics`)).text()

/** Names and labels as they are declared: `# TYPE` lines, and the samples of what has happened. */
async function known(): Promise<Set<string>> {
  const families = [...(await scrape()).matchAll(/^# TYPE (\S+) (\S+)$/gm)]
  return new Set(
    families.flatMap(([, name, type]) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name!],
    ),
  )
}

function expressions(): string[] {
  const alerts = parse(text('alerts.yml')).groups.flatMap(({ rules }: { rules: { expr: string }[] }) => rules)
  const panels = JSON.parse(text('dashboard.json')).panels.flatMap(
    ({ targets }: { targets: { expr: string }[] }) => targets,
  )
  return [...alerts, ...panels].map(({ expr }: { expr: string }) => expr)
}

const metricsIn = (expression: string) => expression.match(/\b(poolhouse|nodejs|process)_\w+/g) ?? []

test('every metric that an alert or a panel asks for is one of the server', async () => {
  const names = await known()
  const asked = new Set(expressions().flatMap(metricsIn))
  assert.ok(asked.size > 10)
  assert.deepEqual(
    [...asked].filter((name) => !names.has(name)),
    [],
  )
})

test('every metric of our own is in a panel', async () => {
  const shown = expressions().flatMap(metricsIn).join(' ')
  const own = [...(await scrape()).matchAll(/^# TYPE (poolhouse_\w+) /gm)].map(([, name]) => name!)
  assert.ok(own.length >= 12)
  for (const name of own) assert.ok(shown.includes(name), name)
})

test('every metric of our own is in the documentation', async () => {
  const documented = readFileSync(new URL('../../docs/production.md', import.meta.url), 'utf8')
  for (const [, name] of (await scrape()).matchAll(/^# TYPE (poolhouse_\w+) /gm))
    assert.ok(documented.includes(`\`${name}\``), name)
})

test('each alert has a severity and a sentence', () => {
  for (const { rules } of parse(text('alerts.yml')).groups)
    for (const { alert, labels, annotations } of rules) {
      assert.match(alert, /^Poolhouse[A-Z]/)
      assert.match(labels.severity, /^(warning|critical)$/)
      assert.match(annotations.summary, /^[A-Z].*\.$/)
    }
})

test('a sign-in, its refusal, a page and a waiting message are counted, with labels that nobody can multiply', async () => {
  const { cognito } = server
  const { UserPool } = await cognito.createUserPool({ PoolName: 'counted' })
  const UserPoolId = UserPool!.Id!
  const { UserPoolClient } = await cognito.createUserPoolClient({
    UserPoolId,
    ClientName: 'app',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
  })
  await cognito.adminCreateUser({ UserPoolId, Username: 'ann', MessageAction: 'SUPPRESS' })
  await cognito.adminSetUserPassword({ UserPoolId, Username: 'ann', Password: 'Correct-horse-1', Permanent: true })
  const signIn = (PASSWORD: string) =>
    cognito.initiateAuth({
      ClientId: UserPoolClient!.ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'ann', PASSWORD },
    })
  await signIn('Correct-horse-1')
  await assert.rejects(signIn('Wrong-horse-1'))
  for (const path of ['login?client_id=x', 'no-such-page-1', 'no-such-page-2'])
    await fetch(`${server.url}/${UserPoolId}/${path}`, { redirect: 'manual' })
  const figures = await scrape()
  assert.match(figures, /^poolhouse_sign_ins_total\{result="success"\} 1$/m)
  assert.match(figures, /^poolhouse_sign_ins_total\{result="failure"\} 1$/m)
  assert.match(figures, /^poolhouse_http_answers_total\{route="login",method="other",status="302"\} 1$/m)
  assert.match(figures, /^poolhouse_http_answers_total\{route="other",method="other",status="404"\} 2$/m)
  assert.match(figures, /^poolhouse_outbox_waiting 0$/m)
  for (const name of ['no-such-page', UserPoolId, 'ann']) assert.ok(!figures.includes(name), name)
})

const labelsOf = (name: string, value: string) => new RegExp(`^poolhouse_${name}\\{${value}\\} (\\S+)$`, 'm')

test('triggers, the database, queues, caches, signing keys and jobs are measured', async () => {
  const { cognito } = server
  const { UserPool } = await cognito.createUserPool({
    PoolName: 'measured',
    LambdaConfig: { PreSignUp: 'arn:aws:lambda:us-east-1:000000000000:function:welcome' },
  })
  const before = await scrape()
  const figure = (text: string, name: string, labels: string) => Number(labelsOf(name, labels).exec(text)?.[1] ?? 0)
  await cognito.adminCreateUser({ UserPoolId: UserPool!.Id!, Username: 'bob', MessageAction: 'SUPPRESS' })
  await cognito.adminSetUserPassword({
    UserPoolId: UserPool!.Id!,
    Username: 'bob',
    Password: 'Correct-horse-1',
    Permanent: true,
  })
  const after = await scrape()
  const rise = (name: string, labels: string) => figure(after, name, labels) - figure(before, name, labels)
  assert.equal(rise('trigger_calls_total', 'trigger="PreSignUp",result="answered"'), 1)
  assert.ok(rise('database_statements_total', 'result="success"') >= 4)
  assert.ok(rise('cache_lookups_total', 'cache="pools",result="hit"') >= 1)
  assert.ok(figure(after, 'cache_lookups_total', 'cache="pools",result="miss"') >= 1)
  assert.match(after, /^poolhouse_database_connections\{state="idle"\} [1-5]$/m)
  assert.match(after, /^poolhouse_database_waiting 0$/m)
  for (const queue of ['password-hashes', 'srp']) {
    assert.match(after, labelsOf('queue_waiting', `queue="${queue}"`))
    assert.match(after, labelsOf('queue_age_seconds', `queue="${queue}"`))
    assert.match(after, labelsOf('queue_refusals_total', `queue="${queue}"`))
  }
  server.clock.advance({ days: 3 })
  assert.ok(Number(/^poolhouse_signing_key_age_seconds (\S+)$/m.exec(await scrape())![1]) > 2.9 * 86_400)
  assert.match(after, /^poolhouse_spare_signing_keys \d+$/m)
})

test('a piece of background work is counted once it has run', async () => {
  for (let tries = 0; tries < 100; tries++) {
    if (labelsOf('job_runs_total', 'job="sweep",result="success"').test(await scrape())) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  assert.fail('the sweep has not run')
})
