import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { test } from 'node:test'
import { type GatheredOptions, gathered } from '../../src/lib/gathered.ts'

interface Item {
  name: string
  group: string
  key: string
}

/** Batches are ended by hand; each item's result is its name. */
function scene(options: Partial<GatheredOptions<Item>> = {}) {
  const batches: { names: string[]; end(error?: Error): void }[] = []
  const work = async (items: Item[]) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const names = items.map(({ name }) => name)
    batches.push({ names, end: (error) => (error ? reject(error) : resolve()) })
    await promise
    return names
  }
  const ask = gathered(work, { group: ({ group }) => group, ...options })
  const add = (name: string, { group = 'pool', key = name } = {}) => ask({ name, group, key })
  return { batches, add, sizes: () => batches.map(({ names }) => names.length) }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('what comes in a turn is done together at its end, and so is what comes until that is done', async () => {
  const { batches, add, sizes } = scene()
  const both = [add('x'), add('y')]
  await turn()
  assert.deepEqual(sizes(), [2])
  batches[0]!.end()
  assert.deepEqual(await Promise.all(both), ['x', 'y'])
})

test('what comes alone waits for nobody, and what comes meanwhile is done together', async () => {
  const { batches, add, sizes } = scene()
  const first = add('a')
  await turn()
  const rest = ['b', 'c', 'd'].map((name) => add(name))
  assert.deepEqual(sizes(), [1])
  batches[0]!.end()
  assert.equal(await first, 'a')
  await turn()
  assert.deepEqual(sizes(), [1, 3])
  batches[1]!.end()
  assert.deepEqual(await Promise.all(rest), ['b', 'c', 'd'])
  await turn()
  add('e')
  await turn()
  assert.deepEqual(sizes(), [1, 3, 1])
})

test('groups do not wait for each other', async () => {
  const { add, sizes } = scene()
  add('a')
  await turn()
  add('b', { group: 'another' })
  await turn()
  assert.deepEqual(sizes(), [1, 1])
})

test('a batch has a key once, and no more than its max', async () => {
  const { batches, add } = scene({ key: ({ key }) => key, max: 2 })
  const all = [add('a'), add('b', { key: 'k' }), add('c', { key: 'k' }), add('d'), add('e')]
  for (const names of [['a', 'b'], ['c', 'd'], ['e']]) {
    await turn()
    assert.deepEqual(batches.at(-1)!.names, names)
    batches.at(-1)!.end()
    await turn()
  }
  assert.deepEqual(await Promise.all(all), ['a', 'b', 'c', 'd', 'e'])
})

test('a failure reaches each of its batch, and nobody of the next', async () => {
  const { batches, add } = scene()
  const first = add('a')
  await turn()
  const second = [add('b'), add('c')]
  batches[0]!.end()
  assert.equal(await first, 'a')
  await turn()
  const third = add('d')
  batches[1]!.end(new Error('lost'))
  for (const one of second) await assert.rejects(one, { message: 'lost' })
  await turn()
  batches[2]!.end()
  assert.equal(await third, 'd')
})

test('a batch that takes long keeps nobody waiting', async () => {
  const { batches, add, sizes } = scene()
  const stuck = add('a')
  await turn()
  const next = add('b')
  await new Promise((resolve) => setTimeout(resolve, 80))
  assert.deepEqual(sizes(), [1, 1])
  batches[1]!.end()
  assert.equal(await next, 'b')
  await turn()
  add('c')
  await turn()
  assert.deepEqual(sizes(), [1, 1, 1])
  batches[0]!.end()
  assert.equal(await stuck, 'a')
})

test('a batch is done in the context of a request that waits for it', async () => {
  const requests = new AsyncLocalStorage<string>()
  const seen: (string | undefined)[] = []
  const ask = gathered<string, void>(
    async (items) => {
      seen.push(requests.getStore())
      await turn()
      return items.map(() => undefined)
    },
    { group: () => '' },
  )
  const first = requests.run('a', () => ask('a'))
  await turn()
  await Promise.all([first, ...['b', 'c'].map((name) => requests.run(name, () => ask(name)))])
  assert.deepEqual(seen, ['a', 'b'])
})
