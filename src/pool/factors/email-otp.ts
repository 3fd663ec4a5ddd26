import type { Factor } from './factor.ts'

export const emailOtp = {
  name: 'EMAIL_OTP',
  proves: ['email_otp'],
  level: { alone: 2, withPassword: 3 },
  sendsTo: 'email',
  first: { rank: 1, pageRank: 3 },
  second: {
    rank: 2,
    isOffered: ({ EmailMfaConfiguration }) => EmailMfaConfiguration !== undefined,
    preference: 'EmailMfaSettings',
    missing: 'User does not have an email set to turn on EMAIL MFA',
    alias: 'EMAIL_MFA',
  },
} as const satisfies Factor
