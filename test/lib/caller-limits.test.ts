import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCallerLimits } from '../../src/lib/caller-limits.ts'

test('so many requests come at once, then so many a second', () => {
  let now = 0
  const limits = createCallerLimits({ address: 2, pool: 5, client: 5 }, () => now)
  for (let i = 0; i < 10; i++) assert.equal(limits.take('address', 'one').allowed, true)
  assert.deepEqual(limits.take('address', 'one'), { allowed: false, limit: 10, remaining: 0, retryAfter: 1 })
  assert.equal(limits.take('address', 'other').allowed, true)
  assert.equal(limits.take('client', 'one').allowed, true)
  now += 500
  assert.equal(limits.look('address', 'one').allowed, true)
  assert.equal(limits.take('address', 'one').allowed, true)
  assert.equal(limits.take('address', 'one').allowed, false)
  now += 3_600_000
  for (let i = 0; i < 10; i++) assert.equal(limits.take('address', 'one').allowed, true)
  assert.equal(limits.take('address', 'one').allowed, false)
})

test('a dear request may overdraw, and takes as long to make good', () => {
  let now = 0
  const limits = createCallerLimits({ address: 1, pool: 1, client: 1 }, () => now)
  assert.equal(limits.take('address', 'one', 10).remaining, 0)
  assert.equal(limits.look('address', 'one').retryAfter, 6)
  now += 5999
  assert.equal(limits.look('address', 'one').allowed, false)
  now += 1
  assert.equal(limits.look('address', 'one').allowed, true)
})

test('refusals of what came at once are sent apart, a quarter to three quarters of a second later', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const numbers = [0, 0.5, 1]
  const limits = createCallerLimits(
    { address: 1, pool: 1, client: 1 },
    () => 0,
    () => numbers.shift()!,
  )
  const sent: number[] = []
  for (const name of [1, 2, 3]) void limits.holdBack('one').then(() => sent.push(name))
  const after = async (milliseconds: number) => {
    t.mock.timers.tick(milliseconds)
    await null
    await null
    await null
    return [...sent]
  }
  assert.deepEqual(await after(249), [])
  assert.deepEqual(await after(1), [1])
  assert.deepEqual(await after(250), [1, 2])
  assert.deepEqual(await after(250), [1, 2, 3])
})

test('hundreds of refusals of one network are sent one by one, those of others meanwhile, and none later than five seconds', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const limits = createCallerLimits(
    { address: 1, pool: 1, client: 1 },
    () => 0,
    () => 0,
  )
  const sent: string[] = []
  const hold = (network: string) => void limits.holdBack(network).then(() => sent.push(network))
  for (let i = 0; i < 1000; i++) hold('flood')
  hold('other')
  const after = async (milliseconds: number) => {
    t.mock.timers.tick(milliseconds)
    for (let i = 0; i < 3; i++) await null
    return sent.length
  }
  assert.equal(await after(250), 2)
  assert.deepEqual(sent.toSorted(), ['flood', 'other'])
  assert.equal(await after(10), 3)
  assert.equal(await after(990), 102)
  assert.equal(await after(3740), 476)
  assert.equal(await after(10), 1001)
  // The next one has nothing to wait for.
  hold('flood')
  assert.equal(await after(250), 1002)
})
