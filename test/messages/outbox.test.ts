import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { sql } from 'kysely'
import { messageKey } from '../../src/delivery/message.ts'
import type { Place } from '../../src/delivery/outbox-signals.ts'
import { claimDue, type NewMessage } from '../../src/delivery/outbox-store.ts'
import { type Outbox, startOutbox } from '../../src/jobs/outbox.ts'
import { sweep } from '../../src/jobs/sweep.ts'
import { issueCode } from '../../src/pool/codes/code.ts'
import { confirmationLink } from '../../src/pool/messages/confirmation-link.ts'
import { awaitFirstAttempt, composeMessage, type MessageRequest, queueMessage } from '../../src/pool/messages/send.ts'
import type { Pool } from '../../src/pool/pools/pool.ts'
import { createScene, type Scene, until } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await createScene()
})
after(() => scene.close())

const running: Outbox[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((outbox) => outbox.stop()))
  await scene.ctx.db.deleteFrom('outbox').execute()
  scene.ctx.inbox!.clear()
})
const start = (on: Scene) => running.push(startOutbox(on.ctx))

const request = (more: Partial<MessageRequest> = {}): MessageRequest => ({
  kind: 'SignUp',
  medium: 'EMAIL',
  to: 'ann@example.com',
  code: '123456',
  expiresAt: new Date(scene.clock.now().getTime() + 3600_000),
  ...more,
})

const queue = (pool: Pool, more: Partial<MessageRequest> = {}, on = scene) =>
  queueMessage(on.ctx.db, on.ctx, pool, request(more))

const insertClaimed = (row: NewMessage, { claim }: Place) =>
  scene.ctx.db
    .insertInto('outbox')
    .values({ ...row, attempts: claim.attempts, next_attempt_at: claim.until })
    .execute()

const rows = () => scene.ctx.db.selectFrom('outbox').selectAll().orderBy('id').execute()

/** How often a statement and a pause of five milliseconds fit in: a clock that a busy machine slows down with what it measures. */
async function momentsUntil(work: Promise<unknown>): Promise<number> {
  let isDone = false
  const done = work.finally(() => {
    isDone = true
  })
  let moments = 0
  for (; !isDone; moments++) {
    await sql`select 1`.execute(scene.ctx.db)
    await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 5))])
  }
  await done
  return moments
}

test('a message arrives within a moment of the commit', async () => {
  const pool = await scene.pool()
  start(scene)
  const userId = await scene.user(pool)
  const { code, id } = await scene.ctx.db.transaction().execute(async (trx) => {
    const key = { poolId: pool.id, userId, purpose: 'sign-up', lifetime: 60 }
    const code = await issueCode(trx, scene.ctx, key)
    const { id } = await queueMessage(trx, scene.ctx, pool, request({ userId, code }))
    await new Promise((resolve) => setTimeout(resolve, 30))
    return { code, id }
  })
  const moments = await momentsUntil(awaitFirstAttempt(scene.ctx, id))
  assert.ok(moments < 100, `${moments} moments`)

  const [message, ...others] = scene.ctx.inbox!.list()
  assert.equal(others.length, 0)
  assert.deepEqual(
    { ...message, id: undefined, createdAt: undefined },
    {
      id: undefined,
      userPoolId: pool.id,
      medium: 'EMAIL',
      to: 'ann@example.com',
      subject: 'Your verification code',
      body: `Your verification code is ${code}. `,
      code,
      createdAt: undefined,
    },
  )
})

test('a message of a transaction that fails is never sent', async () => {
  const pool = await scene.pool()
  start(scene)
  await assert.rejects(
    scene.ctx.db.transaction().execute(async (trx) => {
      await queueMessage(trx, scene.ctx, pool, request({ to: 'nobody@example.com' }))
      throw new Error('no')
    }),
  )
  await awaitFirstAttempt(scene.ctx, (await queue(pool)).id)
  assert.deepEqual(
    scene.ctx.inbox!.list().map(({ to }) => to),
    ['ann@example.com'],
  )
})

