import type { MfaFactor } from '../pools/mfa-factors.ts'

/** What a user can turn on: the second factors, and passkeys in pools where they count as two. */
export type MfaSetting = MfaFactor | 'WEB_AUTHN_MFA'

/** The second factors of a user, as they have set them up. */
export interface MfaOfUser {
  enabled: MfaSetting[]
  preferred?: MfaSetting
  /** A verified authenticator app. */
  token?: SoftwareToken
}

export interface SoftwareToken {
  sealed: Buffer
  name: string
  /** The last time step whose code was accepted. */
  lastStep: number
}
