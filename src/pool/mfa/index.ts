import type { Handlers } from '../handler.ts'
import { adminDeleteSoftwareToken } from './operations/admin-delete-software-token.ts'
import { adminGetUserAuthFactors } from './operations/admin-get-user-auth-factors.ts'
import { adminSetUserMFAPreference } from './operations/admin-set-user-mfa-preference.ts'
import { adminSetUserSettings } from './operations/admin-set-user-settings.ts'
import { associateSoftwareToken } from './operations/associate-software-token.ts'
import { getUserAuthFactors } from './operations/get-user-auth-factors.ts'
import { setUserMFAPreference } from './operations/set-user-mfa-preference.ts'
import { setUserSettings } from './operations/set-user-settings.ts'
import { verifySoftwareToken } from './operations/verify-software-token.ts'

export const mfaOperations = {
  AssociateSoftwareToken: associateSoftwareToken,
  VerifySoftwareToken: verifySoftwareToken,
  SetUserMFAPreference: setUserMFAPreference,
  AdminSetUserMFAPreference: adminSetUserMFAPreference,
  SetUserSettings: setUserSettings,
  AdminSetUserSettings: adminSetUserSettings,
  GetUserAuthFactors: getUserAuthFactors,
  AdminGetUserAuthFactors: adminGetUserAuthFactors,
  AdminDeleteSoftwareToken: adminDeleteSoftwareToken,
} satisfies Handlers
