import { type ChildProcess, fork } from 'node:child_process'
import type { Operation } from './load.ts'

/** The least that a row's work can cost: either an operation, or a minimal server that gets the same load. */
export interface Yardstick {
  operation?: Operation
  port?: number
}

export interface YardstickProcess {
  pid: number
  /** For a minimal server; 0 for others. */
  port: number
  doMany(workers: number, count: number): Promise<void>
  doFor(workers: number, milliseconds: number): Promise<number>
  stop(): void
}

export async function startYardstick(name: string, connection?: object): Promise<YardstickProcess> {
  const main = new URL('yardstick-process.ts', import.meta.url).pathname
  const file = new URL(`../yardsticks/${name}.ts`, import.meta.url).pathname
  const child = fork(main, [file, ...(connection ? [JSON.stringify(connection)] : [])], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production' },
  })
  const { port } = await answer<{ port: number }>(child)

  const ask = async (work: Record<string, number>) => {
    child.send(work)
    return (await answer<{ done: number }>(child)).done
  }
  return {
    pid: child.pid!,
    port,
    doMany: async (workers, count) => void (await ask({ workers, count })),
    doFor: (workers, milliseconds) => ask({ workers, milliseconds }),
    stop: () => child.disconnect(),
  }
}

function answer<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`A yardstick ended with ${code}`))
    child.once('exit', ended)
    child.once('message', (message) => {
      child.off('exit', ended)
      resolve(message as T)
    })
  })
}
