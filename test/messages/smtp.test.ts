import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { after, afterEach, before, test } from 'node:test'
import { SMTPServer } from 'smtp-server'
import { type Outbox, startOutbox } from '../../src/jobs/outbox.ts'
import { sweep } from '../../src/jobs/sweep.ts'
import type { PoolSettings } from '../../src/model/settings.ts'
import { awaitFirstAttempt, type MessageRequest, queueMessage } from '../../src/pool/messages/send.ts'
import { createScene, type Scene, until } from './scene.ts'

interface Mail {
  from: string
  to: string[]
  raw: string
  headers: Record<string, string>
}

/** A mail server that answers as the test says: a status for the next recipients or texts, 0 to take them. */
interface MailServer {
  port: number
  mails: Mail[]
  answers: { rcpt: number[]; data: number[] }
  close(): Promise<void>
}

async function startMailServer(port = 0): Promise<MailServer> {
  const mails: Mail[] = []
  const answers = { rcpt: [] as number[], data: [] as number[] }
  const refusal = (responseCode: number, text: string) =>
    responseCode ? Object.assign(new Error(text), { responseCode }) : null
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    closeTimeout: 100,
    onRcptTo: ({ address }, _session, done) => done(refusal(answers.rcpt.shift() ?? 0, `5.1.1 <${address}> unknown`)),
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString()
        const { mailFrom, rcptTo } = session.envelope
        mails.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          raw,
          headers: headersOf(raw),
        })
        done(refusal(answers.data.shift() ?? 0, `text refused: ${raw.slice(-200)}`))
      })
    },
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    answers,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function headersOf(raw: string): Record<string, string> {
  const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ')
  return Object.fromEntries(
    head
      .split('\r\n')
      .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  )
}

let scene: Scene
before(async () => {
  scene = await createScene()
})
after(() => scene.close())

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  await scene.ctx.db.deleteFrom('outbox').execute()
})

/** A production node that sends to the server. */
async function start(server: MailServer): Promise<Scene> {
  const node = await scene.node({
    mode: 'serve',
    smtpUrl: `smtp://127.0.0.1:${server.port}`,
    mailFrom: 'House <no-reply@id.example.com>',
    publicUrl: 'https://id.example.com',
  })
  const outbox: Outbox = startOutbox(node.ctx)
  cleanups.push(() => outbox.stop())
  return node
}

async function mailServer(port?: number): Promise<MailServer> {
  const server = await startMailServer(port)
  cleanups.push(() => server.close())
  return server
}

async function send(node: Scene, request: Partial<MessageRequest> = {}, settings: Partial<PoolSettings> = {}) {
  const pool = await node.pool(settings)
  return queueMessage(node.ctx.db, node.ctx, pool, {
    kind: 'SignUp',
    medium: 'EMAIL',
    to: 'ann@example.com',
    code: '987654',
    expiresAt: new Date(node.clock.now().getTime() + 3600_000),
    ...request,
  })
}

const row = () => scene.ctx.db.selectFrom('outbox').selectAll().executeTakeFirstOrThrow()

const rowIn = (state: string) =>
  until(async () => {
    const found = await row()
    return found.state === state ? found : undefined
  })

test('a mail arrives with its headers, as HTML and as plain text', async () => {
  const server = await mailServer()
  const node = await start(server)
  const settings = {
    EmailVerificationSubject: 'Grüße 🏠',
    EmailVerificationMessage: '<p>Ihr Code: <b>{####}</b> — ü</p>',
  }
  const { id } = await send(node, {}, settings)
  await awaitFirstAttempt(node.ctx, id)

  const [mail] = server.mails
  assert.deepEqual(mail!.to, ['ann@example.com'])
  assert.equal(mail!.from, 'no-reply@id.example.com')
  assert.equal(mail!.headers.from, 'House <no-reply@id.example.com>')
  assert.equal(mail!.headers.to, 'ann@example.com')
  assert.equal(mail!.headers['message-id'], `<${id.split('/')[1]}@id.example.com>`)
  assert.equal(mail!.headers['auto-submitted'], 'auto-generated')
  assert.match(mail!.headers['content-type']!, /^multipart\/alternative/)
  assert.equal(decodeWords(mail!.headers.subject!), 'Grüße 🏠')
  const [text, html] = partsOf(mail!.raw)
  assert.equal(text!.trim(), 'Ihr Code: 987654 — ü')
  assert.equal(html!.trim(), '<p>Ihr Code: <b>987654</b> — ü</p>')
  assert.equal((await row()).state, 'delivered')
})

test('a refusal for now is tried again, under the same Message-ID', async () => {
  const server = await mailServer()
  server.answers.rcpt.push(450)
  server.answers.data.push(451)
  const node = await start(server)
  const { id } = await send(node)
  await awaitFirstAttempt(node.ctx, id)
  const waiting = await row()
  assert.equal(waiting.state, 'queued')
  assert.match(waiting.last_error!, /^smtp EENVELOPE 450/)
  assert.ok(waiting.sealed)

  await until(() => {
    node.clock.advance({ seconds: 6 })
    node.ctx.outbox.wake()
    return server.mails.length === 2 || undefined
  })
  const done = await rowIn('delivered')
  assert.equal(done.attempts, 3)
  const ids = server.mails.map(({ headers }) => headers['message-id'])
  assert.deepEqual(ids, [ids[0], ids[0]])
  noSecretsIn(node)
})

