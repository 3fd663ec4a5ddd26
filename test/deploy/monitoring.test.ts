import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { parse } from 'yaml'
import { startTestServer, type TestServer } from '../support/server.ts'

const text = (name: string) => readFileSync(new URL(`../../deploy/monitoring/${name}`, import.meta.url), 'utf8')

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(() => server?.close())

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
