import type { Context } from '../../../context.ts'
import { InvalidParameter, UserNotFound } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { deletePassword } from '../../passwords/password-store.ts'
import { type Pool, requirePool } from '../../pools/pool.ts'
import { requireUser } from '../../users/user.ts'
import { updateUser } from '../../users/user-store.ts'
import { isLocal, requireIdentityKey } from '../find-linked-user.ts'
import { deleteLink, findIdentity, type IdentityKey, subjectAttribute } from '../identity-store.ts'

/**
 * Removes a link: the provider's user gets an account of their own at the next sign-in. For a local user it removes the
 * password.
 */
export const adminDisableProviderForUser: Handler<'AdminDisableProviderForUser'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const key = requireIdentityKey(input.User, 'User')
  if (isLocal(key.provider)) await endPassword(ctx, pool, key)
  else await endLink(ctx, pool, key)
  return {}
}

async function endPassword(ctx: Context, pool: Pool, { attribute, value }: IdentityKey): Promise<void> {
  if (attribute !== subjectAttribute)
    throw new InvalidParameter(`Invalid User: ProviderAttributeName must be ${subjectAttribute} for Cognito`)
  const user = await requireUser(ctx.db, pool, value)
  await ctx.db.transaction().execute(async (trx) => {
    await updateUser(trx, pool.id, user.id, { status: 'EXTERNAL_PROVIDER' }, ctx.clock.now())
    await deletePassword(trx, pool.id, user.id)
  })
}

async function endLink(ctx: Context, pool: Pool, key: IdentityKey): Promise<void> {
  const ended = await ctx.db.transaction().execute((trx) => deleteLink(trx, pool.id, key, ctx.clock.now()))
  if (ended) return
  if (await findIdentity(ctx.db, pool.id, key))
    throw new InvalidParameter('Invalid User: the user is not linked to another, and can be deleted instead')
  throw new UserNotFound()
}
