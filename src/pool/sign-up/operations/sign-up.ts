import { InvalidParameter, NotAuthorized, UsernameExists } from '../../../model/errors.ts'
import { checkAttributes } from '../../attributes/schema.ts'
import { type Client, requireClient } from '../../clients/client.ts'
import { allowedFlows } from '../../clients/client-rules.ts'
import { checkSecretHash } from '../../clients/secret-hash.ts'
import type { Handler } from '../../handler.ts'
import { awaitFirstAttempt, codeDelivery } from '../../messages/send.ts'
import { preparePassword } from '../../passwords/password.ts'
import { checkPasswordPolicy } from '../../passwords/password-policy.ts'
import type { Pool } from '../../pools/pool.ts'
import { type LoginName, loginNamesOf } from '../../users/login-names.ts'
import { insertUser, type NewUser } from '../../users/user-store.ts'
import { newUsername } from '../../users/username.ts'
import { autoVerified, confirmationAttribute, queueSignUpCode } from '../sign-up-code.ts'

/**
 * An account that waits for its confirmation. A name that is taken is always told, as the service does: an alias that
 * is taken only comes to light when it is confirmed.
 */
export const signUp: Handler<'SignUp'> = async (input, ctx) => {
  const { pool, client } = await requireClient(ctx, input.ClientId!)
  checkSecretHash(client, input.Username!, input.SecretHash)
  if (pool.settings.AdminCreateUserConfig?.AllowAdminCreateUserOnly)
    throw new NotAuthorized('SignUp is not permitted for this user pool')

  const { id, username, attributes: given } = newUsername(pool, input.Username!, input.UserAttributes ?? [])
  const attributes = checkAttributes(pool, given, { creating: true, writer: client })
  const password = requirePassword(pool, client, attributes, input.Password)
  const prepared = password === undefined ? undefined : await preparePassword(ctx, pool, { id, username }, password)

  const attribute = confirmationAttribute(pool, attributes)
  const names = loginNamesOf(pool, { username, attributes })
  const user: NewUser = { id, username, status: 'UNCONFIRMED', attributes, names, password: prepared }
  if (!attribute) {
    requireNamesFree(await insertUser(ctx.db, pool.id, user, ctx.clock.now()))
    return { UserConfirmed: false, UserSub: id }
  }

  const value = attributes[attribute]!
  const message = await ctx.db.transaction().execute(async (trx) => {
    requireNamesFree(await insertUser(trx, pool.id, user, ctx.clock.now()))
    const { Username, ClientId } = input
    const to = { userId: id, username: Username!, clientId: ClientId!, attribute, value }
    return queueSignUpCode(trx, ctx, pool, { kind: 'SignUp', ...to })
  })
  await awaitFirstAttempt(ctx, message.id)
  return { UserConfirmed: false, UserSub: id, CodeDeliveryDetails: codeDelivery(attribute, value) }
}

/** The password, checked; undefined where one who signs in by a code to a verified address goes without. */
function requirePassword(
  pool: Pool,
  client: Client,
  attributes: Record<string, string>,
  password: string | undefined,
): string | undefined {
  if (password) {
    checkPasswordPolicy(pool, password, 'sign-up')
    return password
  }
  const factors = pool.settings.Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? []
  const signsInByCode = autoVerified(pool).some(
    (attribute) => attributes[attribute] && factors.includes(attribute === 'email' ? 'EMAIL_OTP' : 'SMS_OTP'),
  )
  if (signsInByCode && allowedFlows(client).has('ALLOW_USER_AUTH')) return undefined
  throw new InvalidParameter(
    "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must not be null",
  )
}

function requireNamesFree({ taken }: { taken: LoginName[] }): void {
  const [first] = taken
  if (!first) return
  throw new UsernameExists(
    first.kind === 'username' ? 'User already exists' : `An account with the given ${first.kind} already exists.`,
  )
}
