import type { TimeUnitsType } from '@aws-sdk/client-cognito-identity-provider'
import type { Pool } from '../pools/pool.ts'
import type { Client } from './client.ts'

/** What an app client may do, with the defaults of settings that are absent. */

type Settings = Pick<Client, 'settings'>

const defaultFlows = ['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_CUSTOM_AUTH']

// The older names without ALLOW_. Each adds to what every client could do, except the one with ONLY in its name.
const legacyFlows: Record<string, string[]> = {
  ADMIN_NO_SRP_AUTH: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', ...defaultFlows],
  USER_PASSWORD_AUTH: ['ALLOW_USER_PASSWORD_AUTH', ...defaultFlows],
  CUSTOM_AUTH_FLOW_ONLY: ['ALLOW_CUSTOM_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
}

/**
 * The flows of the client, all under their ALLOW_ names. Where refresh tokens rotate, REFRESH_TOKEN_AUTH is never among
 * them: only GetTokensFromRefreshToken and the token endpoint return a new refresh token.
 */
export function allowedFlows(client: Settings): Set<string> {
  const input: string[] = client.settings.ExplicitAuthFlows ?? []
  const flows = new Set(input.length === 0 ? defaultFlows : input.flatMap((flow) => legacyFlows[flow] ?? [flow]))
  if (input.includes('CUSTOM_AUTH_FLOW_ONLY')) flows.delete('ALLOW_USER_SRP_AUTH')
  if (client.settings.RefreshTokenRotation?.Feature === 'ENABLED') flows.delete('ALLOW_REFRESH_TOKEN_AUTH')
  return flows
}

/** What `oidc:profile` stands for in a client's attribute lists. */
export const profileAttributes = [
  'name',
  'family_name',
  'given_name',
  'middle_name',
  'nickname',
  'preferred_username',
  'profile',
  'picture',
  'website',
  'gender',
  'birthdate',
  'zoneinfo',
  'locale',
]

/** By the settings of a pool, then of a client: every token and every read of a user needs them. */
const readable = new WeakMap<object, WeakMap<object, ReadonlySet<string>>>()

/** A client without a list reads every attribute, custom ones included. `sub` is never hidden. */
export function readableAttributes(pool: Pool, client: Settings): ReadonlySet<string> {
  const ofPool = readable.get(pool.settings) ?? new WeakMap<object, ReadonlySet<string>>()
  const names = ofPool.get(client.settings) ?? findReadable(pool, client)
  readable.set(pool.settings, ofPool.set(client.settings, names))
  return names
}

function findReadable(pool: Pool, client: Settings): Set<string> {
  const listed = client.settings.ReadAttributes
  const names = listed ? expandProfile(listed) : [...schemaNames(pool), 'identities']
  return new Set(['sub', ...names.filter((name) => !name.startsWith('dev:'))])
}

/**
 * Required attributes can be written through every client; verification marks and developer attributes through none.
 */
export function writableAttributes(pool: Pool, client: Settings): Set<string> {
  const listed = client.settings.WriteAttributes
  const names = listed ? [...expandProfile(listed), ...requiredAttributes(pool)] : schemaNames(pool)
  return new Set(names.filter((name) => !unwritable.has(name) && !name.startsWith('dev:')))
}

export const unwritable: ReadonlySet<string> = new Set(['sub', 'email_verified', 'phone_number_verified', 'identities'])

export function requiredAttributes(pool: Pool): string[] {
  return pool.settings.SchemaAttributes.filter(({ Name, Required }) => Required && Name !== 'sub').map(
    ({ Name }) => Name!,
  )
}

export const expandProfile = (names: string[]): string[] =>
  names.flatMap((name) => (name === 'oidc:profile' ? profileAttributes : [name]))

const schemaNames = (pool: Pool): string[] => pool.settings.SchemaAttributes.map(({ Name }) => Name!)

const unitSeconds: Record<TimeUnitsType, number> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 }

/** Life times in seconds. `session` is that of a challenge. */
export function tokenLifetimes(client: Settings): { access: number; id: number; refresh: number; session: number } {
  const { AccessTokenValidity, IdTokenValidity, RefreshTokenValidity, AuthSessionValidity, TokenValidityUnits } =
    client.settings
  const units = TokenValidityUnits ?? {}
  return {
    access: (AccessTokenValidity || 1) * unitSeconds[AccessTokenValidity ? (units.AccessToken ?? 'hours') : 'hours'],
    id: (IdTokenValidity || 1) * unitSeconds[IdTokenValidity ? (units.IdToken ?? 'hours') : 'hours'],
    refresh: (RefreshTokenValidity || 30) * unitSeconds[RefreshTokenValidity ? (units.RefreshToken ?? 'days') : 'days'],
    session: (AuthSessionValidity ?? 3) * 60,
  }
}

/** Whether sign-in, confirmation and recovery answer the same for users that exist and users that don't. */
export function preventsUserExistenceErrors(client: Settings): boolean {
  return client.settings.PreventUserExistenceErrors === 'ENABLED'
}

/** In the order of the settings; empty where the client may not use OAuth. */
export function allowedScopes(client: Settings): Set<string> {
  return new Set(client.settings.AllowedOAuthFlowsUserPoolClient ? (client.settings.AllowedOAuthScopes ?? []) : [])
}