test('what waits is sealed for its row, and erased once it is delivered', async () => {
  const pool = await scene.pool()
  const { id } = await queue(pool, { username: 'ann' })
  const [waiting] = await rows()
  assert.ok(waiting!.sealed)
  for (const secret of ['123456', 'ann@example.com']) assert.ok(!JSON.stringify(waiting).includes(secret))
  assert.ok(!waiting!.sealed.includes('123456'))

  start(scene)
  await awaitFirstAttempt(scene.ctx, id)
  const [done] = await rows()
  assert.equal(done!.state, 'delivered')
  assert.equal(done!.sealed, null)
  assert.ok(done!.finished_at)
})

test('a sealed text that was copied to another row is not sent', async () => {
  const pool = await scene.pool()
  const eve = await queue(pool, { to: 'eve@example.com' })
  const { id } = await queue(pool, { to: 'ann@example.com' })
  const { sealed } = (await rows()).find((row) => row.id === messageKey(eve.id).id)!
  await scene.ctx.db.updateTable('outbox').set({ sealed }).where('id', '=', messageKey(id).id).execute()
  start(scene)
  await assert.rejects(awaitFirstAttempt(scene.ctx, id), { name: 'CodeDeliveryFailureException' })
  await until(async () => (await rows()).every(({ state }) => state !== 'queued') || undefined)
  assert.equal(scene.ctx.inbox!.list().length, 1)
})

