import type { AttributeType, CreateUserPoolCommandInput } from '@aws-sdk/client-cognito-identity-provider'
import { findPool } from '../../src/pool/pools/pool.ts'
import { findUser } from '../../src/pool/users/user.ts'
import type { TestServer } from '../support/server.ts'

export async function createPool(server: TestServer, input: Partial<CreateUserPoolCommandInput> = {}): Promise<string> {
  const { UserPool } = await server.cognito.createUserPool({ PoolName: 'people', ...input })
  return UserPool!.Id!
}

/** `{ email: 'a@b.c' }` as the wire wants it. */
export const attributes = (values: Record<string, string>): AttributeType[] =>
  Object.entries(values).map(([Name, Value]) => ({ Name, Value }))

export const valuesOf = (list: AttributeType[] | undefined): Record<string, string> =>
  Object.fromEntries((list ?? []).map(({ Name, Value }) => [Name!, Value!]))

/** Pool and user as the server's inside has them, for looking at what no call shows. */
export async function inside(server: TestServer, poolId: string, username: string) {
  const pool = (await findPool(server.ctx, poolId))!
  const user = await findUser(server.ctx.db, pool, username)
  return { pool, user }
}
