import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGroups } from '../../src/lib/groups.ts'

function scene(count: number) {
  const inGroups = createGroups(3)
  const works = Array.from({ length: count }, () => Promise.withResolvers<number>())
  const done: (number | string)[] = []
  const results = works.map(({ promise }) =>
    inGroups(promise).then(
      (value) => done.push(value),
      (error: Error) => done.push(error.message),
    ),
  )
  return { works, done, results, settled: () => new Promise((resolve) => setImmediate(resolve)) }
}

test('few results go on one by one', async () => {
  const { works, done, settled } = scene(3)
  works[1]!.resolve(1)
  await settled()
  assert.deepEqual(done, [1])
  works[0]!.resolve(0)
  await settled()
  assert.deepEqual(done, [1, 0])
})

test('where many are under way they go on in groups, a failed one among them, and none is left behind', async () => {
  const { works, done, results, settled } = scene(8)
  works[0]!.resolve(0)
  works[1]!.reject(new Error('one'))
  await settled()
  assert.deepEqual(done, [])
  works[2]!.resolve(2)
  await settled()
  assert.deepEqual(done, [0, 'one', 2])
  works[3]!.resolve(3)
  works[4]!.resolve(4)
  await settled()
  assert.deepEqual(done.slice(3), [])
  works[5]!.resolve(5)
  await settled()
  assert.deepEqual(done.slice(3), [3, 4, 5])
  works[6]!.resolve(6)
  works[7]!.resolve(7)
  await Promise.all(results)
  assert.deepEqual(done.slice(6), [6, 7])
})
