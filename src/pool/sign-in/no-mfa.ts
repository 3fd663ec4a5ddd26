import type { MfaOfUser } from '../users/mfa.ts'

export const noMfa: MfaOfUser = { enabled: [] }
