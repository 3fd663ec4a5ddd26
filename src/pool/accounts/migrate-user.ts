import type { Context, Db } from '../../context.ts'
import { AliasExists, UserLambdaValidation } from '../../model/errors.ts'
import { checkAttributes } from '../attributes/schema.ts'
import { smsMfa } from '../factors/sms.ts'
import { preferIfNone } from '../mfa/preferences.ts'
import { preparePassword } from '../passwords/password.ts'
import type { Pool } from '../pools/pool.ts'
import { hasTrigger } from '../triggers/call-trigger.ts'
import { prepareMessage } from '../triggers/custom-message.ts'
import { type MigratedUser, type MigrationRequest, userMigration } from '../triggers/user-migration.ts'
import { checkVerification } from '../users/change-attributes.ts'
import { claimLoginNames, type LoginName, loginNamesOf } from '../users/login-names.ts'
import { findUser, loginName, type User } from '../users/user.ts'
import { newUsername } from '../users/username.ts'
import { invitationsTo, queueInvitations } from './invitation.ts'
import { insertUser, type NewUser } from './user-insertion-store.ts'

/**
 * Makes a user of a name that this pool does not know and another directory does, as the pool's function tells. The
 * password that was typed becomes theirs, whatever the policy says of it, where the function calls them confirmed.
 * @throws what triggers throw, InvalidParameterException for attributes that the pool can't keep
 */
export async function migrateUser(ctx: Context, request: MigrationRequest): Promise<User | undefined> {
  const { pool, client, typed, password } = request
  if (!hasTrigger(pool, 'UserMigration')) return undefined
  const migrated = await userMigration(ctx, request)
  if (!migrated) return undefined
  const user = newUser(pool, typed, migrated)
  const confirmed = migrated.status === 'CONFIRMED' && password
  const prepared = confirmed ? await preparePassword(ctx, pool, user, password) : undefined

  const invitations = migrated.suppressMessage ? [] : invitationsTo(user.attributes, migrated.mediums)
  const plan = await prepareMessage(ctx, pool, {
    kind: 'AdminCreateUser',
    mediums: invitations.map(({ medium }) => medium),
    user,
    clientId: client.id,
  })

  const movable = migrated.forceAliasCreation ? user.names.filter(({ kind }) => isVerifiedAlias(pool, kind)) : []
  const names = user.names.filter((name) => !movable.includes(name))
  const now = ctx.clock.now()
  const insert = async (db: Db) => insertUser(db, pool.id, { ...user, names, password: prepared }, now)
  const { user: inserted, taken } = await ctx.db.transaction().execute(async (trx) => {
    const result = await insert(trx)
    if (result.taken.length > 0) return result
    if (movable.length > 0) await claimLoginNames(trx, pool, user, movable, { force: true, now }).catch(asRefusal)
    if (migrated.enableSmsMfa) await preferIfNone(trx, { poolId: pool.id, id: user.id }, smsMfa.name)
    const invited = { userId: user.id, username: typed, password: undefined, plan }
    await queueInvitations(trx, ctx, pool, invitations, invited)
    return result
  })
  if (taken.length === 0) return inserted
  // Two sign-ins at once bring the same user along.
  const present = await findUser(ctx.db, pool, typed)
  if (!present) throw refused(`An account with the given ${taken[0]!.kind} already exists`)
  return present
}

function newUser(pool: Pool, typed: string, { attributes, status, enableSmsMfa }: MigratedUser): NewUser {
  const name = attributes.username ?? typed
  const isRenamed = loginName(pool, name) !== loginName(pool, typed)
  // Only where aliases stand beside usernames can both be names of one user.
  if (isRenamed && !pool.settings.AliasAttributes?.length) throw refused('username is not the one that signs in')
  const list = Object.entries(attributes)
    .filter(([key]) => !isOwnedByService(key))
    .map(([Name, Value]) => ({ Name, Value }))
  const { id, username, attributes: given } = newUsername(pool, name, list)
  const checked = checkAttributes(pool, given, { creating: true, writer: 'admin', required: 'none' })
  checkVerification(checked)
  if (enableSmsMfa && (!checked.phone_number || (pool.settings.MfaConfiguration ?? 'OFF') === 'OFF'))
    throw refused('SMS MFA needs a phone number, and MFA in the user pool')
  const names = loginNamesOf(pool, { username, attributes: checked })
  if (!names.some((own) => own.name === loginName(pool, typed)))
    throw refused('the name that signs in becomes neither the username nor an alias')
  return { id, username, status, attributes: checked, names }
}

// What an export of users carries along.
const isOwnedByService = (name: string): boolean =>
  name === 'username' || name === 'sub' || name === 'identities' || name.startsWith('cognito:')

const isVerifiedAlias = (pool: Pool, kind: LoginName['kind']): boolean =>
  (kind === 'email' || kind === 'phone_number') && (pool.settings.AliasAttributes?.includes(kind) ?? false)

const refused = (why: string): Error => new UserLambdaValidation(`UserMigration failed with error ${why}.`)

// The calls that migrate declare no AliasExistsException.
function asRefusal(error: unknown): never {
  throw error instanceof AliasExists ? refused(`An account with the given ${error.field} already exists`) : error
}
