import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { childrenOf } from '../support/child-processes.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type ServeProcess, startServe } from '../support/serve-process.ts'
import { type Balancer, startBalancer } from './balancer.ts'
import { type MailServer, startMailServer } from './mail-server.ts'

/** Several nodes of `poolhouse serve`, two workers each, over one database behind one balancer. */
export interface Nodes {
  url: string
  cognito: CognitoIdentityProvider
  mail: MailServer
  balancer: Balancer
  database: TestDatabase
  running: ServeProcess[]
  add(): Promise<ServeProcess>
  /** Told to end and awaited; how long that took. */
  stop(node: ServeProcess): Promise<{ code: number | null; milliseconds: number }>
  /** Every process of it, by kill -9. */
  kill(node: ServeProcess): Promise<void>
  /** The code in the newest mail to an address. */
  codeFor(address: string, after?: number): Promise<string>
  close(): Promise<void>
}

export async function startNodes(
  settings: Record<string, string> = {},
  { database: own }: { database?: TestDatabase } = {},
): Promise<Nodes> {
  const [database, balancer, mail] = await Promise.all([
    own ?? createTestDatabase(),
    startBalancer(),
    startMailServer(),
  ])
  const running: ServeProcess[] = []
  const cognito = new CognitoIdentityProvider({
    region: 'us-east-1',
    endpoint: balancer.url,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local-secret-key' },
    maxAttempts: 1,
  })

  const nodes: Nodes = {
    url: balancer.url,
    cognito,
    mail,
    balancer,
    database,
    running,
    async add() {
      const node = await startServe(
        {
          POOLHOUSE_WORKERS: '2',
          POOLHOUSE_PUBLIC_URL: balancer.url,
          POOLHOUSE_SMTP_URL: mail.url,
          POOLHOUSE_MAIL_FROM: 'login@example.com',
          POOLHOUSE_LOG_LEVEL: 'warn',
          POOLHOUSE_CALLER_LIMITS: 'off',
          ...settings,
        },
        { database },
      )
      running.push(node)
      balancer.nodes.push(portOf(node))
      return node
    },
    async stop(node) {
      const begun = performance.now()
      node.signal('SIGTERM')
      const { code } = await node.exited
      drop(node)
      return { code, milliseconds: performance.now() - begun }
    },
    async kill(node) {
      for (const pid of [node.pid, ...childrenOf(node.pid)]) process.kill(pid, 'SIGKILL')
      await node.exited
      drop(node)
    },
    async codeFor(address, after = 0) {
      for (const end = performance.now() + 60_000; performance.now() < end; ) {
        const mails = mail.messages.filter(({ to }) => to === address)
        if (mails.length > after && mails.at(-1)!.code) return mails.at(-1)!.code!
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      throw new Error(`No code came for ${address}`)
    },
    async close() {
      cognito.destroy()
      await Promise.all(running.map((node) => node.dispose()))
      await Promise.all([balancer.close(), mail.close()])
      await database.drop()
    },
  }

  function drop(node: ServeProcess) {
    running.splice(running.indexOf(node), 1)
    balancer.nodes.splice(balancer.nodes.indexOf(portOf(node)), 1)
  }

  try {
    await nodes.add()
    await nodes.add()
  } catch (error) {
    await nodes.close()
    throw error
  }
  return nodes
}

const portOf = ({ url }: ServeProcess) => Number(new URL(url).port)
