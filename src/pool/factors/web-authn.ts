import type { Factor } from './factor.ts'

export const webAuthn = {
  name: 'WEB_AUTHN',
  proves: ['swk', 'hwk'],
  level: { alone: 3, withPassword: 3 },
  first: { rank: 3, pageRank: 1 },
} as const satisfies Factor
