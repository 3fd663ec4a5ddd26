import type { Context } from '../../context.ts'
import { uuidv4, uuidv7 } from '../../lib/ids.ts'
import { UserDisabled } from '../../model/errors.ts'
import type { Client } from '../clients/client.ts'
import { tokenLifetimes } from '../clients/client-rules.ts'
import { observeResult } from '../clients/observe-result.ts'
import { groupsOfUser } from '../groups/group-store.ts'
import { type Pool, poolIssuer } from '../pools/pool.ts'
import { beginSession } from '../sessions/track-session.ts'
import type { User } from '../users/user.ts'
import type { Group } from './claims.ts'
import { type Confirmation, requireBound } from './confirmation.ts'
import { type MadeTokens, makeTokens } from './make-tokens.ts'
import type { Proven } from './proven.ts'
import { newRefreshToken, refreshTokenHash } from './refresh-token.ts'
import type { RequestedClaims } from './requested-claims.ts'
import { type Settlement, sessionUsed } from './settlement.ts'
import { selfServiceScope, type TokenFamily } from './token-family.ts'
import { insertFamily, insertFamilyOfCode, type Redemption } from './token-family-store.ts'

export interface IssueTokensInput {
  pool: Pool
  client: Client
  user: User
  /** Read from the database unless the caller has them. */
  groups?: Group[]
  proven: Proven
  /** Space separated; the JSON API's sign-in always has the self-service scope. */
  scope?: string
  surface: 'api' | 'oauth'
  nonce?: string
  /** The audience of the access token. */
  resource?: string
  /** The claims that the app requests by name. */
  claims?: RequestedClaims
  /** The key that the tokens are bound to. */
  confirmation?: Confirmation
  deviceKey?: string
  /** Where a grant has chosen the session's id before its tokens exist. */
  originJti?: string
  /** The id of the sign-in's event, where it is recorded. */
  eventId?: string
  /** The browser's session that the tokens come through. */
  originSessionId?: string
  /** False for the implicit grant. */
  withRefreshToken?: boolean
  /** As for `makeTokens`. */
  besideCode?: string
  idTokenAlone?: boolean
  /** TokenGeneration_*, for the trigger that may change the claims. */
  source: string
  clientMetadata?: Record<string, string>
  /** The code that is redeemed. @throws CodeRedeemed where it has been used before */
  redeems?: Redemption
  /** What a right password settles, together with the session that was answered. */
  settles?: Settlement
  /** Runs once the tokens are made. Where it throws, they and their session are never stored. */
  beforeIssued?: () => Promise<void>
}

export interface IssuedTokens extends MadeTokens {
  /** Empty only where none was requested. */
  refreshToken: string
  originJti: string
}

/** The end of a sign-in: a new token family with its first tokens. @throws NotAuthorizedException if the user has just gone */
export function issueTokens(ctx: Context, input: IssueTokensInput): Promise<IssuedTokens> {
  const owner = { poolId: input.pool.id, clientId: input.client.id }
  const provider = input.proven.factors.find(({ name }) => name === 'fed')?.provider
  return observeResult(
    () => issue(ctx, input),
    (result) => {
      ctx.observe('signIn', { ...owner, result })
      if (provider !== undefined) ctx.observe('federation', { ...owner, provider, result })
    },
  )
}

async function issue(ctx: Context, input: IssueTokensInput): Promise<IssuedTokens> {
  const { pool, client, user } = input
  requireBound(pool, client, input.confirmation)
  const now = ctx.clock.now()
  const withRefreshToken = input.withRefreshToken !== false
  const family = familyOf(input, now)

  const groups = input.groups ?? (await groupsOfUser(ctx.db, pool.id, user.id))
  const facts = { issuer: poolIssuer(ctx, pool), pool, client, user, groups, family, now }
  const tokens = await makeTokens(ctx, facts, input)
  await input.beforeIssued?.()
  const refreshToken = withRefreshToken ? newRefreshToken() : ''
  const hash = refreshToken ? refreshTokenHash(ctx, pool.id, refreshToken) : null
  const issued = input.redeems
    ? await issueForCode(ctx, pool, family, hash, input.redeems)
    : await issueForSignIn(ctx, pool, family, hash, input.settles)
  if (!issued) throw new UserDisabled()
  await beginSession(ctx, pool, family, input.originSessionId)
  return { ...tokens, refreshToken, originJti: family.originJti }
}

function familyOf(input: IssueTokensInput, now: Date): TokenFamily {
  const { client, user, proven, surface } = input
  const lifetimes = tokenLifetimes(client)
  const life = input.withRefreshToken !== false ? lifetimes.refresh : Math.max(lifetimes.access, lifetimes.id)
  return {
    originJti: input.originJti ?? uuidv7(now),
    eventId: input.eventId ?? uuidv4(),
    userId: user.id,
    clientId: client.id,
    scope: surface === 'api' ? selfServiceScope : (input.scope ?? ''),
    surface,
    authTime: new Date(proven.at),
    proven,
    deviceKey: input.deviceKey ?? null,
    nonce: input.nonce ?? null,
    resource: input.resource ?? null,
    originSessionId: input.originSessionId ?? null,
    claims: input.claims ?? null,
    confirmation: input.confirmation ?? null,
    createdAt: now,
    expiresAt: new Date(now.getTime() + life * 1000),
  }
}

async function issueForSignIn(
  ctx: Context,
  pool: Pool,
  family: TokenFamily,
  hash: Buffer | null,
  settles?: Settlement,
) {
  const { issued, settled } = await insertFamily(ctx.db, pool.id, family, hash, settles)
  if (!settled) throw sessionUsed()
  return issued
}

/** The code has been redeemed before. */
export class CodeRedeemed extends Error {
  override name = 'CodeRedeemed'
}

async function issueForCode(ctx: Context, pool: Pool, family: TokenFamily, hash: Buffer | null, code: Redemption) {
  const { issued, redeemed } = await insertFamilyOfCode(ctx.db, pool.id, family, hash, code)
  if (!redeemed) throw new CodeRedeemed()
  return issued
}
