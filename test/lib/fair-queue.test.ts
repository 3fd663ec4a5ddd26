import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { networkOf } from '../../src/lib/client-address.ts'
import { createFairQueue, QueueFull } from '../../src/lib/fair-queue.ts'

/** One at a time, each ended by hand. */
function scene(settings: { waiting?: number; patience?: number } = {}) {
  const queue = createFairQueue({ running: 1, waiting: 100, patience: 60_000, ...settings })
  const done: string[] = []
  const refused: string[] = []
  const first = Promise.withResolvers<void>()
  const add = (name: string, pool: string, address: string) =>
    queue
      .run({ pool, address }, async () => void done.push(name))
      .catch((error) => {
        assert.ok(error instanceof QueueFull)
        refused.push(name)
      })
  const blocked = queue.run({}, () => first.promise)
  return { queue, done, refused, add, blocked, release: first.resolve }
}

test('who sends much waits behind himself alone', async () => {
  const { add, done, release } = scene()
  const work = ['a1', 'a2', 'a3', 'a4'].map((name) => add(name, 'pool', 'loud'))
  work.push(add('b1', 'pool', 'quiet'), add('c1', 'other', 'elsewhere'))
  release()
  await Promise.all(work)
  assert.deepEqual(done, ['a1', 'c1', 'b1', 'a2', 'a3', 'a4'])
})

test('a full queue refuses the longest line, and makes room for others', async () => {
  const { add, done, refused, release } = scene({ waiting: 4 })
  const work = ['a1', 'a2', 'a3', 'a4', 'a5'].map((name) => add(name, 'pool', 'loud'))
  work.push(add('b1', 'pool', 'quiet'))
  release()
  await Promise.all(work)
  assert.deepEqual(refused, ['a5', 'a4'])
  assert.deepEqual(done, ['a1', 'b1', 'a2', 'a3'])
})

test('who has waited for too long is refused, and the rest goes on', async () => {
  const { add, done, refused, release } = scene({ patience: 100 })
  await add('late', 'pool', 'one')
  assert.deepEqual(refused, ['late'])
  const next = add('next', 'pool', 'one')
  release()
  await next
  assert.deepEqual(done, ['next'])
})

test('a task that fails leaves its place to the next', async () => {
  const queue = createFairQueue({ running: 1, waiting: 1, patience: 1000 })
  await assert.rejects(
    queue.run({}, () => Promise.reject(new Error('broken'))),
    { message: 'broken' },
  )
  assert.equal(await queue.run({}, async () => 1), 1)
})

test('where a queue pauses, others are served between two tasks that keep the event loop busy', async () => {
  const queue = createFairQueue({ running: 1, waiting: 10, patience: 60_000, pauses: true })
  const seen: string[] = []
  const task = (name: string) => queue.run({}, async () => void seen.push(name))
  const tasks = [task('first'), task('second'), task('third')]
  void setImmediate().then(() => seen.push('another'))
  await tasks[0]
  assert.deepEqual(seen, ['first'])
  await Promise.all(tasks)
  assert.deepEqual(seen, ['first', 'another', 'second', 'third'])
})

test('an IPv6 customer is one network, whatever of its addresses it calls from', () => {
  assert.equal(networkOf('192.0.2.7'), '192.0.2.7')
  assert.equal(networkOf('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64')
  assert.equal(networkOf('2001:0DB8:0001:0002::9'), '2001:db8:1:2::/64')
  assert.equal(networkOf('2001:db8::1'), '2001:db8:0:0::/64')
  assert.equal(networkOf('::1'), '0:0:0:0::/64')
  assert.equal(networkOf('fe80::1%eth0'), 'fe80:0:0:0::/64')
})

test('an address whose tasks are stuck holds its share of the places, and all others go on', async () => {
  const queue = createFairQueue({ running: 4, perAddress: 2, waiting: 10, patience: 60_000 })
  const stuck = Promise.withResolvers<void>()
  const done: string[] = []
  const work = ['s1', 's2', 's3'].map((name) =>
    queue.run({ pool: 'pool', address: 'stuck' }, async () => {
      await stuck.promise
      done.push(name)
    }),
  )
  for (const name of ['a', 'b', 'c'])
    await queue.run({ pool: 'pool', address: 'other' }, async () => void done.push(name))
  assert.deepEqual(done, ['a', 'b', 'c'])
  stuck.resolve()
  await Promise.all(work)
  assert.deepEqual(done, ['a', 'b', 'c', 's1', 's2', 's3'])
})

test('tasks of one address that keep the event loop busy begin one by one, those of others in between', async () => {
  const queue = createFairQueue({ running: 4, perAddress: 4, apart: 60_000, waiting: 10, patience: 60_000 })
  let running = 0
  let most = 0
  const done: string[] = []
  const task = (address: string) =>
    queue.run({ address }, async () => {
      most = Math.max(most, ++running)
      await setImmediate()
      running--
      done.push(address)
    })
  await Promise.all(['loud', 'loud', 'loud', 'quiet'].map(task))
  assert.equal(most, 2)
  assert.deepEqual(done, ['loud', 'quiet', 'loud', 'loud'])
})

test('a task that waits for something holds up the next of its address only for a moment', async () => {
  const queue = createFairQueue({ running: 4, perAddress: 2, apart: 20, waiting: 10, patience: 60_000 })
  const stuck = Promise.withResolvers<void>()
  const first = queue.run({ address: 'one' }, () => stuck.promise)
  const begun = performance.now()
  await queue.run({ address: 'one' }, async () => {})
  assert.ok(performance.now() - begun > 15)
  // It left its place at once.
  let began = false
  const last = queue.run({ address: 'one' }, async () => {
    began = true
  })
  assert.ok(began)
  stuck.resolve()
  await Promise.all([first, last])
})
