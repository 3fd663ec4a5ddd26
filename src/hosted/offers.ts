import type { Client } from '../pool/clients/client.ts'
import { allowedFlows, writableAttributes } from '../pool/clients/client-rules.ts'
import type { Pool } from '../pool/pools/pool.ts'

/** What the pages of a client offer, by the settings of pool and client. */

/** Users of the pool itself, not only those of identity providers. */
export const signsInHere = (client: Client): boolean =>
  client.settings.SupportedIdentityProviders?.includes('COGNITO') ?? false

/** Identity providers that users of the client may sign in with. */
export const providersOf = (client: Client): string[] =>
  (client.settings.SupportedIdentityProviders ?? []).filter((name) => name !== 'COGNITO')

/** The name comes first, and then the ways of signing in that its user has. */
export const choosesFactor = (client: Client, managed: boolean): boolean =>
  managed && allowedFlows(client).has('ALLOW_USER_AUTH')

export const maySignUp = (pool: Pool): boolean => pool.settings.AdminCreateUserConfig?.AllowAdminCreateUserOnly !== true

/** Not where the only way of recovery is an administrator. */
export function mayRecover(pool: Pool): boolean {
  const ways = pool.settings.AccountRecoverySetting?.RecoveryMechanisms
  return !ways || ways.length === 0 || ways.some(({ Name }) => Name !== 'admin_only')
}

/**
 * The attributes that sign-up asks for: the required ones, and one that a code can be sent to where the pool verifies
 * any. What serves as the username is asked for as such.
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
