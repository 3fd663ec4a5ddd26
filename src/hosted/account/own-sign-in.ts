import type { AccountVisit } from './visit.ts'

/** Whether the pool itself knows the user's ways to sign in; those of a provider's users are the provider's. */
export const hasOwnSignIn = ({ user }: Pick<AccountVisit, 'user'>): boolean => user.status === 'CONFIRMED'
