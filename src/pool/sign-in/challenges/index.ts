import type { Challenge } from '../sign-in.ts'
import { adminNoSrpAuth } from './admin-no-srp-auth.ts'
import { customChallenge } from './custom-challenge.ts'
import { devicePasswordVerifier } from './device-password-verifier.ts'
import { deviceSrpAuth } from './device-srp-auth.ts'
import { emailOtp } from './email-otp.ts'
import { mfaSetup } from './mfa-setup.ts'
import { newPasswordRequired } from './new-password-required.ts'
import { password } from './password.ts'
import { passwordSrp } from './password-srp.ts'
import { passwordVerifier } from './password-verifier.ts'
import { selectChallenge } from './select-challenge.ts'
import { selectMfaType } from './select-mfa-type.ts'
import { smsMfa } from './sms-mfa.ts'
import { smsOtp } from './sms-otp.ts'
import { softwareTokenMfa } from './software-token-mfa.ts'
import { webAuthn } from './web-authn.ts'

/** Every challenge there is, by wire name. */
export const challenges = {
  SELECT_CHALLENGE: selectChallenge,
  PASSWORD: password,
  PASSWORD_SRP: passwordSrp,
  PASSWORD_VERIFIER: passwordVerifier,
  NEW_PASSWORD_REQUIRED: newPasswordRequired,
  WEB_AUTHN: webAuthn,
  EMAIL_OTP: emailOtp,
  SMS_OTP: smsOtp,
  SMS_MFA: smsMfa,
  SOFTWARE_TOKEN_MFA: softwareTokenMfa,
  SELECT_MFA_TYPE: selectMfaType,
  MFA_SETUP: mfaSetup,
  DEVICE_SRP_AUTH: deviceSrpAuth,
  DEVICE_PASSWORD_VERIFIER: devicePasswordVerifier,
  CUSTOM_CHALLENGE: customChallenge,
  ADMIN_NO_SRP_AUTH: adminNoSrpAuth,
} satisfies Record<string, Challenge>

export type ChallengeName = keyof typeof challenges

export const challengeNamed = (name: ChallengeName): Challenge => challenges[name]

export const isChallengeName = (name: string): name is ChallengeName => Object.hasOwn(challenges, name)
