import type { Handlers } from '../handler.ts'
import { createUserPoolReplica } from './operations/create-user-pool-replica.ts'
import { deleteUserPoolReplica } from './operations/delete-user-pool-replica.ts'
import { listUserPoolReplicas } from './operations/list-user-pool-replicas.ts'
import { updateUserPoolReplica } from './operations/update-user-pool-replica.ts'

export const replicaOperations = {
  CreateUserPoolReplica: createUserPoolReplica,
  DeleteUserPoolReplica: deleteUserPoolReplica,
  ListUserPoolReplicas: listUserPoolReplicas,
  UpdateUserPoolReplica: updateUserPoolReplica,
} satisfies Handlers
