import type { Context } from '../../context.ts'
import { UserLambdaValidation } from '../../model/errors.ts'
import { checkAttributes } from '../attributes/schema.ts'
import { smsMfa } from '../factors/sms.ts'
import { preferIfNone } from '../mfa/preferences.ts'
import { preparePassword } from '../passwords/password.ts'
import type { Pool } from '../pools/pool.ts'
import { hasTrigger } from '../triggers/call-trigger.ts'
import { prepareMessage } from '../triggers/custom-message.ts'
import { type MigratedUser, type MigrationRequest, userMigration } from '../triggers/user-migration.ts'
import { checkVerification } from '../users/change-attributes.ts'
import { isMovable, loginNamesOf } from '../users/login-names.ts'
import { findUser, loginName, type User } from '../users/user.ts'
import { newUsername } from '../users/username.ts'
import { invitationsTo, queueInvitations } from './invitation.ts'
import { makeUser } from './make-user.ts'
import type { NewUser } from './user-insertion-store.ts'

/**
 * Creates a user whom this pool does not know and another directory does, as the pool's function reports. The typed
 * password becomes the user's if the function calls the user confirmed, even where the password policy would refuse it.
 * @throws what triggers throw, InvalidParameterException for attributes that the pool can't store
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

  const takesOver = () => migrated.forceAliasCreation
  const made = await makeUser(
    ctx,
    pool,
    { ...user, password: prepared },
    {
      now: ctx.clock.now(),
      takesOver,
      andThen: async (trx) => {
        if (migrated.enableSmsMfa) await preferIfNone(trx, { poolId: pool.id, id: user.id }, smsMfa.name)
        const invited = { userId: user.id, username: typed, password: undefined, plan }
        await queueInvitations(trx, ctx, pool, invitations, invited)
      },
    },
  )
  if (made.user) return made.user
  // Two sign-ins at once may migrate the same user. An alias that can't be taken over belongs to another user.
  const { kind } = made.taken
  const present = takesOver() && isMovable(pool, kind) ? undefined : await findUser(ctx.db, pool, typed)
  if (!present) throw refused(`An account with the given ${kind} already exists`)
  return present
}

function newUser(pool: Pool, typed: string, { attributes, status, enableSmsMfa }: MigratedUser): NewUser {
  const name = attributes.username ?? typed
  const isRenamed = loginName(pool, name) !== loginName(pool, typed)
  // Two names can only be one user's where the pool has aliases beside usernames.
  if (isRenamed && !pool.settings.AliasAttributes?.length) throw refused('username is not the one that signs in')
  const list = Object.entries(attributes)
    .filter(([key]) => !isOwnedByService(key))
    .map(([Name, Value]) => ({ Name, Value }))
  const { id, username, attributes: input } = newUsername(pool, name, list)
  const checked = checkAttributes(pool, input, { creating: true, writer: 'admin', required: 'none' })
  checkVerification(checked)
  if (enableSmsMfa && (!checked.phone_number || (pool.settings.MfaConfiguration ?? 'OFF') === 'OFF'))
    throw refused('SMS MFA needs a phone number, and MFA in the user pool')
  const names = loginNamesOf(pool, { username, attributes: checked })
  if (!names.some((own) => own.name === loginName(pool, typed)))
    throw refused('the name that signs in becomes neither the username nor an alias')
  return { id, username, status, attributes: checked, names }
}

// Attributes that an export of users contains, but only the service sets.
const isOwnedByService = (name: string): boolean =>
  name === 'username' || name === 'sub' || name === 'identities' || name.startsWith('cognito:')

const refused = (why: string): Error => new UserLambdaValidation(`UserMigration failed with error ${why}.`)
