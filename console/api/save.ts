import { cognito } from './call.ts'
import {
  type ClientChange,
  type ClientType,
  clientUpdate,
  type PoolChange,
  type PoolType,
  poolUpdate,
} from './merge.ts'
import { refresh } from './queries.ts'

/**
 * Changes a pool as it is at this moment: `savePool(id, ({ Policies }) => ({ Policies: { ...Policies, PasswordPolicy } }))`.
 * What others have changed since the page was opened stays. @throws ApiError
 */
export async function savePool(UserPoolId: string, change: (pool: PoolType) => PoolChange): Promise<void> {
  const { UserPool } = await cognito('DescribeUserPool', { UserPoolId })
  await cognito('UpdateUserPool', poolUpdate(UserPool!, change(UserPool!)))
  await refresh('DescribeUserPool', 'ListUserPools', 'GetUserPoolMfaConfig')
}

/** The same for an app client. @throws ApiError */
export async function saveClient(
  UserPoolId: string,
  ClientId: string,
  change: (client: ClientType) => ClientChange,
): Promise<void> {
  const { UserPoolClient } = await cognito('DescribeUserPoolClient', { UserPoolId, ClientId })
  await cognito('UpdateUserPoolClient', clientUpdate(UserPoolClient!, change(UserPoolClient!)))
  await refresh('DescribeUserPoolClient', 'ListUserPoolClients')
}
