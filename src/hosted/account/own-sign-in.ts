import type { AccountVisit } from './visit.ts'

/** Whether the pool manages the user's ways to sign in; for federated users the provider does. */
export const hasOwnSignIn = ({ user }: Pick<AccountVisit, 'user'>): boolean => user.status === 'CONFIRMED'
