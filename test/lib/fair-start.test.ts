import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFairStart } from '../../src/lib/fair-start.ts'

/** The requests that began in each turn of the event loop, until all have. */
async function turns(start: (network: string) => Promise<void>, networks: string[]): Promise<string[][]> {
  const seen: string[][] = []
  let turn: string[] = []
  let left = networks.length
  const { promise, resolve } = Promise.withResolvers<void>()
  for (const network of networks)
    void start(network).then(() => {
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
  const start = createFairStart(200)
  const seen = await turns(start, [...Array<string>(100).fill('loud'), 'quiet', 'another'])
  assert.deepEqual(seen[0]?.toSorted(), ['another', 'loud', 'loud', 'quiet'])
  assert.ok(seen.every((turn) => turn.length <= 4))
  assert.ok(seen.length >= 50)
})

test('a network that may send much begins more of it', async () => {
  const start = createFairStart(5000)
  const seen = await turns(start, Array<string>(100).fill('proxy'))
  assert.equal(seen[0]?.length, 50)
})

test('requests of many networks begin without waiting for each other, up to a number', async () => {
  const start = createFairStart(200)
  const seen = await turns(
    start,
    Array.from({ length: 40 }, (_, number) => `network ${number}`),
  )
  assert.equal(seen[0]?.length, 32)
  assert.equal(seen.flat().length, 40)
})
