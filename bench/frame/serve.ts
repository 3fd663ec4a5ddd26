import { type ChildProcess, spawn } from 'node:child_process'
import type { AccessKey } from './http-client.ts'
import type { Bench } from './row.ts'
import { endWithUs, freePort, program } from './server.ts'

/** An administrator of `poolhouse serve`, which refuses the keys of development. */
export const serveKey: AccessKey = { id: 'bench', secret: 'the secret of the bench' }

/** `poolhouse serve` over the bench's database. */
export async function startServe(bench: Bench, workers: number): Promise<{ child: ChildProcess; port: number }> {
  const port = await freePort()
  const child = spawn(process.execPath, [program, 'serve'], {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      ...bench.serveSettings,
      POOLHOUSE_PORT: String(port),
      POOLHOUSE_HOST: '127.0.0.1',
      POOLHOUSE_DATABASE_POOL_SIZE: '10',
      POOLHOUSE_WORKERS: String(workers),
      POOLHOUSE_CALLER_LIMITS: 'off',
      POOLHOUSE_LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  endWithUs(child)
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined)
    if (answer?.status === 200) return { child, port }
    if (tries === 600 || child.exitCode !== null) throw new Error('serve did not start')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
