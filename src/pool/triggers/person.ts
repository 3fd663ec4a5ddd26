import type { Client } from '../clients/client.ts'
import { preventsUserExistenceErrors } from '../clients/client-rules.ts'
import type { Pool } from '../pools/pool.ts'
import type { User } from '../users/user.ts'
import { eventAttributes } from './event.ts'

/** A user who signs in, or, where the client hides who exists, an unknown name. */
export interface Person {
  pool: Pool
  client: Client
  user?: User
  /** The name as it was typed. */
  typed: string
}

export const nameOf = ({ user, typed }: Person): string => user?.username ?? typed

/** Triggers see that the name is unknown, even where clients must not. */
export function personIn({ pool, client, user }: Person): { userAttributes: object; userNotFound?: boolean } {
  return {
    userAttributes: user ? eventAttributes(pool, user) : {},
    userNotFound: preventsUserExistenceErrors(client) ? !user : undefined,
  }
}
