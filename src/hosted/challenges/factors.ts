import type { FirstFactor, SecondFactor } from '../../pool/factors/index.ts'
import type { TextKey } from '../texts/texts.ts'
import type { ChallengePage } from './index.ts'
import { emailOtp, smsMfa, smsOtp } from './message-code.ts'
import { password } from './password.ts'
import { softwareTokenMfa } from './software-token-mfa.ts'
import { webAuthn } from './web-authn.ts'

/** The page of a factor, and its button where users choose among several. */
export interface FactorPage extends ChallengePage {
  graphic: 'lock' | 'passkey' | 'envelope' | 'phone' | 'app'
  label: TextKey
  /** Its label among the second factors to set up. */
  setUpLabel?: TextKey
}

/** By wire name. The page asks for a password in one way, so SRP has none. */
export const factorPages: Readonly<Record<Exclude<FirstFactor | SecondFactor, 'PASSWORD_SRP'>, FactorPage>> = {
  PASSWORD: password,
  WEB_AUTHN: webAuthn,
  EMAIL_OTP: emailOtp,
  SMS_OTP: smsOtp,
  SMS_MFA: smsMfa,
  SOFTWARE_TOKEN_MFA: softwareTokenMfa,
}
