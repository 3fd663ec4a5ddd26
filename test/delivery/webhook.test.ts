import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, afterEach, before, test } from 'node:test'
import type { Config, Webhook } from '../../src/config.ts'
import { createScene, type Scene, until } from '../messages/scene.ts'
import { code, type Production, rowOf, someone, startProduction } from './production.ts'

let scene: Scene
let http: Server
let hook: Webhook
let production: Production
/** What was posted with a right signature. */
let taken: { id: string; body: Record<string, unknown> }[] = []
/** For the next posts: a status, or what to do with the connection. */
let answers: (number | 'hang up' | 'redirect' | 'chatter')[] = []
const secret = 'a secret of the webhook'

before(async () => {
  scene = await createScene()
  http = createServer(async (req, res) => {
    let body = ''
    for await (const chunk of req) body += chunk
    const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = req.headers
    const expected = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')
    if (signature !== `v1,${expected}` || Math.abs(Date.now() / 1000 - Number(timestamp)) > 60)
      return res.writeHead(401).end()
    taken.push({ id: id as string, body: JSON.parse(body) })
    const answer = answers.shift() ?? 204
    if (answer === 'hang up') return res.destroy()
    if (answer === 'redirect') return res.writeHead(307, { location: '/elsewhere' }).end()
    if (answer === 'chatter') return res.end('x'.repeat(100_000))
    res.writeHead(answer).end(`no: ${body}`)
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  hook = { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/messages`, secret }
})
afterEach(async () => {
  await production.stop()
  await scene.ctx.db.deleteFrom('outbox').execute()
  taken = []
  answers = []
  const said = production.node.logged()
  for (const word of [code, someone.EMAIL, someone.SMS, secret]) assert.ok(!said.includes(word), said)
})
after(async () => {
  await new Promise((resolve) => http.close(resolve).closeAllConnections())
  await scene.close()
})

const start = async (config: Partial<Config> = { mailWebhook: hook, smsWebhook: hook }) => {
  production = await startProduction(scene, config)
}

test('an SMS is posted, signed, with what it takes to send it', async () => {
  await start()
  const { state, id, pool_id, created_at } = await production.send({ medium: 'SMS', kind: 'Authentication' })
  assert.equal(state, 'delivered')
  assert.deepEqual(taken, [
    {
      id: `msg_${id}`,
      body: {
        id,
        userPoolId: pool_id,
        medium: 'SMS',
        kind: 'Authentication',
        createdAt: created_at.toISOString(),
        to: someone.SMS,
        code,
        text: `Your authentication code is ${code}. `,
      },
    },
  ])
})

test('a mail is posted with its sender, subject and both of its texts', async () => {
  await start()
  const settings = {
    EmailConfiguration: { ReplyToEmailAddress: 'help@shop.example\r\nBcc: eve@example.com' },
    EmailVerificationSubject: 'Welcome',
    EmailVerificationMessage: '<b>{####}</b>',
  }
  await production.send({}, settings)
  const { to, from, replyTo, subject, html, text, medium } = taken[0]!.body
  assert.deepEqual(
    { to, from, replyTo, subject, html, text, medium },
    {
      to: someone.EMAIL,
      from: 'House <no-reply@id.example.com>',
      replyTo: 'help@shop.example Bcc: eve@example.com',
      subject: 'Welcome',
      html: '<b>987654</b>',
      text: '987654',
      medium: 'EMAIL',
    },
  )
})

test('a receiver that can’t take it now gets it again, under the same id', async () => {
  const busy = [503, 429, 401, 'hang up', 'redirect', 'chatter'] as const
  await start()
  answers.push(...busy)
  const { reference } = await production.send({
    medium: 'SMS',
    expiresAt: new Date(scene.clock.now().getTime() + 86_400_000),
  })
  const done = await until(async () => {
    production.node.clock.advance({ minutes: 1 })
    production.node.ctx.outbox.wake()
    const row = await rowOf(scene, reference)
    return row.state === 'queued' ? undefined : row
  }, 10_000)
  assert.equal(done.state, 'delivered')
  assert.equal(taken.length, busy.length + 1)
  assert.equal(new Set(taken.map(({ id }) => id)).size, 1)
})

test('a message that the receiver rejects as invalid is not sent again', async () => {
  await start()
  for (const status of [400, 422]) {
    answers.push(status)
    const { state, last_error } = await production.send({ medium: 'SMS' })
    assert.equal(state, 'dead')
    assert.equal(last_error, `webhook ${status}`)
  }
})

test('a receiver with another secret takes nothing', async () => {
  await start({ smsWebhook: { ...hook, secret: 'another secret, as long' } })
  const { state, last_error } = await production.send({ medium: 'SMS' })
  assert.equal(state, 'queued')
  assert.equal(last_error, 'webhook 401')
  assert.equal(taken.length, 0)
})

test('private addresses are out of reach in production, whatever their name', async () => {
  const { port } = new URL(hook.url)
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '169.254.169.254']) {
    await start({ smsWebhook: { url: `http://${host}:${port}/`, secret }, allowPrivateAddresses: false })
    const { state, last_error } = await production.send({ medium: 'SMS' })
    assert.equal(state, 'dead', host)
    assert.match(last_error!, /POOLHOUSE_ALLOW_PRIVATE_ADDRESSES/)
    await production.stop()
  }
  assert.equal(taken.length, 0)
})

test('nothing is posted for a number or an address that is none', async () => {
  await start()
  assert.equal((await production.send({ medium: 'SMS', to: '+1, +2' })).state, 'dead')
  assert.equal((await production.send({ to: 'ann@example.com, eve@example.com' })).state, 'dead')
  assert.equal(taken.length, 0)
})

test('a medium without a transport does not use that of another one', async () => {
  await start({ smsWebhook: hook })
  const { state, last_error } = await production.send()
  assert.equal(state, 'dead')
  assert.match(last_error!, /no mail server is configured/)
  assert.equal(taken.length, 0)
})
