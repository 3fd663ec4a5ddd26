import type { Factor } from './factor.ts'

const facts = { proves: ['sms'], level: { alone: 2, withPassword: 3 }, sendsTo: 'phone_number' } as const

// On the wire a code by SMS has one name as the first factor and another as the second.
export const smsOtp = { name: 'SMS_OTP', ...facts, first: { rank: 2, pageRank: 4 } } as const satisfies Factor

export const smsMfa = {
  name: 'SMS_MFA',
  ...facts,
  second: {
    rank: 1,
    isOffered: ({ SmsMfaConfiguration }) => SmsMfaConfiguration !== undefined,
    preference: 'SMSMfaSettings',
    missing: 'User does not have a phone_number set to turn on SMS MFA',
  },
} as const satisfies Factor
