import type { Handlers } from '../handler.ts'
import { adminListUserSessions } from './operations/admin-list-user-sessions.ts'
import { adminRevokeUserSession } from './operations/admin-revoke-user-session.ts'
import { getUserPoolClientSessionConfiguration } from './operations/get-user-pool-client-session-configuration.ts'
import { getUserPoolSessionConfiguration } from './operations/get-user-pool-session-configuration.ts'
import { setUserPoolClientSessionConfiguration } from './operations/set-user-pool-client-session-configuration.ts'
import { setUserPoolSessionConfiguration } from './operations/set-user-pool-session-configuration.ts'

export const sessionOperations = {
  AdminListUserSessions: adminListUserSessions,
  AdminRevokeUserSession: adminRevokeUserSession,
  GetUserPoolClientSessionConfiguration: getUserPoolClientSessionConfiguration,
  GetUserPoolSessionConfiguration: getUserPoolSessionConfiguration,
  SetUserPoolClientSessionConfiguration: setUserPoolClientSessionConfiguration,
  SetUserPoolSessionConfiguration: setUserPoolSessionConfiguration,
} satisfies Handlers
