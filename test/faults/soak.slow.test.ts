// SOAK_MINUTES=3 npm run test:slow -- test/faults/soak.slow.test.ts
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { checkCounts } from './check-counts.ts'
import { type Nodes, startNodes } from './nodes.ts'
import { type Sample, soak } from './soak.ts'
import { startTraffic, trafficScene } from './traffic.ts'

const minutes = Number(process.env.SOAK_MINUTES ?? 10)
let nodes: Nodes
before(async () => {
  nodes = await startNodes()
})
after(() => nodes?.close())

const median = (samples: Sample[], of: (sample: Sample) => number) =>
  samples.map(of).toSorted((a, b) => a - b)[Math.floor(samples.length / 2)]!

test('minutes of mixed traffic leave memory and open files as they were', async (t) => {
  const scene = await trafficScene(nodes)
  const { counts, samples } = await soak(nodes, scene, { seconds: minutes * 60, people: 4, every: 5 })
  // The first third warms up.
  const third = Math.floor(samples.length / 3)
  const [middle, last] = [samples.slice(third, 2 * third), samples.slice(2 * third)]
  const [before, now] = [median(middle, (one) => one.megabytes), median(last, (one) => one.megabytes)]
  const [filesBefore, filesNow] = [median(middle, (one) => one.files), median(last, (one) => one.files)]
  t.diagnostic(
    `${counts.done} people in ${minutes} min; four workers: ${samples[0]!.megabytes} MB, ${before} MB, ${now} MB; files ${filesBefore}, ${filesNow}`,
  )
  assert.deepEqual(counts.failed, [])
  assert.ok(now <= before * 1.1, `${before} MB became ${now} MB`)
  assert.ok(filesNow <= filesBefore + 20, `${filesBefore} open files became ${filesNow}`)
  await checkCounts(nodes, scene, counts)
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
