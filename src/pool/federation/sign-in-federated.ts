import type { Context } from '../../context.ts'
import { uuidv4 } from '../../lib/ids.ts'
import { ServiceError } from '../../model/errors.ts'
import { makeUser } from '../accounts/make-user.ts'
import type { Client } from '../clients/client.ts'
import { joinProviderGroup } from '../groups/provider-group.ts'
import type { IdentityProvider } from '../identity-providers/identity-provider.ts'
import type { Pool } from '../pools/pool.ts'
import { protectionOf } from '../pools/protection.ts'
import type { MaybeRequest } from '../sessions/caller.ts'
import { eventContext } from '../threat-protection/event-context.ts'
import { recordEvent } from '../threat-protection/record-event.ts'
import { type AcrLevel, isMultiFactor, type Proven } from '../tokens/proven.ts'
import { inboundFederation } from '../triggers/inbound-federation.ts'
import { postAuthentication } from '../triggers/post-authentication.ts'
import { postConfirmation } from '../triggers/post-confirmation.ts'
import { preAuthentication } from '../triggers/pre-authentication.ts'
import { preSignUp } from '../triggers/pre-sign-up.ts'
import { changeAttributes } from '../users/change-attributes.ts'
import { lockUser } from '../users/lock-user-store.ts'
import { loginName, type User } from '../users/user.ts'
import { findUserById } from '../users/user-store.ts'
import { FederationError } from './federation-error.ts'
import {
  findIdentity,
  findIdentityByAttributes,
  type Identity,
  insertIdentity,
  settleIdentity,
  subjectAttribute,
} from './identity-store.ts'
import { type Claims, checkMapped, claimText, mappedValues } from './map-attributes.ts'

/** A user as described by a provider; all of it has been verified. */
export interface FederatedProfile {
  provider: IdentityProvider
  claims: Claims
  /** The provider's own identifier of the user where that is not an attribute: SAML's NameID. */
  subject?: string
  issuer: string | null
  /** The input of the inbound federation trigger. */
  said: Record<string, Record<string, unknown>>
  /** The provider's level of authentication. */
  level?: AcrLevel
  /** The methods of the sign-in there, in the names of `amr`. */
  methods?: string[]
  /** The session at the provider, where it can be ended from here. */
  session?: string
}

interface Arrival extends FederatedProfile {
  pool: Pool
  client: Client
  subject: string
  username: string
}

const maxUsernameLength = 128

/**
 *   identity known ──▶ its user, attributes brought up to date
 *   linked by an attribute that fits ──▶ the same, and the subject is known from now on
 *   nobody ──▶ pre sign-up ──▶ a new profile, in the provider's group
 *
 * An e-mail address never decides whose account it is: that is for links that an administrator made.
 * @throws FederationError, or what the pool refuses
 */
export async function signInFederated(
  ctx: MaybeRequest,
  pool: Pool,
  client: Client,
  profile: FederatedProfile,
): Promise<{ user: User; proven: Proven }> {
  const recordSignIn = pool.isOfOperators ? ctx.recordSignIn : undefined
  const attempt = { pool, clientId: client.id }
  const signedIn = await settleArrival(ctx, pool, client, profile).catch(async (error) => {
    const isRefusal = error instanceof FederationError || error instanceof ServiceError
    if (isRefusal)
      await recordSignIn?.(ctx, { ...attempt, error: error instanceof ServiceError ? error.type : error.name })
    throw error
  })
  const { user, proven } = signedIn
  await recordSignIn?.(ctx, { ...attempt, signedIn: { userId: user.id, hasMultiFactor: isMultiFactor(proven) } })
  return signedIn
}

async function settleArrival(ctx: Context, pool: Pool, client: Client, profile: FederatedProfile) {
  const arrival = await receive(ctx, pool, client, profile)
  const identity = await findArrived(ctx, arrival)
  const user = identity ? await welcomeBack(ctx, arrival, identity) : await welcome(ctx, arrival)

  await recordFederated(ctx, arrival, user)
  const at = ctx.clock.now().getTime()
  const { provider, level, methods, session } = arrival
  return {
    user,
    proven: { at, factors: [{ name: 'fed' as const, at, provider: provider.name, level, methods, session }] },
  }
}

/** Risk is assessed by the provider. */
async function recordFederated(ctx: Context, { pool, client, provider }: Arrival, user: User): Promise<void> {
  if (protectionOf(pool) === 'OFF') return
  await recordEvent(ctx, pool, user, {
    id: uuidv4(),
    clientId: client.id,
    kind: 'SignIn',
    response: 'Pass',
    challenges: [],
    risk: { decision: 'NoRisk', compromised: false },
    context: await eventContext(ctx),
    idpName: provider.name,
    createdAt: ctx.clock.now(),
  })
}

async function receive(ctx: Context, pool: Pool, client: Client, profile: FederatedProfile): Promise<Arrival> {
  const { provider, claims } = profile
  const source = provider.attributeMapping.username
  const subject = profile.subject ?? (source === undefined ? undefined : claimText(ownClaim(claims, source)))
  if (!subject) throw new FederationError('username attribute mapping required')
  const username = loginName(pool, `${provider.name}_${subject}`)
  if (username.length > maxUsernameLength || !/^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u.test(username))
    throw new FederationError(`The ${provider.name} user has an id that can not be a username`)

  const changed = await inboundFederation(ctx, pool, {
    userName: username,
    clientId: client.id,
    providerName: provider.name,
    providerType: provider.type,
    attributes: profile.said,
  })
  return { ...profile, claims: changed ?? claims, pool, client, subject, username }
}

