import type { Context } from '../../context.ts'
import { InvalidParameter } from '../../model/errors.ts'
import { checkAttributes } from '../attributes/schema.ts'
import type { Input } from '../handler.ts'
import { preparePassword } from '../passwords/password.ts'
import { checkPasswordPolicy, generateTemporaryPassword } from '../passwords/password-policy.ts'
import { codeAttributes } from '../pools/first-factors.ts'
import type { Pool } from '../pools/pool.ts'
import { prepareMessage } from '../triggers/custom-message.ts'
import { preSignUp } from '../triggers/pre-sign-up.ts'
import { checkVerification } from '../users/change-attributes.ts'
import { loginNamesOf } from '../users/login-names.ts'
import type { User } from '../users/user.ts'
import { newUsername } from '../users/username.ts'
import { awaitInvitations, invitationsTo, queueInvitations } from './invitation.ts'
import { type Made, makeUser, nameTaken } from './make-user.ts'

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
 * Creates a user with a temporary password; or, in a pool with sign-in by codes and where no password is set, without
 * one: such a user is confirmed at once and must have every required attribute.
 */
export async function createInvitedUser(ctx: Context, pool: Pool, request: Request): Promise<User> {
  const passwordless = !request.TemporaryPassword && codeAttributes(pool.settings).length > 0
  const { id, username, attributes: input } = newUsername(pool, request.Username, request.UserAttributes ?? [])
  const attributes = checkAttributes(pool, input, {
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

  const now = ctx.clock.now()
  const newUser = {
    id,
    username,
    status: passwordless ? ('CONFIRMED' as const) : ('FORCE_CHANGE_PASSWORD' as const),
    attributes,
    names: loginNamesOf(pool, { username, attributes }),
    password: prepared,
  }
  const making = { now, takesOver: () => request.ForceAliasCreation ?? false }
  if (invitations.length === 0) return requireMade(await makeUser(ctx, pool, newUser, making))

  const mediums = invitations.map(({ medium }) => medium)
  const plan = await prepareMessage(ctx, pool, { kind: 'AdminCreateUser', mediums, user: newUser, clientMetadata })
  let sent: Awaited<ReturnType<typeof queueInvitations>> = []
  const made = await makeUser(ctx, pool, newUser, {
    ...making,
    andThen: async (trx) => {
      const invited = { userId: id, username: request.Username, password, plan }
      sent = await queueInvitations(trx, ctx, pool, invitations, invited)
    },
  })
  const user = requireMade(made)
  await awaitInvitations(ctx, sent)
  return user
}

function requireMade({ user, taken }: Made): User {
  if (user) return user
  throw nameTaken(taken, 'User account already exists')
}
