import type { Handlers } from '../handler.ts'
import { changePassword } from './operations/change-password.ts'
import { deleteUser } from './operations/delete-user.ts'
import { deleteUserAttributes } from './operations/delete-user-attributes.ts'
import { getUser } from './operations/get-user.ts'
import { getUserAttributeVerificationCode } from './operations/get-user-attribute-verification-code.ts'
import { listUserSessions } from './operations/list-user-sessions.ts'
import { revokeUserSession } from './operations/revoke-user-session.ts'
import { updateUserAttributes } from './operations/update-user-attributes.ts'
import { verifyUserAttribute } from './operations/verify-user-attribute.ts'

export const profileOperations = {
  ChangePassword: changePassword,
  DeleteUser: deleteUser,
  DeleteUserAttributes: deleteUserAttributes,
  GetUser: getUser,
  GetUserAttributeVerificationCode: getUserAttributeVerificationCode,
  UpdateUserAttributes: updateUserAttributes,
  VerifyUserAttribute: verifyUserAttribute,
  ListUserSessions: listUserSessions,
  RevokeUserSession: revokeUserSession,
} satisfies Handlers
