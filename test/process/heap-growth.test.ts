import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { workerFlags } from '../../src/cli/run.ts'

/**
 * Holds 100 MB while it makes a gigabyte of objects that outlive the young generation, and prints how large the heap
 * gets in the second half: how much may pile up is set for the collection after the next.
 */
const script = `
  const { collectLessOften } = await import(${JSON.stringify(new URL('../../src/cli/run.ts', import.meta.url).href)})
  collectLessOften()
  const held = Array.from({ length: 100 }, () => new Array(131_072).fill(1.5))
  const passing = []
  let largest = 0
  for (let i = 0; i < 100_000; i++) {
    passing[i % 3000] = new Array(1250).fill(i)
    if (i % 500 > 0) continue
    largest = i <= 50_000 ? 0 : Math.max(largest, process.memoryUsage().heapUsed)
    await new Promise((resolve) => setImmediate(resolve))
  }
  console.log(largest / 2 ** 20, held.length)
`

test('a server that holds much lets no multiple of it pile up as garbage', () => {
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  const [megabytes, held] = stdout.split(' ').map(Number)
  assert.equal(held, 100, stderr)
  assert.ok(megabytes! > 130 && megabytes! < 320, `${megabytes} MB`)
})

/** Makes short-lived objects of which many are alive at a time, and prints how large the space for young ones gets. */
const young = (kind: string) => `
  const { collectLessOften } = await import(${JSON.stringify(new URL('../../src/cli/run.ts', import.meta.url).href)})
  const { getHeapSpaceStatistics } = await import('node:v8')
  collectLessOften('${kind}')
  const passing = []
  let largest = 0
  for (let i = 0; i < 1_000_000; i++) {
    passing[i % 40_000] = { text: 'number ' + i, list: [i] }
    // A server comes back to its event loop as often.
    if (i % 500 > 0) continue
    const { space_size } = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')
    largest = Math.max(largest, space_size)
    await new Promise((resolve) => setImmediate(resolve))
  }
  console.log(largest / 2 ** 20)
`

test('the space for young objects grows to what pays, and no further', () => {
  const run = (kind: string, ...flags: string[]) => {
    const { stdout, stderr } = spawnSync(process.execPath, [...flags, '--input-type=module', '-e', young(kind)], {
      encoding: 'utf8',
      timeout: 60_000,
    })
    assert.equal(stderr, '')
    return Number(stdout)
  }
  // Without a limit it would be 128. The last doubling may be under way when it is noticed.
  const megabytes = run('alone')
  assert.ok(megabytes >= 16 && megabytes < 40, `${megabytes} MB`)
  const ofSeveral = run('oneOfSeveral', ...workerFlags())
  // Two halves of 4, and pages that are still being emptied. The next doubling is 16.
  assert.ok(ofSeveral >= 8 && ofSeveral < 16, `${ofSeveral} MB in one of several workers`)
  const asSet = run('alone', '--max-semi-space-size=16')
  assert.ok(asSet >= 32, `${asSet} MB although the operator has set more`)
})
