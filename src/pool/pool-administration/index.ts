import type { Handlers } from '../handler.ts'
import { addCustomAttributes } from './operations/add-custom-attributes.ts'
import { createIdentityProvider } from './operations/create-identity-provider.ts'
import { createUserPool } from './operations/create-user-pool.ts'
import { deleteUserPool } from './operations/delete-user-pool.ts'
import { describeUserPool } from './operations/describe-user-pool.ts'
import { getUserPoolMfaConfig } from './operations/get-user-pool-mfa-config.ts'
import { listUserPools } from './operations/list-user-pools.ts'
import { setUserPoolMfaConfig } from './operations/set-user-pool-mfa-config.ts'
import { updateUserPool } from './operations/update-user-pool.ts'

export const poolOperations = {
  AddCustomAttributes: addCustomAttributes,
  CreateUserPool: createUserPool,
  DeleteUserPool: deleteUserPool,
  DescribeUserPool: describeUserPool,
  GetUserPoolMfaConfig: getUserPoolMfaConfig,
  ListUserPools: listUserPools,
  SetUserPoolMfaConfig: setUserPoolMfaConfig,
  UpdateUserPool: updateUserPool,
  // Creating a provider also creates a group and an attribute of the pool.
  CreateIdentityProvider: createIdentityProvider,
} satisfies Handlers
