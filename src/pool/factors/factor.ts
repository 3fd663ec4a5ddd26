import type { PoolSettings } from '../../model/settings.ts'

/** Level of assurance: `acr`. */
export type AcrLevel = 1 | 2 | 3 | 4

export type AddressAttribute = 'email' | 'phone_number'

/**
 * One way for users to prove who they are: what the rest of the house has to know of it. How it is asked for and checked
 * is its challenge (`sign-in/challenges`), how it looks is its page (`hosted/challenges`); both go by the same name.
 */
export interface Factor {
  /** On the wire: of its challenge, and in AllowedFirstAuthFactors, MFAS_CAN_CHOOSE and UserMFASettingList. */
  name: string
  /** The `amr` values that it may prove. */
  proves: readonly string[]
  /** The level it reaches by itself, and together with a password. */
  level: { alone: AcrLevel; withPassword: AcrLevel }
  /** The attribute that its codes are sent to. */
  sendsTo?: AddressAttribute
  first?: FirstFactorFacts
  second?: SecondFactorFacts
}

export interface FirstFactorFacts {
  /** Its place in AvailableChallenges. */
  rank: number
  /** Its place among the choices of the page; the page doesn't offer it if omitted. */
  pageRank?: number
}

export interface SecondFactorFacts {
  /** Its place in MFAS_CAN_CHOOSE and MFAS_CAN_SETUP. */
  rank: number
  /** Whether a pool with MFA offers it. */
  isOffered(settings: PoolSettings): boolean
  /** The member of SetUserMFAPreference that turns it on. */
  preference: 'SMSMfaSettings' | 'SoftwareTokenMfaSettings' | 'EmailMfaSettings'
  /** The refusal to turn it on for a user who lacks what it needs. */
  missing: string
  /** Another name for it in the answer to SELECT_MFA_TYPE. */
  alias?: string
}
