import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGate } from '../../src/lib/gate.ts'

test('no more tasks run at once than the gate lets through, and they start in the order they came', async () => {
  const gate = createGate({ running: 2, waiting: 10 })
  const started: number[] = []
  let running = 0
  let most = 0
  const task = (number: number) => async () => {
    started.push(number)
    most = Math.max(most, ++running)
    await new Promise((done) => setTimeout(done, 5))
    running--
    return number
  }

  const results = await Promise.all([0, 1, 2, 3, 4, 5].map((number) => gate.run(task(number))))
  assert.deepEqual(results, [0, 1, 2, 3, 4, 5])
  assert.deepEqual(started, [0, 1, 2, 3, 4, 5])
  assert.equal(most, 2)
})

test('there is no room past the waiting line, and there is again when it moves', async () => {
  const gate = createGate({ running: 1, waiting: 1 })
  const quick = async () => 'done'
  const [first, second, third] = [gate.run(quick), gate.run(quick), gate.run(quick)]
  assert.equal(third, undefined)
  assert.deepEqual(await Promise.all([first, second]), ['done', 'done'])
  assert.equal(await gate.run(quick), 'done')
})

test('a task that fails frees its place', async () => {
  const gate = createGate({ running: 1, waiting: 1 })
  const failing = gate.run(() => Promise.reject(new Error('no')))
  const waiting = gate.run(async () => 'served')
  await assert.rejects(async () => failing, { message: 'no' })
  assert.equal(await waiting, 'served')
  assert.equal(await gate.run(async () => 'served'), 'served')
})
