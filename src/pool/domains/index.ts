import type { Handlers } from '../handler.ts'
import { createUserPoolDomain } from './operations/create-user-pool-domain.ts'
import { deleteUserPoolDomain } from './operations/delete-user-pool-domain.ts'
import { describeUserPoolDomain } from './operations/describe-user-pool-domain.ts'
import { updateUserPoolDomain } from './operations/update-user-pool-domain.ts'

export const domainOperations = {
  CreateUserPoolDomain: createUserPoolDomain,
  DeleteUserPoolDomain: deleteUserPoolDomain,
  DescribeUserPoolDomain: describeUserPoolDomain,
  UpdateUserPoolDomain: updateUserPoolDomain,
} satisfies Handlers