for (const step of ['rcpt', 'data'] as const) {
  test(`a refusal for good of ${step.toUpperCase()} ends it, and whoever waits is told`, async () => {
    const server = await mailServer()
    server.answers[step].push(550)
    const node = await start(server)
    const { id } = await send(node)
    await assert.rejects(awaitFirstAttempt(node.ctx, id), { name: 'CodeDeliveryFailureException' })
    const dead = await rowIn('dead')
    assert.ok(dead.sealed, 'an operator may send it again while its code is good')
    assert.equal(dead.attempts, 1)
    assert.match(dead.last_error!, /^smtp E(ENVELOPE|MESSAGE) 550/)
    assert.ok(!dead.last_error!.includes('@'))
    noSecretsIn(node)
  })
}

test('mail waits for a server that is down, until its code has expired', async () => {
  const gone = await startMailServer()
  await gone.close()
  const node = await start(gone)
  const { id } = await send(node)
  await awaitFirstAttempt(node.ctx, id)
  assert.equal((await row()).state, 'queued')
  noSecretsIn(node)

  const back = await mailServer(gone.port)
  node.clock.advance({ seconds: 2 })
  node.ctx.outbox.wake()
  await rowIn('delivered')
  assert.equal(back.mails.length, 1)
})

test('mail for a server that stays down is given up when the code expires', async () => {
  const gone = await startMailServer()
  await gone.close()
  const node = await start(gone)
  const { id } = await send(node, { expiresAt: new Date(node.clock.now().getTime() + 10_000) })
  await awaitFirstAttempt(node.ctx, id)
  const dead = await until(async () => {
    node.clock.advance({ seconds: 1 })
    node.ctx.outbox.wake()
    const found = await row()
    return found.state === 'dead' ? found : undefined
  })
  assert.match(dead.last_error!, /^smtp /)
  node.clock.advance({ seconds: 10 })
  await sweep(node.ctx)
  assert.equal((await row()).sealed, null)
})

test('a pool’s own sender and reply address are used', async () => {
  const server = await mailServer()
  const node = await start(server)
  const EmailConfiguration = { From: 'Shop Ö <hello@shop.example>', ReplyToEmailAddress: 'help@shop.example' }
  await awaitFirstAttempt(node.ctx, (await send(node, {}, { EmailConfiguration })).id)
  const [mail] = server.mails
  assert.equal(mail!.from, 'hello@shop.example')
  assert.equal(decodeWords(mail!.headers.from!), 'Shop Ö <hello@shop.example>')
  assert.equal(mail!.headers['reply-to'], 'help@shop.example')
})

test('nothing that is filled in adds a header or a recipient', async () => {
  const server = await mailServer()
  const node = await start(server)
  const request = { kind: 'AdminCreateUser' as const, username: 'x\r\nBcc: eve@example.com\r\n\r\nhello' }
  const settings = {
    AdminCreateUserConfig: {
      InviteMessageTemplate: { EmailSubject: 'For {username}', EmailMessage: '{username} {####}' },
    },
    EmailConfiguration: { ReplyToEmailAddress: 'a@example.com\r\nBcc: eve@example.com' },
  }
  await awaitFirstAttempt(node.ctx, (await send(node, request, settings)).id)
  const [mail] = server.mails
  assert.equal(mail!.headers.bcc, undefined)
  assert.deepEqual(mail!.to, ['ann@example.com'])
  assert.equal(decodeWords(mail!.headers.subject!), 'For x Bcc: eve@example.com hello')
})

test('an address that names two people, or none, is refused', async () => {
  const server = await mailServer()
  const node = await start(server)
  for (const to of [
    'ann@example.com, eve@example.com',
    'Ann <ann@example.com>',
    'ann@example.com\r\nRCPT TO:<eve@example.com>',
    'ann',
    '',
  ]) {
    const { id } = await send(node, { to })
    await assert.rejects(awaitFirstAttempt(node.ctx, id), { name: 'CodeDeliveryFailureException' }, to)
  }
  assert.equal(server.mails.length, 0)
})

test('a dev server with a mail server shows its mail in both places, once each', async () => {
  const server = await mailServer()
  server.answers.data.push(451)
  const node = await scene.node({ smtpUrl: `smtp://127.0.0.1:${server.port}` })
  const outbox = startOutbox(node.ctx)
  cleanups.push(() => outbox.stop())
  await awaitFirstAttempt(node.ctx, (await send(node)).id)
  node.clock.advance({ seconds: 2 })
  node.ctx.outbox.wake()
  await rowIn('delivered')
  assert.equal(server.mails.length, 2)
  assert.equal(node.ctx.inbox!.list().length, 1)
})

function noSecretsIn(node: Scene) {
  for (const secret of ['987654', 'ann@example.com', 'ann@'])
    assert.ok(!node.logged().includes(secret), `${secret} in ${node.logged()}`)
}

function decodeWords(header: string): string {
  return header
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, text: string) =>
      kind.toLowerCase() === 'b'
        ? Buffer.from(text, 'base64').toString()
        : decodeQuotedPrintable(text.replaceAll('_', ' ')),
    )
}

function partsOf(raw: string): string[] {
  const boundary = raw.match(/boundary="([^"]+)"/)![1]!
  return raw
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const [head, ...body] = part.split('\r\n\r\n')
      const text = body.join('\r\n\r\n')
      if (/base64/i.test(head!)) return Buffer.from(text, 'base64').toString()
      return /quoted-printable/i.test(head!) ? decodeQuotedPrintable(text) : text
    })
}

const decodeQuotedPrintable = (text: string): string =>
  decodeURIComponent(
    text
      .replace(/=\r\n/g, '')
      .replaceAll('%', '%25')
      .replace(/=([0-9A-F]{2})/gi, '%$1'),
  )
