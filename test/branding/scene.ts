import { startTestServer, type TestServer } from '../support/server.ts'

export interface Scene extends TestServer {
  UserPoolId: string
  /** Another client of the pool, each time. */
  newClient(): Promise<string>
}

export async function startScene(
  { domain, limits }: { domain?: string; limits?: Record<string, number> } = {},
  strict = false,
): Promise<Scene> {
  const server = await startTestServer({ strict, limits })
  const { UserPool } = await server.cognito.createUserPool({ PoolName: 'customers' })
  const UserPoolId = UserPool!.Id!
  if (domain) await server.cognito.createUserPoolDomain({ UserPoolId, Domain: domain })
  const newClient = async () => {
    const { UserPoolClient } = await server.cognito.createUserPoolClient({ UserPoolId, ClientName: 'web' })
    return UserPoolClient!.ClientId!
  }
  return { ...server, UserPoolId, newClient }
}

export const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
export const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46])
export const ico = Buffer.from([0, 0, 1, 0, 1, 0, 1, 1, 0, 0])
export const svg = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><circle cx="5" cy="5" r="4" fill="#0a7"/></svg>',
)
