import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { childrenOf } from '../support/child-processes.ts'
import { until } from '../support/serve-process.ts'
import type { Nodes } from './nodes.ts'
import { type Counts, type Scene, startTraffic } from './traffic.ts'

/** What the workers of all nodes have at one moment. */
export interface Sample {
  /** Seconds since the beginning. */
  at: number
  megabytes: number
  files: number
  done: number
}

/** Mixed traffic for so long, and what the workers had of memory and open files meanwhile. */
export async function soak(
  nodes: Nodes,
  scene: Scene,
  { seconds, people, every }: { seconds: number; people: number; every: number },
): Promise<{ counts: Counts; samples: Sample[] }> {
  const traffic = startTraffic(nodes, scene, people)
  const begun = performance.now()
  const samples: Sample[] = []
  while (performance.now() - begun < seconds * 1000) {
    await new Promise((resolve) => setTimeout(resolve, every * 1000))
    const pids = nodes.running.flatMap(({ pid }) => childrenOf(pid))
    samples.push({
      at: Math.round((performance.now() - begun) / 1000),
      megabytes: Math.round(pids.reduce((sum, pid) => sum + residentBytes(pid), 0) / 2 ** 20),
      files: pids.reduce((sum, pid) => sum + readdirSync(`/proc/${pid}/fd`).length, 0),
      done: traffic.counts.done,
    })
  }
  return { counts: await traffic.stop(), samples }
}

/** What the workers have in use once garbage is collected, in megabytes; they were started with `report-heap.ts`. */
export async function megabytesInUse(nodes: Nodes, report: string): Promise<number[]> {
  writeFileSync(report, '')
  const pids = nodes.running.flatMap(({ pid }) => childrenOf(pid))
  for (const pid of pids) process.kill(pid, 'SIGUSR2')
  const lines = await until('a report of each worker', async () => {
    const found = readFileSync(report, 'utf8').trimEnd().split('\n')
    return found.length === pids.length && found[0] !== '' ? found : undefined
  })
  return lines.map((line) => JSON.parse(line).bytes / 2 ** 20)
}

const residentBytes = (pid: number) =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024
