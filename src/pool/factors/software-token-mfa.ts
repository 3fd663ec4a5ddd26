import type { Factor } from './factor.ts'

export const softwareTokenMfa = {
  name: 'SOFTWARE_TOKEN_MFA',
  proves: ['otp'],
  level: { alone: 1, withPassword: 4 },
  second: {
    rank: 3,
    isOffered: ({ SoftwareTokenMfaConfiguration }) => SoftwareTokenMfaConfiguration?.Enabled === true,
    preference: 'SoftwareTokenMfaSettings',
    missing: 'User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA',
  },
} as const satisfies Factor
