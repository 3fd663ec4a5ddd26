import type { Client } from '../pool/clients/client.ts'
import { allowedFlows, writableAttributes } from '../pool/clients/client-rules.ts'
import type { Pool } from '../pool/pools/pool.ts'

/** What a client's pages offer, derived from the settings of the pool and client. */

/** Whether users of the pool itself may sign in, not just those of identity providers. */
export const signsInHere = (client: Client): boolean =>
  client.settings.SupportedIdentityProviders?.includes('COGNITO') ?? false

/** The identity providers that this client's users may sign in with. */
export const providersOf = (client: Client): string[] =>
  (client.settings.SupportedIdentityProviders ?? []).filter((name) => name !== 'COGNITO')

/** Whether the page asks for the username first and then offers that user's ways to sign in. */
export const choosesFactor = (client: Client, managed: boolean): boolean =>
  managed && allowedFlows(client).has('ALLOW_USER_AUTH')

export const maySignUp = (pool: Pool): boolean => pool.settings.AdminCreateUserConfig?.AllowAdminCreateUserOnly !== true

/** False if only an administrator can recover an account. */
export function mayRecover(pool: Pool): boolean {
  const ways = pool.settings.AccountRecoverySetting?.RecoveryMechanisms
  return !ways || ways.length === 0 || ways.some(({ Name }) => Name !== 'admin_only')
}

/**
 * The attributes that the sign-up page asks for: the required ones and, if the pool verifies any, one that a code can
 * be sent to. The attribute that serves as the username is left out, since the page asks for it as such.
 */
export function signUpAttributes(pool: Pool, client: Client): string[] {
  const { SchemaAttributes, UsernameAttributes = [], AutoVerifiedAttributes = [] } = pool.settings
  const required = SchemaAttributes.filter(({ Required, Name }) => Required && Name !== 'sub').map(({ Name }) => Name!)
  const asUsername = UsernameAttributes.length === 1 ? UsernameAttributes[0] : undefined
  const asked = required.filter((name) => name !== asUsername)

  const reachable = [...required, ...UsernameAttributes].some((name) =>
    AutoVerifiedAttributes.includes(name as 'email'),
  )
  const writable = writableAttributes(pool, client)
  const channel = reachable ? undefined : AutoVerifiedAttributes.find((name) => writable.has(name))
  return channel ? [channel, ...asked] : asked
}
