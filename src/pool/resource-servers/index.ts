import type { Handlers } from '../handler.ts'
import { createResourceServer } from './operations/create-resource-server.ts'
import { deleteResourceServer } from './operations/delete-resource-server.ts'
import { describeResourceServer } from './operations/describe-resource-server.ts'
import { listResourceServers } from './operations/list-resource-servers.ts'
import { updateResourceServer } from './operations/update-resource-server.ts'

export const resourceServerOperations = {
  CreateResourceServer: createResourceServer,
  DescribeResourceServer: describeResourceServer,
  ListResourceServers: listResourceServers,
  UpdateResourceServer: updateResourceServer,
  DeleteResourceServer: deleteResourceServer,
} satisfies Handlers
