import { randomBytes } from 'node:crypto'
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { type Poolhouse, startPoolhouse } from '../../src/app.ts'
import { type Config, readConfig } from '../../src/config.ts'
import type { InboxMessage } from '../../src/delivery/inbox.ts'
import type { DevTools } from '../../src/dev/dev-tools.ts'
import { type TestClock, testClock } from './clock.ts'
import { type Connection, createTestDatabase, type TestDatabase } from './database.ts'

export interface TestServer extends Poolhouse {
  url: string
  clock: TestClock
  /** The public SDK, signing with the well-known development keys. */
  cognito: CognitoIdentityProvider
  connection: Connection
  /** For a second server over what this one leaves behind: `stopServer` first, then pass it on. */
  database: TestDatabase
  stopServer(): Promise<void>
  /** Waits for the message that `matches`, newest first: delivery goes through the outbox. */
  message(matches: Partial<InboxMessage>): Promise<InboxMessage>
}

/** A whole server on a database of its own. Close it in `after`. */
export async function startTestServer(
  overrides: Partial<Config> = {},
  options: {
    connection?: Connection
    database?: TestDatabase
    clock?: TestClock
    masterKey?: Buffer
    jobs?: false
    certificate?: string
    devTools?: DevTools
  } = {},
): Promise<TestServer> {
  const database =
    options.database ??
    (options.connection ? { connection: options.connection, drop: async () => {} } : await createTestDatabase())
  const undeclared: string[] = []
  const clock = options.clock ?? testClock()
  const config: Config = {
    ...readConfig('dev', { POOLHOUSE_PORT: '0' }),
    masterKey: options.masterKey ?? randomBytes(32),
    databasePoolSize: 5,
    logLevel: process.env.POOLHOUSE_LOG_LEVEL ?? 'error',
    ...overrides,
  }
  const server = await startPoolhouse(config, {
    connection: database.connection,
    clock,
    jobs: options.jobs,
    certificate: options.certificate,
    devTools: options.devTools,
    // A defect: the SDK of some language has no class for it.
    onUndeclaredError: (operation, error) => undeclared.push(`${operation} answered ${error.type}`),
  })
  const url = `http://localhost:${server.port}`
  const cognito = new CognitoIdentityProvider({
    region: config.region,
    endpoint: url,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  })

  return {
    ...server,
    url,
    clock,
    cognito,
    connection: database.connection,
    database,
    stopServer: server.close,
    async message(matches) {
      for (let waited = 0; waited < 5000; waited += 20) {
        const found = server.ctx
          .inbox!.list()
          .findLast((message) =>
            Object.entries(matches).every(([key, value]) => message[key as keyof InboxMessage] === value),
          )
        if (found) return found
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      throw new Error(`No message ${JSON.stringify(matches)} came`)
    },
    async close() {
      cognito.destroy()
      await server.close()
      await database.drop()
      if (undeclared.length > 0)
        throw new Error(`Errors that the service model does not declare: ${undeclared.join(', ')}`)
    },
  }
}
