import { randomUUID } from 'node:crypto'
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'

/** What the server said is written. Everything in here must be there after any crash. */
export interface Acknowledged {
  pools: { id: string; clientId?: string }[]
  users: { poolId: string; username: string; email: string; password: string; inGroup?: string }[]
  groups: { poolId: string; name: string }[]
  /** Of users who were deleted: they must not come back. */
  deleted: { poolId: string; username: string }[]
}

export const nothing = (): Acknowledged => ({ pools: [], users: [], groups: [], deleted: [] })

export const sdk = (endpoint: string): CognitoIdentityProvider =>
  new CognitoIdentityProvider({
    region: 'us-east-1',
    endpoint,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    requestHandler: { requestTimeout: 15_000, connectionTimeout: 2000 },
  })

export interface Writers {
  /** Milliseconds that the longest call took, failed ones included. */
  longest(): number
  /** Calls that failed: while a server is down that is all they can do. */
  failed(): number
  stop(): Promise<void>
}

/** Several administrators at work who do not stop for errors and note what was confirmed to them. */
export function startWriters(cognito: CognitoIdentityProvider, noted: Acknowledged, count: number): Writers {
  let stopped = false
  let longest = 0
  let failed = 0
  const work = Array.from({ length: count }, async (_, writer) => {
    while (!stopped) {
      const started = performance.now()
      try {
        await (writer === 0 ? writePool(cognito, noted) : writeUser(cognito, noted))
      } catch {
        failed++
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      longest = Math.max(longest, performance.now() - started)
    }
  })
  return {
    longest: () => longest,
    failed: () => failed,
    async stop() {
      stopped = true
      await Promise.all(work)
    },
  }
}

async function writePool(cognito: CognitoIdentityProvider, { pools }: Acknowledged): Promise<void> {
  const { UserPool } = await cognito.createUserPool({ PoolName: 'faults' })
  const pool: Acknowledged['pools'][number] = { id: UserPool!.Id! }
  pools.push(pool)
  const { UserPoolClient } = await cognito.createUserPoolClient({
    UserPoolId: pool.id,
    ClientName: 'faults',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  })
  pool.clientId = UserPoolClient!.ClientId!
}

async function writeUser(cognito: CognitoIdentityProvider, noted: Acknowledged): Promise<void> {
  const poolId = noted.pools[Math.floor(Math.random() * noted.pools.length)]!.id
  const username = `user-${randomUUID()}`
  const name = `group-${randomUUID()}`
  await cognito.createGroup({ UserPoolId: poolId, GroupName: name })
  noted.groups.push({ poolId, name })

  const password = `Temporary-1-${username}`
  const email = `${username}@example.com`
  await cognito.adminCreateUser({
    UserPoolId: poolId,
    Username: username,
    TemporaryPassword: password,
    MessageAction: 'SUPPRESS',
    UserAttributes: [{ Name: 'email', Value: email }],
  })
  const user: Acknowledged['users'][number] = { poolId, username, email, password }
  noted.users.push(user)
  await cognito.adminAddUserToGroup({ UserPoolId: poolId, Username: username, GroupName: name })
  user.inGroup = name

  if (Math.random() < 0.2) {
    const gone = noted.users.indexOf(user)
    noted.users.splice(gone, 1)
    await cognito.adminDeleteUser({ UserPoolId: poolId, Username: username })
    noted.deleted.push({ poolId, username })
  }
}
