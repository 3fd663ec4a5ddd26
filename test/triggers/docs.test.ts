import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import type { InitiateAuthResponse } from '@aws-sdk/client-cognito-identity-provider'
import { pino } from 'pino'
import { encryptCode } from '../../src/triggers/encrypt-code.ts'
import { createTriggers } from '../../src/triggers/triggers.ts'
import { signInScene } from '../sign-in/scene.ts'
import { startTestServer } from '../support/server.ts'
import { arnOf } from './lambda-endpoint.ts'

const log = pino({ level: 'silent' })
let folder: string
const children: ChildProcess[] = []

// The examples of the guide, as somebody would who copies them.
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'poolhouse-guide-'))
  await mkdir(join(folder, 'triggers'))
  await symlink(resolve('node_modules'), join(folder, 'node_modules'))
  const guide = await readFile('docs/triggers.md', 'utf8')
  for (const [, file, code] of guide.matchAll(/```js\n\/\/ (\S+)\n(.*?)```/gs))
    await writeFile(join(folder, file!), code!)
})
after(async () => {
  for (const child of children) child.kill()
  await rm(folder, { recursive: true })
})

async function start(file: string, env: Record<string, string> = {}): Promise<string> {
  const port = await freePort()
  const child = spawn(process.execPath, [join(folder, file)], { env: { ...process.env, ...env, PORT: String(port) } })
  children.push(child)
  const url = `http://127.0.0.1:${port}/`
  for (let waited = 0; waited < 10_000; waited += 50) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return url
    await new Promise((done) => setTimeout(done, 50))
  }
  throw new Error(`${file} did not start`)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((done) => server.once('listening', done))
  const { port } = server.address() as AddressInfo
  await new Promise((done) => server.close(done))
  return port
}

const settings = { mode: 'dev', allowPrivateAddresses: true } as const

test('the module of the guide confirms some and refuses others', async () => {
  const triggers = createTriggers({ ...settings, triggersDir: join(folder, 'triggers') }, log)
  const ask = (email: string) => {
    const event = { triggerSource: 'PreSignUp_SignUp', request: { userAttributes: { email } }, response: {} }
    return triggers.call(arnOf('welcome'), event, 5000)
  }
  const welcome = await ask('ann@example.com')
  assert.ok(welcome.kind === 'answered' && JSON.parse(welcome.payload).response.autoConfirmUser === true)
  assert.deepEqual(await ask('eve@example.org'), { kind: 'threw', message: 'Sign-ups from example.org are closed' })
  triggers.close()
})

test('the webhook of the guide believes only what is signed', async () => {
  const secret = 'a secret of 16 characters or more'
  const url = await start('webhook.mjs', { WEBHOOK_SECRET: secret })
  const ask = (userName: string, withSecret = secret) =>
    createTriggers({ ...settings, webhooks: { gatekeeper: { url, secret: withSecret } } }, log).call(
      arnOf('gatekeeper'),
      { triggerSource: 'PreAuthentication_Authentication', userName, response: {} },
      5000,
    )
  assert.equal((await ask('ann')).kind, 'answered')
  assert.deepEqual(await ask('mallory'), { kind: 'threw', message: 'Please call us' })
  assert.deepEqual(await ask('ann', 'another secret of sixteen'), { kind: 'failed', error: 'HTTP 401' })
})

test('the Lambda server of the guide runs what it has', async () => {
  const lambdaEndpoint = await start('lambda.mjs')
  const triggers = createTriggers({ ...settings, lambdaEndpoint }, log)
  const outcome = await triggers.call(arnOf('claims'), { response: {} }, 5000)
  assert.ok(outcome.kind === 'answered' && outcome.payload.includes('"tenant":"blue"'))
  assert.deepEqual(await triggers.call(arnOf('nothing'), {}, 5000), {
    kind: 'failed',
    error: 'ResourceNotFoundException',
  })
  triggers.close()
})

test('the riddle of the guide takes a right answer out of three', async () => {
  const server = await startTestServer({ triggersDir: join(folder, 'triggers') })
  const riddle = arnOf('riddle')
  const scene = await signInScene(server, {
    pool: {
      LambdaConfig: { DefineAuthChallenge: riddle, CreateAuthChallenge: riddle, VerifyAuthChallengeResponse: riddle },
    },
    client: { ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'] },
  })
  await scene.addUser('ann')
  const solve = async (...answers: string[]) => {
    const AuthParameters = { USERNAME: 'ann' }
    let asked: InitiateAuthResponse = await server.cognito.initiateAuth({
      ClientId: scene.ClientId,
      AuthFlow: 'CUSTOM_AUTH',
      AuthParameters,
    })
    for (const ANSWER of answers)
      asked = await server.cognito.respondToAuthChallenge({
        ClientId: scene.ClientId,
        ChallengeName: 'CUSTOM_CHALLENGE',
        Session: asked.Session,
        ChallengeResponses: { USERNAME: 'ann', ANSWER },
      })
    return asked
  }
  try {
    assert.equal((await solve()).ChallengeParameters!.riddle, 'What is two and two?')
    assert.ok((await solve('5', '4')).AuthenticationResult)
    await assert.rejects(solve('5', '22', 'four'), { name: 'NotAuthorizedException' })
  } finally {
    await server.close()
  }
})

test('the sender of the guide opens its codes', async () => {
  const keyName = 'arn:aws:kms:us-east-1:000000000000:key/codes'
  const key = randomBytes(32)
  const code = await encryptCode({ ...settings, senderKeys: { [keyName]: key } }, keyName, '123456')
  const event = {
    triggerSource: 'CustomEmailSender_SignUp',
    request: { code, userAttributes: { email: 'ann@example.com' } },
  }
  const script = `import { handler } from './triggers/sender.mjs'; await handler(${JSON.stringify(event)})`
  const env = { ...process.env, POOLHOUSE_SENDER_KEYS: JSON.stringify({ [keyName]: key.toString('base64') }) }
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: folder, env })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  await new Promise((done) => child.on('close', done))
  assert.equal(output, 'CustomEmailSender_SignUp: 123456 for ann@example.com\n')
})
