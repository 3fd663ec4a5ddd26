import type { Handlers } from '../handler.ts'
import { adminUserGlobalSignOut } from './operations/admin-user-global-sign-out.ts'
import { getClientToken } from './operations/get-client-token.ts'
import { getTokensFromRefreshToken } from './operations/get-tokens-from-refresh-token.ts'
import { globalSignOut } from './operations/global-sign-out.ts'
import { revokeToken } from './operations/revoke-token.ts'

export const tokenOperations = {
  AdminUserGlobalSignOut: adminUserGlobalSignOut,
  GetClientToken: getClientToken,
  GetTokensFromRefreshToken: getTokensFromRefreshToken,
  GlobalSignOut: globalSignOut,
  RevokeToken: revokeToken,
} satisfies Handlers
