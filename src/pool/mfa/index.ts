import type { Handlers } from '../handler.ts'
import { adminDeleteSoftwareToken } from './operations/admin-delete-software-token.ts'
import { adminSetUserMFAPreference } from './operations/admin-set-user-mfa-preference.ts'
import { adminSetUserSettings } from './operations/admin-set-user-settings.ts'
import { setUserMFAPreference } from './operations/set-user-mfa-preference.ts'
import { setUserSettings } from './operations/set-user-settings.ts'

export const mfaOperations = {
  SetUserMFAPreference: setUserMFAPreference,
  AdminSetUserMFAPreference: adminSetUserMFAPreference,
  SetUserSettings: setUserSettings,
  AdminSetUserSettings: adminSetUserSettings,
  AdminDeleteSoftwareToken: adminDeleteSoftwareToken,
} satisfies Handlers
