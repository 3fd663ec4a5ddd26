import type { Trx } from '../../context.ts'
import { AliasExists, type RefusalFacts } from '../../model/errors.ts'
import type { Reason } from '../../model/reasons.ts'
import type { LoginNameKind } from '../../store/tables.ts'
import type { Pool } from '../pools/pool.ts'
import { deleteLoginNamesExcept, insertLoginNames, listLoginNameOwners, takeOverLoginName } from './login-name-store.ts'
import { loginName, type User } from './user.ts'

/** A name that a user signs in with, in the form in which names are compared. */
export interface LoginName {
  name: string
  kind: LoginNameKind
}

export type AliasAttribute = 'email' | 'phone_number' | 'preferred_username'

/**
 * The login names of a user with these attributes: the username and the active aliases; or, where e-mail addresses or
 * phone numbers are the usernames, those. An address becomes an alias once it is verified.
 */
export function loginNamesOf(pool: Pool, user: Pick<User, 'username' | 'attributes'>): LoginName[] {
  const names = new Map<string, LoginNameKind>()
  const add = (kind: LoginNameKind, value: string | undefined) => {
    if (value && !names.has(loginName(pool, value))) names.set(loginName(pool, value), kind)
  }
  // An address from a provider is no login name here: it might be another user's.
  if (isProfileOfProvider(user)) {
    add('username', user.username)
    return [...names].map(([name, kind]) => ({ name, kind }))
  }
  const usernameAttributes = pool.settings.UsernameAttributes ?? []
  if (usernameAttributes.length === 0) add('username', user.username)
  for (const attribute of usernameAttributes) add(attribute, user.attributes[attribute])
  for (const attribute of pool.settings.AliasAttributes ?? []) {
    const active = attribute === 'preferred_username' || user.attributes[`${attribute}_verified`] === 'true'
    if (active) add(attribute, user.attributes[attribute])
  }
  return [...names].map(([name, kind]) => ({ name, kind }))
}

/**
 * Claims login names for a user. `force` moves an e-mail address or phone number from the user who has it, where it
 * becomes unverified. @throws AliasExistsException when another user has one of them
 */
export async function claimLoginNames(
  trx: Trx,
  pool: Pool,
  user: Pick<User, 'id'>,
  names: LoginName[],
  { force = false, now }: { force?: boolean; now?: Date } = {},
): Promise<void> {
  const claimed = new Set(await insertLoginNames(trx, pool.id, user.id, names))
  const rest = names.filter(({ name }) => !claimed.has(name))
  if (rest.length === 0) return

  const owners = await listLoginNameOwners(
    trx,
    pool.id,
    rest.map(({ name }) => name),
  )
  for (const { name, kind } of rest) {
    const owner = owners.get(name)
    if (owner?.userId === user.id) continue
    if (!owner && (await insertLoginNames(trx, pool.id, user.id, [{ name, kind }])).length > 0) continue
    if (!force || !owner || !isMovable(pool, kind) || owner.kind !== kind) throw aliasTaken(kind)
    await takeOverLoginName(trx, pool.id, { name, kind, from: owner.userId, to: user.id }, now)
  }
}

/**
 * Deletes the login names that the user's attributes no longer justify, such as an address that lost its verification.
 */
export async function dropAlias(
  trx: Trx,
  pool: Pool,
  user: Pick<User, 'id' | 'username' | 'attributes'>,
): Promise<void> {
  const names = loginNamesOf(pool, user).map(({ name }) => name)
  await deleteLoginNamesExcept(trx, pool.id, user.id, names)
}

/** Brings the login names in line with attributes that have just changed. @throws AliasExistsException */
export async function followAttributes(
  trx: Trx,
  pool: Pool,
  user: User,
  options: { force?: boolean; now?: Date } = {},
): Promise<void> {
  await dropAlias(trx, pool, user)
  await claimLoginNames(trx, pool, user, loginNamesOf(pool, user), options)
}

/** Whether the user was created by a sign-in with a provider, rather than a local user linked to one. */
const isProfileOfProvider = ({ attributes }: Pick<User, 'attributes'>): boolean =>
  attributes.identities?.includes('"primary":true') ?? false

/** Whether users of the pool sign in with this attribute. */
export function isLoginAttribute(pool: Pool, attribute: string): boolean {
  const { UsernameAttributes = [], AliasAttributes = [] } = pool.settings
  return [...UsernameAttributes, ...AliasAttributes].some((name) => name === attribute)
}

/** Whether the name may move to another user: only an alias that its new owner can verify again. */
export const isMovable = (pool: Pool, kind: LoginNameKind): boolean =>
  (kind === 'email' || kind === 'phone_number') && (pool.settings.AliasAttributes?.includes(kind) ?? false)

const aliasTaken = (kind: LoginNameKind): Error =>
  new AliasExists(`An account with the given ${kind} already exists.`, factsOfTaken(kind))

/** The details of a refusal where another user has the login name. */
export const factsOfTaken = (field: LoginNameKind): RefusalFacts => ({ reason: reasonOfTaken[field], field })

const reasonOfTaken: Record<LoginNameKind, Reason> = {
  username: 'username-exists',
  email: 'email-exists',
  phone_number: 'phone-exists',
  preferred_username: 'alias-exists',
}
