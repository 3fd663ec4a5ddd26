import type { Handlers } from '../handler.ts'
import { adminConfirmSignUp } from './operations/admin-confirm-sign-up.ts'
import { adminCreateUser } from './operations/admin-create-user.ts'
import { adminDeleteUser } from './operations/admin-delete-user.ts'
import { adminDeleteUserAttributes } from './operations/admin-delete-user-attributes.ts'
import { adminDisableUser } from './operations/admin-disable-user.ts'
import { adminEnableUser } from './operations/admin-enable-user.ts'
import { adminGetUser } from './operations/admin-get-user.ts'
import { adminResetUserPassword } from './operations/admin-reset-user-password.ts'
import { adminSetUserPassword } from './operations/admin-set-user-password.ts'
import { adminUpdateUserAttributes } from './operations/admin-update-user-attributes.ts'
import { listUsers } from './operations/list-users.ts'

export const accountOperations = {
  AdminConfirmSignUp: adminConfirmSignUp,
  AdminCreateUser: adminCreateUser,
  AdminDeleteUser: adminDeleteUser,
  AdminDeleteUserAttributes: adminDeleteUserAttributes,
  AdminDisableUser: adminDisableUser,
  AdminEnableUser: adminEnableUser,
  AdminGetUser: adminGetUser,
  AdminResetUserPassword: adminResetUserPassword,
  AdminSetUserPassword: adminSetUserPassword,
  AdminUpdateUserAttributes: adminUpdateUserAttributes,
  ListUsers: listUsers,
} satisfies Handlers
