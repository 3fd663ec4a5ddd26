import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../bench/frame/server.ts'

const source = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

export interface PoolhouseProcess {
  url: string
  /** `poolhouse dev` on the folder; resolves once /health says that it is well. */
  start(): Promise<void>
  /** As the kernel does when memory runs out: no signal handler, no last words. */
  killServer(): Promise<void>
  /** Every process of the database at once. */
  killDatabase(): void
  /** Waits until /health answers this status. */
  health(status: number, patience?: number): Promise<void>
  stop(): Promise<void>
}

export async function poolhouseProcess(
  dataDir: string,
  env: NodeJS.ProcessEnv,
  main = source,
): Promise<PoolhouseProcess> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let child: ChildProcess | undefined
  let output = ''

  async function health(status: number, patience = 30_000): Promise<void> {
    for (const end = Date.now() + patience; ; await sleep(50)) {
      if (child?.exitCode != null) throw new Error(`Poolhouse ended with ${child.exitCode}:\n${output}`)
      const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(10_000) }).catch(() => undefined)
      await answer?.body?.cancel()
      if (answer?.status === status) return
      if (Date.now() > end) throw new Error(`/health did not answer ${status} in ${patience} ms:\n${output}`)
    }
  }

  return {
    url,
    health,
    async start() {
      output = ''
      child = spawn(process.execPath, [main, 'dev'], {
        env: { PATH: process.env.PATH, POOLHOUSE_PORT: String(port), POOLHOUSE_DATA_DIR: dataDir, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const keep = (text: Buffer) => {
        output = (output + text).slice(-10_000)
      }
      child.stdout!.on('data', keep)
      child.stderr!.on('data', keep)
      await health(200, 60_000)
    },
    async killServer() {
      const gone = new Promise((resolve) => child!.once('exit', resolve))
      child!.kill('SIGKILL')
      await gone
    },
    killDatabase() {
      for (const pid of databaseProcesses(dataDir)) kill(pid)
    },
    async stop() {
      if (!child || child.exitCode !== null || child.signalCode !== null) return
      const gone = new Promise((resolve) => child!.once('exit', resolve))
      child.kill('SIGTERM')
      const patience = setTimeout(() => child?.kill('SIGKILL'), 15_000)
      await gone
      clearTimeout(patience)
    },
  }
}

/** The postmaster first, so that it cannot see its children die and say so in good order. */
function databaseProcesses(dataDir: string): number[] {
  const postmaster = Number.parseInt(readFileSync(`${dataDir}/pgdata/postmaster.pid`, 'utf8'), 10)
  const children = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => parentOf(pid) === postmaster)
  return [postmaster, ...children]
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return undefined
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

export const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))
