import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { pino } from 'pino'
import type { Observations } from '../../src/lib/observations.ts'
import { createTriggers } from '../../src/triggers/triggers.ts'
import { Answer, arnOf, type LambdaEndpoint, lambdaKey, startLambda } from './lambda-endpoint.ts'

let folder: string
let lambda: LambdaEndpoint

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'poolhouse-triggers-'))
  lambda = await startLambda()
})

after(async () => {
  await lambda.close()
  await rm(folder, { recursive: true })
})

const event = {
  version: '1',
  triggerSource: 'PreSignUp_SignUp',
  userName: 'ann',
  request: {
    userAttributes: { email: 'ann@example.com', phone: undefined },
    validationData: null,
    session: [{ n: 1 }],
  },
  response: {},
}

/** Calls a function, and returns what was logged and counted. */
async function call(name: string, settings: Partial<Parameters<typeof createTriggers>[0]> = { triggersDir: folder }) {
  const lines: string[] = []
  const counted: Omit<Observations['trigger'], 'milliseconds'>[] = []
  const log = pino({ level: 'warn' }, { write: (line) => lines.push(line) })
  const triggers = createTriggers({ mode: 'dev', allowPrivateAddresses: true, ...settings }, log, (kind, facts) => {
    if (kind !== 'trigger') return
    const { milliseconds, ...rest } = facts as Observations['trigger']
    assert.ok(milliseconds > 0)
    counted.push(rest)
  })
  const outcome = await triggers.call(arnOf(name), event, 5000)
  triggers.close()
  return { outcome, lines: lines.map((line) => JSON.parse(line)), text: lines.join(''), counted }
}

const throwing = `export const handler = async (event) => {
  console.log('looking at', event.userName, { deep: { er: [1] } })
  await null
  console.error('it is not good')
  throw new Error('Not you, ' + event.userName)
}`

test('in dev an exception is logged with its stack, its console output and the shape of its event', async () => {
  await writeFile(join(folder, 'throws.mjs'), throwing)
  const { outcome, lines } = await call('throws')
  assert.deepEqual(outcome, { kind: 'threw', message: 'Not you, ann' })
  const [{ msg, message, stack, triggerSource, console, event: shape, ...line }] = lines
  assert.equal(msg, 'a trigger function threw')
  assert.equal(line.function, arnOf('throws'))
  assert.equal(triggerSource, 'PreSignUp_SignUp')
  assert.equal(message, 'Not you, ann')
  assert.match(stack.join('\n'), /^Error: Not you, ann\n.*throws\.mjs:5:9/)
  assert.deepEqual(console, ['looking at ann { deep: { er: [ 1 ] } }', 'it is not good'])
  assert.deepEqual(shape, {
    version: 'string',
    triggerSource: 'string',
    userName: 'string',
    request: { userAttributes: { email: 'string' }, validationData: 'null', session: [{ n: 'number' }] },
    response: {},
  })
})

test('what a Lambda function throws is logged with the trace that its runtime reports', async () => {
  lambda.functions.remote = () => {
    const failure = { errorMessage: 'No.', errorType: 'Error', trace: ['Error: No.', '    at handler (index.js:3:9)'] }
    throw new Answer(200, JSON.stringify(failure), { 'x-amz-function-error': 'Unhandled' })
  }
  const { outcome, lines } = await call('remote', { lambdaEndpoint: lambda.url, lambdaCredentials: lambdaKey })
  assert.deepEqual(outcome, { kind: 'threw', message: 'No.' })
  assert.equal(lines[0].message, 'No.')
  assert.deepEqual(lines[0].stack, ['Error: No.', '    at handler (index.js:3:9)'])
})

test('each of two calls at once is logged with its own output', async () => {
  const code = `export const handler = async ({ userName }) => {
  for (let i = 0; i < 3; i++) { console.info(userName, i); await new Promise((done) => setTimeout(done, 5)) }
  throw userName
}`
  await writeFile(join(folder, 'talks.mjs'), code)
  const lines: string[] = []
  const log = pino({ level: 'warn' }, { write: (line) => lines.push(line) })
  const triggers = createTriggers({ mode: 'dev', allowPrivateAddresses: true, triggersDir: folder }, log)
  await Promise.all(['ann', 'bob'].map((userName) => triggers.call(arnOf('talks'), { ...event, userName }, 5000)))
  triggers.close()
  const logged = lines.map((line) => JSON.parse(line)).sort((a, b) => a.message.localeCompare(b.message))
  assert.deepEqual(
    logged.map(({ message, console }) => [message, console]),
    ['ann', 'bob'].map((name) => [name, [`${name} 0`, `${name} 1`, `${name} 2`]]),
  )
})

test('in production an exception is counted, and nothing of it is logged', async () => {
  await writeFile(join(folder, 'throws.mjs'), throwing)
  const { outcome, text, counted } = await call('throws', { mode: 'serve', triggersDir: folder })
  assert.equal(outcome.kind, 'threw')
  assert.equal(text, '')
  assert.deepEqual(counted, [{ trigger: 'PreSignUp', result: 'threw', error: 'Error' }])
})

test('every call is counted by how it ended', async () => {
  await writeFile(join(folder, 'fine.mjs'), 'export const handler = async (event) => event')
  assert.deepEqual((await call('fine')).counted, [{ trigger: 'PreSignUp', result: 'answered' }])
  const failure = { trigger: 'PreSignUp', result: 'failed', error: 'ResourceNotFoundException' }
  assert.deepEqual((await call('nothing')).counted, [failure])
})

test('a missing function names where it was looked for, and the name that was probably meant', async () => {
  await writeFile(join(folder, 'welcome.mjs'), 'export const handler = async (event) => event')
  const webhooks = { gatekeeper: { url: 'http://127.0.0.1:9', secret: 'a secret of sixteen' } }
  const lambdaEndpoint = { lambdaEndpoint: lambda.url, lambdaCredentials: lambdaKey }
  const { lines } = await call('wellcome', { triggersDir: folder, webhooks, ...lambdaEndpoint })
  assert.equal(lines[0].reason, 'ResourceNotFoundException')
  assert.deepEqual(lines[0].lookedIn, [
    'the webhooks of POOLHOUSE_WEBHOOKS',
    `${folder} (POOLHOUSE_TRIGGERS_DIR)`,
    `Lambda at ${lambda.url} (POOLHOUSE_LAMBDA_ENDPOINT)`,
  ])
  assert.equal(lines[0].didYouMean, 'welcome')

  const [unset] = (await call('welcome', {})).lines
  assert.deepEqual(unset.lookedIn, [
    'nowhere: POOLHOUSE_TRIGGERS_DIR, POOLHOUSE_WEBHOOKS and POOLHOUSE_LAMBDA_ENDPOINT are unset',
  ])
})

test('a module that does not load is logged with the place of the mistake', async () => {
  await writeFile(join(folder, 'broken.mjs'), 'import "./not-there.mjs"')
  const { outcome, lines } = await call('broken')
  assert.deepEqual(outcome, { kind: 'failed', error: 'Runtime.ImportModuleError' })
  const logged = lines.find(({ msg }) => msg === 'a trigger module could not be loaded')
  assert.equal(logged.file, 'broken.mjs')
  assert.match(logged.stack[0], /Cannot find module .*not-there\.mjs/)
})

test('an error that no thread could pass on is an exception like any other', async () => {
  const code = `export const handler = async () => {
  throw Object.assign(new Error('odd'), { cause: { f() {} } })
}`
  await writeFile(join(folder, 'odd.mjs'), code)
  assert.deepEqual((await call('odd')).outcome, { kind: 'threw', message: 'odd' })
})
