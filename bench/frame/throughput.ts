import { doFor, doMany, median, type Operation } from './load.ts'
import { cpuSeconds } from './processes.ts'
import type { Bench, Figure, Row } from './row.ts'
import type { YardstickProcess } from './yardstick.ts'

export interface Throughput {
  name: string
  /** File under `yardsticks`. */
  yardstick: string
  goal: number
  must: number
  /** How many of the yardstick's operations make one of ours; 1 unless said otherwise. */
  times?: number
  /** The yardstick works on the same database server. */
  withDatabase?: boolean
  /** How many of the yardstick's operations run at once; as many as ours unless said otherwise. */
  yardstickWorkers?: number
  workers?: number
  /** Makes what the operation needs, and answers it. */
  prepare(bench: Bench): Promise<Operation>
  /** For a yardstick that is a server: what is sent to it. */
  askYardstick?(bench: Bench, port: number): Operation
}

const rounds = 5
const warmUp = 5000
/** The engine compiles what has been called often; until then it costs more, and so does the compiling. */
const warmOperations = 1000
const maxWarmUp = 20_000
const roundTime = 2000

/** CPU time of server and database per operation, over that of the yardstick, measured by turns. */
export function throughput(row: Throughput): Row {
  return { name: row.name, measure: (bench) => measure(bench, row) }
}

interface Side {
  processes: number[]
  doFor(milliseconds: number): Promise<number>
  doMany(count: number): Promise<void>
}

async function measure(bench: Bench, row: Throughput): Promise<Figure> {
  const workers = row.workers ?? bench.workers
  const operation = await row.prepare(bench)
  const ours: Side = {
    processes: [bench.server.pid],
    doFor: (milliseconds) => doFor(operation, workers, milliseconds),
    doMany: (count) => doMany(operation, workers, count),
  }
  const yardstick = sideOf(await bench.yardstick(row.yardstick, row.withDatabase), bench, row, workers)

  const ourCount = await calibrate(ours)
  const theirCount = await calibrate(yardstick)
  const taken: { ours: number; theirs: number; database: number }[] = []
  for (let round = 0; round < rounds; round++) {
    const theirs = (await cpuPerOperation(yardstick, theirCount)) * (row.times ?? 1)
    const before = cpuSeconds([bench.postmaster])
    const own = await cpuPerOperation(ours, ourCount)
    taken.push({ theirs, ours: own, database: (cpuSeconds([bench.postmaster]) - before) / ourCount })
  }

  const ourCost = median(taken.map(({ ours }) => ours))
  const theirCost = median(taken.map(({ theirs }) => theirs))
  return {
    absolute: perSecond(ourCost),
    yardstick: `${row.times ? `${row.times} × ` : ''}${row.yardstick}, ${perSecond(theirCost)}`,
    value: median(taken.map(({ ours, theirs }) => theirs / ours)),
    goal: row.goal,
    must: row.must,
    better: 'more',
    details: {
      microseconds: ourCost * 1e6,
      databaseMicroseconds: median(taken.map(({ database }) => database)) * 1e6,
      yardstickMicroseconds: theirCost * 1e6,
      operations: ourCount * rounds,
    },
  }
}

function sideOf(yardstick: YardstickProcess, bench: Bench, row: Throughput, workers: number): Side {
  const processes = [yardstick.pid, ...(row.withDatabase ? [bench.postmaster] : [])]
  const ask = row.askYardstick?.(bench, yardstick.port)
  const atOnce = row.yardstickWorkers ?? workers
  return ask
    ? {
        processes,
        doFor: (milliseconds) => doFor(ask, workers, milliseconds),
        doMany: (count) => doMany(ask, workers, count),
      }
    : {
        processes,
        doFor: (milliseconds) => yardstick.doFor(atOnce, milliseconds),
        doMany: (count) => yardstick.doMany(atOnce, count),
      }
}

/** Warms up, and tells how many operations fill a round. */
async function calibrate(side: Side): Promise<number> {
  let done = 0
  let spent = 0
  while (spent < warmUp || (done < warmOperations && spent < maxWarmUp)) {
    done += await side.doFor(warmUp)
    spent += warmUp
  }
  return Math.max(20, Math.round((done * roundTime) / spent))
}

export async function cpuPerOperation({ processes, doMany }: Pick<Side, 'processes' | 'doMany'>, count: number) {
  const before = cpuSeconds(processes)
  await doMany(count)
  return (cpuSeconds(processes) - before) / count
}

export const perSecond = (seconds: number): string => `${Math.round(1 / seconds).toLocaleString('en')}/s`
