import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { pino } from 'pino'
import { createTriggers, type Triggers } from '../../src/triggers/triggers.ts'
import { Answer, arnOf, type LambdaEndpoint, lambdaKey, startLambda } from './lambda-endpoint.ts'

const log = pino({ level: 'silent' })
const event = { version: '1', request: { userAttributes: { name: 'Ännchen' } }, response: {} }
const secret = 'a secret of sixteen'

let folder: string
let lambda: LambdaEndpoint
let hook: Awaited<ReturnType<typeof startHook>>
let triggers: Triggers

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'poolhouse-triggers-'))
  lambda = await startLambda()
  hook = await startHook()
  triggers = createTriggers(
    {
      mode: 'dev',
      triggersDir: folder,
      lambdaEndpoint: lambda.url,
      lambdaCredentials: lambdaKey,
      webhooks: { hook: { url: `${hook.url}/hook?a=1`, secret }, gone: { url: 'http://127.0.0.1:9', secret } },
      allowPrivateAddresses: true,
    },
    log,
  )
})

after(async () => {
  triggers.close()
  await lambda.close()
  await hook.close()
  await rm(folder, { recursive: true })
})

interface Delivery {
  req: IncomingMessage
  body: string
}

async function startHook() {
  const deliveries: Delivery[] = []
  const state = { answer: new Answer(200, '{}') }
  const server = createServer(async (req, res) => {
    let body = ''
    for await (const chunk of req) body += chunk
    deliveries.push({ req, body })
    res.writeHead(state.answer.status, state.answer.headers).end(state.answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    deliveries,
    answerWith: (status: number, body: string, headers = {}) => {
      state.answer = new Answer(status, body, headers)
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const call = (name: string, milliseconds = 5000) => triggers.call(arnOf(name), event, milliseconds)
const answered = (value: unknown) => ({ kind: 'answered', payload: JSON.stringify(value) })
const timedOut = { kind: 'failed', error: 'Socket timeout while invoking Lambda function.' }

test('a Lambda endpoint is called with a right signature and the event', async () => {
  lambda.functions.greet = (given) => ({ ...given, response: { greeted: true } })
  assert.deepEqual(await call('greet'), answered({ ...event, response: { greeted: true } }))
  assert.deepEqual(lambda.calls.at(-1), { name: 'greet', event })
})

test('a Lambda endpoint that does not know the key is heard of by its error', async () => {
  const strangers = createTriggers(
    {
      mode: 'dev',
      lambdaEndpoint: lambda.url,
      lambdaCredentials: { accessKeyId: 'AKIDSTRANGER', secretAccessKey: 'x' },
      allowPrivateAddresses: true,
    },
    log,
  )
  const outcome = await strangers.call(arnOf('greet'), event, 5000)
  assert.deepEqual(outcome, { kind: 'failed', error: 'InvalidSignatureException' })
  strangers.close()
})

test('a function that throws is distinguished from one that can’t be run', async () => {
  lambda.functions.refuse = () => {
    throw new Error('Not today')
  }
  lambda.functions.busy = () => {
    throw new Answer(429, '{"message":"x"}', { 'x-amzn-errortype': 'TooManyRequestsException' })
  }
  assert.deepEqual(await call('refuse'), { kind: 'threw', message: 'Not today' })
  assert.deepEqual(await call('busy'), { kind: 'failed', error: 'TooManyRequestsException' })
  assert.deepEqual(await call('nobody'), { kind: 'failed', error: 'ResourceNotFoundException' })
})

test('a Lambda function that does not answer in time is given up', async () => {
  lambda.functions.slow = () => new Promise((resolve) => setTimeout(resolve, 2000).unref())
  assert.deepEqual(await call('slow', 100), timedOut)
})

test('an answer that is too long is not taken', async () => {
  lambda.functions.long = () => ({ response: { text: 'x'.repeat(1024 * 1024) } })
  assert.deepEqual(await call('long'), { kind: 'failed', error: 'ResponseSizeTooLarge' })
})

test('a webhook can tell by HMAC who called, when, and that nothing was changed', async () => {
  hook.answerWith(200, JSON.stringify({ response: { ok: 1 } }))
  assert.deepEqual(await call('hook'), answered({ response: { ok: 1 } }))
  const { req, body } = hook.deliveries.at(-1)!
  assert.deepEqual(JSON.parse(body), event)
  assert.equal(req.url, '/hook?a=1')
  assert.equal(req.headers['poolhouse-function'], 'hook')
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = req.headers
  const expected = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')
  assert.equal(signature, `v1,${expected}`)
  assert.ok(Math.abs(Number(timestamp) - Date.now() / 1000) < 5)
})

test('a webhook refuses by a 4xx with a text, and everything else is a failure', async () => {
  hook.answerWith(400, '{"errorMessage":"No such plan"}')
  assert.deepEqual(await call('hook'), { kind: 'threw', message: 'No such plan' })
  hook.answerWith(400, '<html>')
  assert.deepEqual(await call('hook'), { kind: 'failed', error: 'HTTP 400' })
  hook.answerWith(500, '{"errorMessage":"Database gone"}')
  assert.deepEqual(await call('hook'), { kind: 'failed', error: 'HTTP 500' })
  hook.answerWith(302, '', { location: `${hook.url}/elsewhere` })
  assert.deepEqual(await call('hook'), { kind: 'failed', error: 'HTTP 302' })
  hook.answerWith(200, 'x'.repeat(1024 * 1024 + 1))
  assert.deepEqual(await call('hook'), { kind: 'failed', error: 'ResponseSizeTooLarge' })
  assert.deepEqual(await call('gone'), { kind: 'failed', error: 'ServiceException' })
})

test('a webhook at an address that is not public is not called unless that is allowed', async () => {
  const count = hook.deliveries.length
  const { port } = new URL(hook.url)
  for (const host of [
    '127.0.0.1',
    'localhost',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '169.254.169.254',
    '2130706433',
  ]) {
    const webhooks = { hook: { url: `http://${host}:${port}/`, secret } }
    const careful = createTriggers({ mode: 'serve', webhooks, allowPrivateAddresses: false }, log)
    const outcome = await careful.call(arnOf('hook'), event, 2000)
    assert.deepEqual(outcome, { kind: 'failed', error: 'AccessDeniedException' }, host)
  }
  assert.equal(hook.deliveries.length, count)
})

test('a module of the folder runs as a Lambda function does, in each of the usual forms', async () => {
  const forms = {
    'promise.mjs': 'export const handler = async (event) => ({ ...event, response: { by: "promise" } })',
    'callback.cjs':
      'exports.handler = (event, context, callback) => setTimeout(() => callback(null, { response: { by: "callback" } }), 5)',
    'done.cjs': 'exports.handler = (event, context) => context.done(null, { response: { by: "done" } })',
    'succeed.cjs': 'exports.handler = (event, context) => { context.succeed({ response: { by: "succeed" } }) }',
    'typed.ts':
      'export const handler = (event: { version: string }) => ({ response: { by: "typed " + event.version } })',
  }
  for (const [file, code] of Object.entries(forms)) await writeFile(join(folder, file), code)
  assert.deepEqual(await call('promise'), answered({ ...event, response: { by: 'promise' } }))
  assert.deepEqual(await call('callback'), answered({ response: { by: 'callback' } }))
  assert.deepEqual(await call('done'), answered({ response: { by: 'done' } }))
  assert.deepEqual(await call('succeed'), answered({ response: { by: 'succeed' } }))
  assert.deepEqual(await call('typed'), answered({ response: { by: 'typed 1' } }))
})

test('a module refuses by an exception or by a text for the callback', async () => {
  await writeFile(join(folder, 'throws.mjs'), 'export const handler = async () => { throw new Error("No.") }')
  await writeFile(join(folder, 'bad.cjs'), 'exports.handler = (event, context, callback) => callback("Bad password")')
  assert.deepEqual(await call('throws'), { kind: 'threw', message: 'No.' })
  assert.deepEqual(await call('bad'), { kind: 'threw', message: 'Bad password' })
})

test('a module in an endless loop holds nobody, and its next caller gets a new thread', async () => {
  await writeFile(
    join(folder, 'loop.mjs'),
    'let n = 0\nexport const handler = async (event) => { if (event.spin) for (;;); return { response: { n: ++n } } }',
  )
  assert.deepEqual(await call('loop'), answered({ response: { n: 1 } }))
  assert.deepEqual(await call('loop'), answered({ response: { n: 2 } }))
  assert.deepEqual(await triggers.call(arnOf('loop'), { spin: true }, 300), timedOut)
  assert.deepEqual(await call('loop'), answered({ response: { n: 1 } }))
})

test('a module that ends its process ends its thread alone', async () => {
  await writeFile(join(folder, 'exit.mjs'), 'export const handler = async () => process.exit(1)')
  assert.deepEqual(await call('exit'), { kind: 'failed', error: 'Runtime.ExitError' })
  assert.deepEqual(await call('exit'), { kind: 'failed', error: 'Runtime.ExitError' })
})

test('a module that does not load, or exports no handler, is a failure that tells users nothing', async () => {
  await writeFile(join(folder, 'broken.mjs'), 'import "./not-there.mjs"')
  await writeFile(join(folder, 'empty.mjs'), 'export const other = 1')
  assert.deepEqual(await call('broken'), { kind: 'failed', error: 'Runtime.ImportModuleError' })
  assert.deepEqual(await call('empty'), { kind: 'failed', error: 'Runtime.ImportModuleError' })
})

test('a module that was changed runs in its new form', async () => {
  const file = join(folder, 'changing.cjs')
  await writeFile(file, 'exports.handler = async () => ({ response: 1 })')
  assert.deepEqual(await call('changing'), answered({ response: 1 }))
  await writeFile(file, 'exports.handler = async () => ({ response: 2 })')
  await utimes(file, new Date(), new Date(Date.now() + 5000))
  assert.deepEqual(await call('changing'), answered({ response: 2 }))
})

test('no name leads out of the folder', async () => {
  await writeFile(
    join(tmpdir(), 'poolhouse-outside.mjs'),
    'export const handler = async () => ({ response: "outside" })',
  )
  try {
    for (const name of ['../poolhouse-outside', '..%2Fpoolhouse-outside', join(tmpdir(), 'poolhouse-outside')])
      assert.deepEqual(await call(name), { kind: 'failed', error: 'ResourceNotFoundException' }, name)
  } finally {
    await rm(join(tmpdir(), 'poolhouse-outside.mjs'))
  }
})
