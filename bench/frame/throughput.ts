import { doFor, doMany, median, type Operation } from './load.ts'
import { cpuSeconds } from './processes.ts'
import type { Bench, Figure, Row } from './row.ts'
import { warmUp } from './warm-up.ts'
import type { YardstickProcess } from './yardstick.ts'

export interface Throughput {
  name: string
  /** File name in `yardsticks`, or the name of the operation that `prepare` returns as the yardstick. */
  yardstick: string
  goal: number
  must: number
  /** How many yardstick operations count as one of the server's; 1 by default. */
  times?: number
  /** The yardstick works on the same database server. */
  withDatabase?: boolean
  /** Concurrent yardstick operations; by default as many as the server's. */
  yardstickWorkers?: number
  workers?: number
  /** Sets up what the operation needs, and returns the operation. */
  prepare(bench: Bench): Promise<Operation | Compared>
  /** For a yardstick that is a server: the request to send. */
  askYardstick?(bench: Bench, port: number): Operation
}

/** An operation, and another of the same server that it is compared with. */
export interface Compared {
  operation: Operation
  yardstick: Operation
}

const rounds = 5
const roundTime = 2000

/** CPU time per operation of server and database, relative to the yardstick's, measured alternately. */
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
  const prepared = await row.prepare(bench)
  const { operation, yardstick: other } =
    typeof prepared === 'function' ? { operation: prepared, yardstick: undefined } : prepared
  const server = sideOfServer(bench, operation, workers)
  const yardstick = other
    ? sideOfServer(bench, other, workers)
    : sideOf(await bench.yardstick(row.yardstick, row.withDatabase), bench, row, workers)

  const serverCount = await calibrate(server)
  const yardstickCount = await calibrate(yardstick)
  const taken: { server: number; reference: number; database: number }[] = []
  for (let round = 0; round < rounds; round++) {
    const reference = (await cpuPerOperation(yardstick, yardstickCount)) * (row.times ?? 1)
    const before = cpuSeconds([bench.postmaster])
    const own = await cpuPerOperation(server, serverCount)
    taken.push({ reference, server: own, database: (cpuSeconds([bench.postmaster]) - before) / serverCount })
  }

  const serverCost = median(taken.map(({ server }) => server))
  const yardstickCost = median(taken.map(({ reference }) => reference))
  return {
    absolute: perSecond(serverCost),
    yardstick: `${row.times ? `${row.times} × ` : ''}${row.yardstick}, ${perSecond(yardstickCost)}`,
    value: median(taken.map(({ server, reference }) => reference / server)),
    goal: row.goal,
    must: row.must,
    better: 'more',
    details: {
      microseconds: serverCost * 1e6,
      databaseMicroseconds: median(taken.map(({ database }) => database)) * 1e6,
      yardstickMicroseconds: yardstickCost * 1e6,
      operations: serverCount * rounds,
    },
  }
}

const sideOfServer = (bench: Bench, operation: Operation, workers: number): Side => ({
  processes: [bench.server.pid],
  doFor: (milliseconds) => doFor(operation, workers, milliseconds),
  doMany: (count) => doMany(operation, workers, count),
})

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

/** Warms up, and returns how many operations fill a round. */
const calibrate = async ({ processes, doFor }: Side): Promise<number> =>
  Math.max(20, Math.round(((await warmUp(processes, doFor)) * roundTime) / 1000))

export async function cpuPerOperation({ processes, doMany }: Pick<Side, 'processes' | 'doMany'>, count: number) {
  const before = cpuSeconds(processes)
  await doMany(count)
  return (cpuSeconds(processes) - before) / count
}

export const perSecond = (seconds: number): string => `${Math.round(1 / seconds).toLocaleString('en')}/s`
