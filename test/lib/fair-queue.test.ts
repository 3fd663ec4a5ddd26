import assert from 'node:assert/strict'
import { test } from 'node:test'
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
  setImmediate(() => seen.push('another')).unref()
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