test('a message without a mail server or a way to send SMS fails for good, and the log says why', async () => {
  const serve = await scene.node({ mode: 'serve' })
  const pool = await scene.pool()
  start(serve)
  for (const medium of ['EMAIL', 'SMS'] as const) {
    const { id } = await queue(pool, { medium, to: medium === 'SMS' ? '+15551234444' : 'ann@example.com' }, serve)
    await assert.rejects(awaitFirstAttempt(serve.ctx, id), {
      name: 'CodeDeliveryFailureException',
      message: 'The message could not be delivered.',
    })
  }
  for (const row of await rows()) {
    assert.equal(row.state, 'dead')
  }
  assert.match(serve.logged(), /no mail server is configured \(POOLHOUSE_SMTP_URL, /)
  assert.match(serve.logged(), /no way to send SMS is configured \(POOLHOUSE_SNS_ENDPOINT /)
  for (const secret of ['123456', '5551234444', 'ann@example.com']) assert.ok(!serve.logged().includes(secret))
})

test('several nodes share the work, and each message goes out once', async () => {
  const other = await scene.node()
  const pool = await scene.pool()
  for (let i = 0; i < 60; i++) await queue(pool, { to: `user${i}@example.com` })
  start(scene)
  start(other)
  await until(async () => (await rows()).every(({ state }) => state === 'delivered') || undefined)
  const all = [...scene.ctx.inbox!.list(), ...other.ctx.inbox!.list()].map(({ to }) => to)
  assert.equal(all.length, 60)
  assert.equal(new Set(all).size, 60)
})

test('the outcome is heard of where another node delivers', async () => {
  const other = await scene.node({ mode: 'serve' })
  const pool = await scene.pool()
  start(other)
  const { id } = await queue(pool)
  await assert.rejects(awaitFirstAttempt(scene.ctx, id), { name: 'CodeDeliveryFailureException' })
})

test('a message whose node died during the attempt is tried again when its claim has ended', async () => {
  const pool = await scene.pool()
  await queue(pool)
  const now = scene.clock.now()
  const taken = await claimDue(scene.ctx.db, now, new Date(now.getTime() + 120_000), 10)
  assert.equal(taken.length, 1)
  assert.equal((await claimDue(scene.ctx.db, scene.clock.now(), new Date(), 10)).length, 0)

  start(scene)
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal(scene.ctx.inbox!.list().length, 0)
  scene.clock.advance({ minutes: 3 })
  scene.ctx.outbox.wake()
  await until(() => scene.ctx.inbox!.list()[0])
  const [row] = await until(async () => {
    const all = await rows()
    return all[0]?.state === 'delivered' ? all : undefined
  })
  assert.equal(row!.attempts, 2)
})

test('a new code does not wait behind all retries that have piled up, and they do not wait behind new codes', async () => {
  const pool = await scene.pool()
  for (let i = 0; i < 40; i++) await queue(pool, { to: `retried-${i}@example.com` })
  await scene.ctx.db.updateTable('outbox').set({ attempts: 3 }).execute()
  scene.clock.advance({ minutes: 1 })
  for (let i = 0; i < 40; i++) await queue(pool, { to: `new-${i}@example.com` })
  start(scene)
  await until(() => (scene.ctx.inbox!.list().length >= 80 ? true : undefined))
  // The inbox lists the latest first. Each poll takes a few.
  const first = scene.ctx.inbox!.list().slice(-40)
  const fresh = first.filter(({ to }) => to.startsWith('new-')).length
  assert.ok(fresh >= 10 && fresh <= 30, `${fresh} of the first 40 were new`)
})

test('a message whose writer died with the place it had taken is tried when its claim has ended', async () => {
  const pool = await scene.pool()
  start(scene)
  const place = await until(() => scene.ctx.outbox.reserve())
  const { row } = composeMessage(scene.ctx, pool, request())
  await insertClaimed(row, place)
  place.leave()
  scene.ctx.outbox.wake()
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal(scene.ctx.inbox!.list().length, 0)
  scene.clock.advance({ minutes: 3 })
  scene.ctx.outbox.wake()
  await until(() => scene.ctx.inbox!.list()[0])
})

test('writers have no more places than there are attempts at once, and none before what waits already', async () => {
  const { outbox } = scene.ctx
  assert.equal(outbox.reserve(), undefined)
  const pool = await scene.pool()
  start(scene)
  // A look for what is due keeps places of its own.
  await new Promise((resolve) => setTimeout(resolve, 100))
  const places = Array.from({ length: 11 }, () => outbox.reserve())
  assert.deepEqual(
    places.map((place) => place !== undefined),
    [...Array(10).fill(true), false],
  )
  await queue(pool)
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal(scene.ctx.inbox!.list().length, 0)
  for (const place of places) place?.leave()
  await until(() => scene.ctx.inbox!.list()[0])

  const { row } = composeMessage(scene.ctx, pool, request({ to: 'bob@example.com' }))
  const place = await until(() => outbox.reserve())
  await insertClaimed(row, place)
  assert.deepEqual(await place.attempt(row), { state: 'delivered' })
  assert.deepEqual(
    scene.ctx.inbox!.list().map(({ to }) => to),
    ['ann@example.com', 'bob@example.com'],
  )
})

test('a message is erased, unsent, when its code has expired', async () => {
  const pool = await scene.pool()
  await queue(pool, { expiresAt: new Date(scene.clock.now().getTime() + 60_000) })
  scene.clock.advance({ seconds: 61 })
  start(scene)
  const [row] = await until(async () => {
    const all = await rows()
    return all[0]?.state === 'dead' ? all : undefined
  })
  assert.equal(row!.sealed, null)
  assert.equal(row!.last_error, 'expired')
  assert.equal(scene.ctx.inbox!.list().length, 0)

  await sweep(scene.ctx)
  assert.equal((await rows()).length, 1)
  scene.clock.advance({ days: 8 })
  await sweep(scene.ctx)
  assert.equal((await rows()).length, 0)
})

test('a caller waits at most five seconds for a message that is not delivered', async () => {
  const pool = await scene.pool()
  const { id } = await queue(pool)
  const started = performance.now()
  await awaitFirstAttempt(scene.ctx, id)
  const waited = performance.now() - started
  assert.ok(waited > 4500 && waited < 6500, `${waited} ms`)
})

test('a deleted user’s messages go with the user', async () => {
  const pool = await scene.pool()
  const userId = await scene.user(pool)
  const { id } = await queue(pool, { userId })
  await scene.ctx.db.deleteFrom('users').where('id', '=', userId).execute()
  assert.equal((await rows()).length, 0)
  await awaitFirstAttempt(scene.ctx, id)
})

test('the look for messages that are due reads an index, however many were delivered', async () => {
  const pool = await scene.pool()
  await sql`
    insert into outbox (pool_id, id, medium, kind, state, next_attempt_at, created_at, expires_at)
    select ${pool.id}, gen_random_uuid(), 'EMAIL', 'SignUp', 'delivered', now(), now(), now()
    from generate_series(1, 5000)`.execute(scene.ctx.db)
  await sql`analyze outbox`.execute(scene.ctx.db)
  const plan = await scene.ctx.db.transaction().execute(async (trx) => {
    // On Citus the plan of each node, not that of one which may have no message.
    await sql`set local citus.explain_all_tasks = on`.execute(trx)
    return sql<{ 'QUERY PLAN': string }>`
      explain select pool_id, next_attempt_at from outbox
      where state = 'queued' and next_attempt_at <= now()
        and case when by_function then pool_id || ' ' || medium else medium end <> all('{SMS}'::text[])
      order by next_attempt_at limit 10`.execute(trx)
  })
  assert.match(JSON.stringify(plan.rows), /outbox_due/)
})

test('sign-up is confirmed by a link where the pool says so', async () => {
  const pool = await scene.pool({
    VerificationMessageTemplate: {
      DefaultEmailOption: 'CONFIRM_WITH_LINK',
      EmailMessageByLink: 'Hi, {##follow me##}.',
      EmailSubjectByLink: 'Follow me',
    },
  })
  start(scene)
  const { id } = await queue(pool, { username: 'ann & co', clientId: 'client1' })
  await awaitFirstAttempt(scene.ctx, id)
  const [message] = scene.ctx.inbox!.list()
  assert.equal(message!.subject, 'Follow me')
  const href = message!.body.match(/^Hi, <a href="([^"]+)">follow me<\/a>\.$/)?.[1]?.replaceAll('&amp;', '&')
  const link = new URL(href!)
  assert.match(link.pathname, /\/confirmUser$/)
  assert.deepEqual(Object.fromEntries(link.searchParams), {
    client_id: 'client1',
    user_name: 'ann & co',
    confirmation_code: '123456',
  })
})

test('a trigger’s texts replace the pool’s, each by itself', async () => {
  const pool = await scene.pool({ EmailVerificationSubject: 'The pool’s subject' })
  start(scene)
  const texts = { emailMessage: 'Trigger says {####}', emailSubject: undefined, smsMessage: 'Short {####}' }
  await awaitFirstAttempt(scene.ctx, (await queue(pool, { texts })).id)
  await awaitFirstAttempt(scene.ctx, (await queue(pool, { texts, medium: 'SMS', to: '+15551234444' })).id)
  assert.deepEqual(
    scene.ctx.inbox!.list().map(({ medium, subject, body }) => [medium, subject, body]),
    [
      ['EMAIL', 'The pool’s subject', 'Trigger says 123456'],
      ['SMS', '', 'Short 123456'],
    ],
  )
})

test('a link leads to the pool’s domain, and below the public URL where it has none', async () => {
  const pool = await scene.pool()
  const values = { clientId: 'c', username: 'ann', code: '1' }
  const originOf = (domains: Pool['domains']) => confirmationLink(scene.ctx, { ...pool, domains }, values).split('?')[0]
  assert.equal(originOf([]), `http://localhost:9500/${pool.id}/confirmUser`)
  assert.equal(originOf([{ domain: 'shop', settings: {} }]), 'http://shop.auth.localhost:9500/confirmUser')
  assert.equal(originOf([{ domain: 'login.shop.example', settings: {} }]), 'https://login.shop.example/confirmUser')
})

test('a node that stops lets what is under way finish and takes nothing more', async () => {
  const pool = await scene.pool()
  const outbox = startOutbox(scene.ctx)
  await queue(pool)
  await until(() => scene.ctx.inbox!.list()[0])
  await outbox.stop()
  assert.equal((await rows())[0]!.state, 'delivered')
  await queue(pool)
  await new Promise((resolve) => setTimeout(resolve, 100))
  assert.equal((await rows())[1]!.state, 'queued')
})
