import type { Handlers } from '../handler.ts'
import { adminAddUserToGroup } from './operations/admin-add-user-to-group.ts'
import { adminListGroupsForUser } from './operations/admin-list-groups-for-user.ts'
import { adminRemoveUserFromGroup } from './operations/admin-remove-user-from-group.ts'
import { createGroup } from './operations/create-group.ts'
import { deleteGroup } from './operations/delete-group.ts'
import { getGroup } from './operations/get-group.ts'
import { listGroups } from './operations/list-groups.ts'
import { listUsersInGroup } from './operations/list-users-in-group.ts'
import { updateGroup } from './operations/update-group.ts'

export const groupOperations = {
  CreateGroup: createGroup,
  GetGroup: getGroup,
  ListGroups: listGroups,
  UpdateGroup: updateGroup,
  DeleteGroup: deleteGroup,
  AdminAddUserToGroup: adminAddUserToGroup,
  AdminRemoveUserFromGroup: adminRemoveUserFromGroup,
  AdminListGroupsForUser: adminListGroupsForUser,
  ListUsersInGroup: listUsersInGroup,
} satisfies Handlers
