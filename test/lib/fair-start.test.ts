import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { Standing } from '../../src/lib/caller-limits.ts'
import { createFairStart } from '../../src/lib/fair-start.ts'

type Start = ReturnType<typeof createFairStart>

const limit = 1000
const quiet = (): Standing => ({ allowed: true, limit, remaining: limit, retryAfter: 0 })
const loud = (): Standing => ({ allowed: true, limit, remaining: limit / 2 - 1, retryAfter: 0 })
const refused = (): Standing => ({ allowed: false, limit, remaining: 0, retryAfter: 1 })

/** The requests that began in each turn of the event loop, until all have. */
async function turns(start: Start, networks: string[]): Promise<string[][]> {
  const seen: string[][] = []
  let turn: string[] = []
  let left = networks.length
  const { promise, resolve } = Promise.withResolvers<void>()
  for (const network of networks)
    void start(network, async () => {
      turn.push(network)
      left--
    })
  const next = () => {
    if (turn.length > 0) seen.push(turn)
    turn = []
    if (left > 0 || seen.flat().length < networks.length) setImmediate(next)
    else resolve()
  }
  setImmediate(next)
  await promise
  return seen
}

test('hundreds of requests of one network begin a few in each turn, and others are not held up', async () => {
  const start = createFairStart(200, quiet)
  const seen = await turns(start, [...Array<string>(100).fill('many'), 'few', 'another'])
  assert.deepEqual(seen[0]?.toSorted(), ['another', 'few', 'many', 'many'])
  assert.ok(seen.every((turn) => turn.length <= 4))
  assert.ok(seen.length >= 50)
})

test('of a network that has used half of its limit one begins in each turn', async () => {
  const start = createFairStart(200, (network) => (network === 'loud' ? loud() : quiet()))
  const seen = await turns(start, [...Array<string>(10).fill('loud'), 'quiet', 'quiet'])
  assert.deepEqual(seen[0]?.toSorted(), ['loud', 'quiet', 'quiet'])
  assert.equal(seen.length, 10)
})

test('as soon as it has not, of those that wait two begin in each turn again', async () => {
  let begun = 0
  const start = createFairStart(200, () => (begun < 5 ? loud() : quiet()))
  const counted: Start = (network, request) =>
    start(network, () => {
      begun++
      return request()
    })
  const seen = await turns(counted, Array<string>(20).fill('network'))
  const sizes = seen.map((turn) => turn.length)
  assert.deepEqual(sizes.slice(0, 4), [1, 1, 1, 1])
  assert.deepEqual(sizes.slice(6, -1), Array(sizes.length - 7).fill(2))
  assert.equal(begun, 20)
})

test('a network that may send much begins more of it', async () => {
  const start = createFairStart(5000, quiet)
  const seen = await turns(start, Array<string>(100).fill('proxy'))
  assert.equal(seen[0]?.length, 50)
})

test('requests of many networks begin without waiting for each other, up to a number', async () => {
  const start = createFairStart(200, quiet)
  const seen = await turns(
    start,
    Array.from({ length: 40 }, (_, number) => `network ${number}`),
  )
  assert.equal(seen[0]?.length, 32)
  assert.equal(seen.flat().length, 40)
})

/** Requests that take until they are ended. */
function requests(start: Start, network: string, count: number) {
  const underWay: (() => void)[] = []
  let ended = 0
  const all = Array.from({ length: count }, () =>
    start(network, async () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      underWay.push(resolve)
      await promise
      ended++
    }),
  )
  return { all, underWay, ended: () => ended }
}

async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate)
}

test('of a loud network four are under way, the next once one has ended', async () => {
  const start = createFairStart(200, (network) => (network === 'loud' ? loud() : quiet()))
  const flood = requests(start, 'loud', 6)
  const others = requests(start, 'quiet', 20)
  await someTurns()
  assert.equal(flood.underWay.length, 4)
  assert.equal(others.underWay.length, 20)
  flood.underWay[0]!()
  await someTurns()
  assert.equal(flood.ended(), 1)
  assert.equal(flood.underWay.length, 5)
  for (const request of [flood, others])
    while (request.ended() < request.all.length) {
      for (const end of request.underWay) end()
      await someTurns()
    }
})

test('those that wait for something hold up the next of a loud network only for a moment', async () => {
  const flood = requests(createFairStart(200, loud), 'loud', 6)
  await someTurns()
  assert.equal(flood.underWay.length, 4)
  await setTimeout(100)
  assert.equal(flood.underWay.length, 6)
  for (const end of flood.underWay) end()
  await Promise.all(flood.all)
})

test('requests that will be refused wait for no others', async () => {
  const flood = requests(createFairStart(200, refused), 'loud', 6)
  await someTurns()
  assert.equal(flood.underWay.length, 6)
  for (const end of flood.underWay) end()
  await Promise.all(flood.all)
})

test('a request that fails lets the next begin, and its failure is known', async () => {
  const start = createFairStart(200, loud)
  const fails = () => start('loud', () => Promise.reject(new Error('failed')))
  const results = await Promise.allSettled(Array.from({ length: 6 }, fails))
  assert.deepEqual(new Set(results.map(({ status }) => status)), new Set(['rejected']))
})
