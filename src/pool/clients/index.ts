import type { Handlers } from '../handler.ts'
import { addUserPoolClientSecret } from './operations/add-user-pool-client-secret.ts'
import { createUserPoolClient } from './operations/create-user-pool-client.ts'
import { deleteUserPoolClient } from './operations/delete-user-pool-client.ts'
import { deleteUserPoolClientSecret } from './operations/delete-user-pool-client-secret.ts'
import { describeUserPoolClient } from './operations/describe-user-pool-client.ts'
import { listUserPoolClientSecrets } from './operations/list-user-pool-client-secrets.ts'
import { listUserPoolClients } from './operations/list-user-pool-clients.ts'
import { updateUserPoolClient } from './operations/update-user-pool-client.ts'

export const clientOperations = {
  CreateUserPoolClient: createUserPoolClient,
  DescribeUserPoolClient: describeUserPoolClient,
  ListUserPoolClients: listUserPoolClients,
  UpdateUserPoolClient: updateUserPoolClient,
  DeleteUserPoolClient: deleteUserPoolClient,
  AddUserPoolClientSecret: addUserPoolClientSecret,
  DeleteUserPoolClientSecret: deleteUserPoolClientSecret,
  ListUserPoolClientSecrets: listUserPoolClientSecrets,
} satisfies Handlers
