// SOAK_MINUTES=3 npm run test:slow -- test/faults/soak.slow.test.ts
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { checkCounts } from './check-counts.ts'
import { type Nodes, startNodes } from './nodes.ts'
import { megabytesInUse, type Sample, soak } from './soak.ts'
import { startTraffic, trafficScene } from './traffic.ts'

const minutes = Number(process.env.SOAK_MINUTES ?? 10)
let nodes: Nodes
let folder: string
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'poolhouse-soak-'))
  nodes = await startNodes({
    HEAP_REPORT: join(folder, 'heaps'),
    NODE_OPTIONS: `--import ${new URL('report-heap.ts', import.meta.url)}`,
  })
})
after(async () => {
  await nodes?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Megabytes that caches may still take in each worker after a third of the time: tokens that were verified, above all. */
const cachesGrow = 12
/** How much more the engine may let pile up before it collects, than in the middle of the time. */
const pilesUp = 1.3

const median = (samples: Sample[], of: (sample: Sample) => number) =>
  samples.map(of).toSorted((a, b) => a - b)[Math.floor(samples.length / 2)]!

test('minutes of mixed traffic leave memory and open files as they were', async (t) => {
  const scene = await trafficScene(nodes)
  const report = join(folder, 'heaps')
  // The first third warms up: code is compiled, caches fill, the engine finds out how much there is to collect.
  const warmUp = await soak(nodes, scene, { seconds: minutes * 20, people: 4, every: 5 })
  const usedBefore = Math.max(...(await megabytesInUse(nodes, report)))
  const { counts, samples } = await soak(nodes, scene, { seconds: minutes * 40, people: 4, every: 5 })
  const usedNow = Math.max(...(await megabytesInUse(nodes, report)))
  const half = Math.floor(samples.length / 2)
  const [middle, last] = [samples.slice(0, half), samples.slice(half)]
  const [before, now] = [median(middle, (one) => one.megabytes), median(last, (one) => one.megabytes)]
  const [filesBefore, filesNow] = [median(middle, (one) => one.files), median(last, (one) => one.files)]
  t.diagnostic(
    `${warmUp.counts.done + counts.done} people in ${minutes} min; in use in a worker ${usedBefore.toFixed(1)} MB, ${usedNow.toFixed(1)} MB; resident in four: ${warmUp.samples[0]!.megabytes} MB, ${before} MB, ${now} MB; files ${filesBefore}, ${filesNow}`,
  )
  assert.deepEqual([...warmUp.counts.failed, ...counts.failed], [])
  assert.ok(usedNow <= usedBefore + cachesGrow, `${usedBefore} MB in use became ${usedNow} MB`)
  assert.ok(now <= before * pilesUp, `${before} MB became ${now} MB`)
  assert.ok(filesNow <= filesBefore + 20, `${filesBefore} open files became ${filesNow}`)
  for (const each of [warmUp.counts, counts]) await checkCounts(nodes, scene, each)
})

test('nodes killed and replaced over and over lose nothing', async (t) => {
  const scene = await trafficScene(nodes)
  const rounds = Math.max(2, Math.round(minutes * 2))
  const traffic = startTraffic(nodes, scene, 4)
  for (let round = 0; round < rounds; round++) {
    await new Promise((resolve) => setTimeout(resolve, 1000 + Math.random() * 2000))
    const victim = nodes.running[round % nodes.running.length]!
    await nodes.add()
    if (round % 2) await nodes.kill(victim)
    else assert.equal((await nodes.stop(victim)).code, 0)
  }
  const counts = await traffic.stop()
  t.diagnostic(`${rounds} rounds, ${counts.done} people, ${counts.failed.length} calls without an answer`)
  await checkCounts(nodes, scene, counts)
})
