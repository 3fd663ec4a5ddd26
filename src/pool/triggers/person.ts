import type { Client } from '../clients/client.ts'
import { preventsUserExistenceErrors } from '../clients/client-rules.ts'
import type { Pool } from '../pools/pool.ts'
import type { User } from '../users/user.ts'
import { eventAttributes } from './event.ts'

/** Somebody who signs in: a user, or, where the client hides who exists, a name that no user has. */
export interface Person {
  pool: Pool
  client: Client
  user?: User
  /** The name as it was typed. */
  typed: string
}

export const nameOf = ({ user, typed }: Person): string => user?.username ?? typed

/** Functions learn that nobody has the name from clients that must not learn it. */
export function personIn({ pool, client, user }: Person): { userAttributes: object; userNotFound?: boolean } {
  return {
    userAttributes: user ? eventAttributes(pool, user) : {},
    userNotFound: preventsUserExistenceErrors(client) ? !user : undefined,
  }
}
