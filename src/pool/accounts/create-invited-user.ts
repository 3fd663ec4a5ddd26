import type { Context, Db } from '../../context.ts'
import { AliasExists, InvalidParameter, UsernameExists } from '../../model/errors.ts'
import { checkAttributes } from '../attributes/schema.ts'
import type { Input } from '../handler.ts'
import { preparePassword } from '../passwords/password.ts'
import { checkPasswordPolicy, generateTemporaryPassword } from '../passwords/password-policy.ts'
import { codeAttributes } from '../pools/first-factors.ts'
import type { Pool } from '../pools/pool.ts'
import { prepareMessage } from '../triggers/custom-message.ts'
import { preSignUp } from '../triggers/pre-sign-up.ts'
import { checkVerification } from '../users/change-attributes.ts'
import { claimLoginNames, factsOfTaken, type LoginName, loginNamesOf } from '../users/login-names.ts'
import type { User } from '../users/user.ts'
import { newUsername } from '../users/username.ts'
import { awaitInvitations, invitationsTo, queueInvitations } from './invitation.ts'
import { insertUser } from './user-insertion-store.ts'

type Request = Pick<
  Input<'AdminCreateUser'>,
  | 'Username'
  | 'UserAttributes'
  | 'TemporaryPassword'
  | 'ForceAliasCreation'
  | 'MessageAction'
  | 'DesiredDeliveryMediums'
  | 'ValidationData'
  | 'ClientMetadata'
>

/**
 * A user with a temporary password, or, in a pool that signs in by codes and when none is given, without any: such a
 * user is confirmed at once and must have every required attribute.
 */
export async function createInvitedUser(ctx: Context, pool: Pool, request: Request): Promise<User> {
  const passwordless = !request.TemporaryPassword && codeAttributes(pool.settings).length > 0
  const { id, username, attributes: given } = newUsername(pool, request.Username, request.UserAttributes ?? [])
  const attributes = checkAttributes(pool, given, {
    creating: true,
    writer: 'admin',
    required: passwordless ? 'all' : 'immutable',
  })
  checkVerification(attributes)
  if (passwordless && !codeAttributes(pool.settings).some((attribute) => attributes[attribute]))
    throw new InvalidParameter(
      `A user without a password needs a value for ${codeAttributes(pool.settings).join(' or ')}.`,
    )
  const invitations =
    request.MessageAction === 'SUPPRESS' ? [] : invitationsTo(attributes, request.DesiredDeliveryMediums)

  const password = passwordless ? undefined : request.TemporaryPassword || generateTemporaryPassword(pool)
  if (request.TemporaryPassword) checkPasswordPolicy(pool, request.TemporaryPassword, 'temporary')
  const { ValidationData: validationData, ClientMetadata: clientMetadata } = request
  const asked = { source: 'PreSignUp_AdminCreateUser', userName: username, attributes, validationData } as const
  await preSignUp(ctx, pool, { ...asked, clientMetadata })
  const prepared =
    password === undefined
      ? undefined
      : await preparePassword(ctx, pool, { id, username }, password, { temporary: true })

  const names = loginNamesOf(pool, { username, attributes })
  const movable = request.ForceAliasCreation ? names.filter(({ kind }) => isVerifiedAlias(pool, kind)) : []
  const now = ctx.clock.now()
  const newUser = {
    id,
    username,
    status: passwordless ? ('CONFIRMED' as const) : ('FORCE_CHANGE_PASSWORD' as const),
    attributes,
    names: names.filter((name) => !movable.includes(name)),
    password: prepared,
  }
  const insert = async (db: Db) => {
    const { user, taken } = await insertUser(db, pool.id, newUser, now)
    if (taken[0]) throw nameTaken(taken[0])
    return user
  }
  if (movable.length === 0 && invitations.length === 0) return insert(ctx.db)

  const mediums = invitations.map(({ medium }) => medium)
  const plan = await prepareMessage(ctx, pool, { kind: 'AdminCreateUser', mediums, user: newUser, clientMetadata })
  const { user, sent } = await ctx.db.transaction().execute(async (trx) => {
    const user = await insert(trx)
    if (movable.length > 0)
      await claimLoginNames(trx, pool, { id }, movable, { force: true, now }).catch(asUsernameExists)
    const invited = { userId: id, username: request.Username, password, plan }
    return { user, sent: await queueInvitations(trx, ctx, pool, invitations, invited) }
  })
  await awaitInvitations(ctx, sent)
  return user
}

const isVerifiedAlias = (pool: Pool, kind: LoginName['kind']): boolean =>
  (kind === 'email' || kind === 'phone_number') && (pool.settings.AliasAttributes?.includes(kind) ?? false)

// The operation declares no AliasExistsException.
function asUsernameExists(error: unknown): never {
  throw error instanceof AliasExists ? new UsernameExists(error.message, error) : error
}

const nameTaken = ({ kind }: LoginName): Error =>
  new UsernameExists(
    kind === 'username' ? 'User account already exists' : `An account with the given ${kind} already exists.`,
    factsOfTaken(kind),
  )
