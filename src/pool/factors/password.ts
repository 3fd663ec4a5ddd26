import type { Factor } from './factor.ts'

const facts = { proves: ['pwd'], level: { alone: 1, withPassword: 1 } } as const

export const password = { name: 'PASSWORD', ...facts, first: { rank: 5, pageRank: 2 } } as const satisfies Factor

/** The page offers the password once. */
export const passwordSrp = { name: 'PASSWORD_SRP', ...facts, first: { rank: 4 } } as const satisfies Factor
