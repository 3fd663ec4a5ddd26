import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { developmentMasterKey } from '../../src/dev/master-key.ts'
import { effectiveDataDir } from '../../src/store/embedded/index.ts'
import { cognitoClient } from './http-client.ts'
import { findPostmaster } from './processes.ts'
import type { Bench } from './row.ts'
import { serveKey } from './serve.ts'
import { newDataDir, removeDataDir, startServer } from './server.ts'
import { startYardstick, type YardstickProcess } from './yardstick.ts'

export async function openBench(): Promise<Bench & { close(): Promise<void> }> {
  const dataDir = newDataDir()
  const server = await startServer(dataDir, process.env.BENCH_NODE_OPTIONS?.split(' '))
  const cognito = cognitoClient(server.port)
  const connection = await databaseIn(dataDir)
  const yardsticks = new Map<string, YardstickProcess>()

  return {
    server,
    postmaster: findPostmaster(server.pid)!,
    cognito,
    serveSettings: {
      DATABASE_URL: `postgres:///${connection.database}`,
      PGHOST: connection.host!,
      PGPORT: String(connection.port),
      PGUSER: connection.username,
      POOLHOUSE_MASTER_KEY: (await developmentMasterKey(await effectiveDataDir(dataDir))).toString('base64'),
      POOLHOUSE_PUBLIC_URL: `http://localhost:${server.port}`,
      POOLHOUSE_ACCESS_KEY_ID: serveKey.id,
      POOLHOUSE_SECRET_ACCESS_KEY: serveKey.secret,
    },
    workers: 16,
    async yardstick(name, withDatabase = false) {
      let yardstick = yardsticks.get(name)
      if (!yardstick) {
        yardstick = await startYardstick(name, withDatabase ? connection : undefined)
        yardsticks.set(name, yardstick)
      }
      return yardstick
    },
    async close() {
      cognito.close()
      for (const yardstick of yardsticks.values()) yardstick.stop()
      await server.stop()
      removeDataDir(dataDir)
    },
  }
}

/** The address of a folder's embedded database, in the form that postgres.js takes. */
async function databaseIn(dataDir: string) {
  const pidFile = join(await effectiveDataDir(dataDir), 'pgdata/postmaster.pid')
  const [, , , port, host] = readFileSync(pidFile, 'utf8').split('\n')
  return { host, port: Number(port), username: 'poolhouse', database: 'poolhouse' }
}