const ownClaim = (claims: Claims, name: string): unknown => (Object.hasOwn(claims, name) ? claims[name] : undefined)

async function findArrived(ctx: Context, arrival: Arrival): Promise<Identity | undefined> {
  const { pool, provider, subject, issuer, claims } = arrival
  const known = { provider: provider.name, attribute: subjectAttribute, value: subject }
  const identity = await findIdentity(ctx.db, pool.id, known)
  if (identity) return identity

  const linked = await findIdentityByAttributes(ctx.db, pool.id, provider.name, linkValues(provider, claims))
  if (!linked) return undefined
  const now = ctx.clock.now()
  await ctx.db.transaction().execute((trx) => settleIdentity(trx, linked, { subject, issuer, now }))
  return findIdentity(ctx.db, pool.id, known)
}

/**
 * The values that a link by an attribute may match. An address that the provider itself has not verified matches
 * nothing.
 */
function linkValues(provider: IdentityProvider, claims: Claims): [attribute: string, value: string][] {
  const doubtful = (attribute: string): boolean =>
    (attribute === 'email' || attribute === 'phone_number') && claimText(claims[`${attribute}_verified`]) === 'false'
  return Object.entries(provider.attributeMapping)
    .filter(([attribute]) => attribute !== 'username' && !doubtful(attribute))
    .map(([attribute, source]) => [attribute, claimText(ownClaim(claims, source)) ?? ''] as [string, string])
    .filter(([, value]) => value !== '' && Buffer.byteLength(value) <= 2048)
}

async function welcomeBack(ctx: Context, arrival: Arrival, identity: Identity): Promise<User> {
  const { pool, client, provider, claims } = arrival
  const user = await findUserById(ctx.db, pool.id, identity.user_id)
  if (!user) throw missingUser()
  if (!user.enabled) throw new FederationError('User is disabled.', undefined, { reason: 'user-disabled' })
  await preAuthentication(ctx, { pool, client, user, typed: user.username }, undefined)

  const values = mappedValues(pool, client, provider, claims)
  const current = await ctx.db.transaction().execute(async (trx) => {
    const locked = await lockUser(trx, pool.id, user.id)
    if (!locked) throw missingUser()
    const changes = checkMapped(pool, values, locked)
    if (Object.keys(changes).length === 0) return locked
    return changeAttributes(trx, pool, locked, changes, { now: ctx.clock.now() })
  })
  await postAuthentication(ctx, { pool, client, user: current })
  return current
}

async function welcome(ctx: Context, arrival: Arrival): Promise<User> {
  const { pool, client, provider, claims, username } = arrival
  const attributes = checkMapped(pool, mappedValues(pool, client, provider, claims))
  const { autoVerifyEmail, autoVerifyPhone } = await preSignUp(ctx, pool, {
    source: 'PreSignUp_ExternalProvider',
    userName: username,
    clientId: client.id,
    attributes: { ...attributes, 'cognito:email_alias': '', 'cognito:phone_number_alias': '' },
  })
  if (autoVerifyEmail && attributes.email) attributes.email_verified = 'true'
  if (autoVerifyPhone && attributes.phone_number) attributes.phone_number_verified = 'true'

  // The trigger may have linked them, and another sign-in of the same user may have come first.
  const identity = (await findArrived(ctx, arrival)) ?? (await createProfile(ctx, arrival, attributes))
  if (identity) return welcomeBack(ctx, arrival, identity)
  const user = await userOf(ctx, arrival)
  await postConfirmation(ctx, pool, { source: 'PostConfirmation_ConfirmSignUp', user, clientId: client.id })
  return user
}

/** A new user with a primary identity; or the identity that another sign-in has created meanwhile. */
async function createProfile(
  ctx: Context,
  arrival: Arrival,
  attributes: Record<string, string>,
): Promise<Identity | undefined> {
  const { pool, provider, subject, issuer, username } = arrival
  const now = ctx.clock.now()
  const id = uuidv4()
  // Their username is the only login name: an address at the provider takes nothing from users here.
  const names = [{ name: loginName(pool, username), kind: 'username' as const }]
  const profile = { id, username, status: 'EXTERNAL_PROVIDER' as const, attributes, names }
  const made = await makeUser(ctx, pool, profile, {
    now,
    andThen: async (trx) => {
      await insertIdentity(trx, {
        pool_id: pool.id,
        provider_name: provider.name,
        attribute: subjectAttribute,
        value: subject,
        user_id: id,
        provider_type: provider.type,
        issuer,
        is_primary: true,
        created_at: now,
      })
      await joinProviderGroup(trx, pool.id, provider.name, id, now)
    },
  })
  if (made.user) return undefined
  const identity = await findArrived(ctx, arrival)
  if (!identity) throw new FederationError(`Already found an entry for username ${username}`)
  return identity
}

async function userOf(ctx: Context, { pool, provider, subject }: Arrival): Promise<User> {
  const key = { provider: provider.name, attribute: subjectAttribute, value: subject }
  const identity = await findIdentity(ctx.db, pool.id, key)
  const user = identity && (await findUserById(ctx.db, pool.id, identity.user_id))
  if (!user) throw missingUser()
  return user
}

const missingUser = (): Error => new FederationError('User does not exist.', undefined, { reason: 'user-not-found' })
