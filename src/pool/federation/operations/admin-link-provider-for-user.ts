import type { Context } from '../../../context.ts'
import { InvalidParameter, LimitExceeded, ResourceNotFound, UserNotFound } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { findProvider, type IdentityProvider, isSocial } from '../../identity-providers/identity-provider.ts'
import { type Pool, requirePool } from '../../pools/pool.ts'
import { lockUser } from '../../users/lock-user-store.ts'
import { isLocal, requireDestination, requireIdentityKey } from '../find-linked-user.ts'
import {
  findIdentity,
  type IdentityKey,
  identitiesOfUser,
  insertIdentity,
  linkAttributes,
  subjectAttribute,
} from '../identity-store.ts'

/** From the next sign-in on, the provider's user (the source) signs in as the destination user. */
export const adminLinkProviderForUser: Handler<'AdminLinkProviderForUser'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const source = requireIdentityKey(input.SourceUser, 'SourceUser')
  if (isLocal(source.provider)) {
    throw new InvalidParameter(
      'Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, only as a DestinationUser',
    )
  }
  const provider = await requireLinkable(ctx, pool, source)
  const user = await requireDestination(ctx, pool, input.DestinationUser)

  await ctx.db.transaction().execute(async (trx) => {
    // Locked, so that two calls at once can't exceed the limit of links.
    if (!(await lockUser(trx, pool.id, user.id))) throw new UserNotFound()
    const links = (await identitiesOfUser(trx, pool.id, user.id)).filter((identity) => !identity.is_primary)
    const attributes = await linkAttributes(trx, pool.id, provider.name)
    const inserted = await insertIdentity(trx, {
      pool_id: pool.id,
      provider_name: provider.name,
      attribute: source.attribute,
      value: source.value,
      user_id: user.id,
      provider_type: provider.type,
      issuer: null,
      is_primary: false,
      created_at: ctx.clock.now(),
    })
    if (!inserted) {
      const other = await findIdentity(trx, pool.id, source)
      throw new InvalidParameter(other?.is_primary === false ? alreadyLinked(other.user_id === user.id) : merging)
    }
    if (links.length >= ctx.limits.linksPerUser)
      throw new LimitExceeded(`A user can be linked to ${ctx.limits.linksPerUser} identities at most.`)
    if (!attributes.includes(source.attribute) && attributes.length >= ctx.limits.linkAttributesPerProvider)
      throw new LimitExceeded(
        `Users of a provider can be linked by ${ctx.limits.linkAttributesPerProvider} attributes at most.`,
      )
  })
  return {}
}

const merging = 'Merging is not currently supported, provide a SourceUser that has not been signed up in order to link'
const alreadyLinked = (same: boolean): string =>
  same ? 'SourceUser is already linked to DestinationUser' : 'SourceUser is already linked to another user'

/** A provider whose users can be recognised by this attribute. */
async function requireLinkable(ctx: Context, pool: Pool, source: IdentityKey): Promise<IdentityProvider> {
  const provider = await findProvider(ctx, pool, source.provider)
  if (!provider) throw new ResourceNotFound(`Identity provider ${source.provider} does not exist.`)
  const { attribute } = source
  if (attribute === subjectAttribute) return provider
  if (isSocial(provider.type))
    throw new InvalidParameter(
      `Invalid SourceUser: ProviderAttributeName must be ${subjectAttribute} for ${provider.type}`,
    )
  if (attribute === 'username' || !Object.hasOwn(provider.attributeMapping, attribute)) {
    throw new InvalidParameter(
      `Invalid SourceUser: ProviderAttributeName ${attribute} is not mapped to an attribute of the provider`,
    )
  }
  return provider
}
