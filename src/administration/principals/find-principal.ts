import type { Context } from '../../context.ts'
import { Lru } from '../../lib/lru.ts'
import { remembered } from '../../lib/memory.ts'
import { ExpiredToken, UnrecognizedClient } from '../../model/errors.ts'
import { isMultiFactor } from '../../pool/tokens/proven.ts'
import { findOperatorsRole } from '../operators/operator-store.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import type { Policy } from '../policy/policy.ts'
import { digestOf } from '../roles/trusted-issuer.ts'
import { assumedRoleArn, type Principal, roleArn, rootPrincipal } from './principal.ts'
import { findKey, type KeyRow, touchKey } from './principal-store.ts'
import { findSessionRole } from './session-store.ts'
import { openSessionToken, type SessionClaims } from './session-token.ts'

export interface Signature {
  accessKeyId: string
  sessionToken?: string
  verify(secret: string | undefined): void
}

export interface Found {
  principal: Principal
  poolTags?: Readonly<Record<string, string>>
  /** Whether the call is about the operators' pool. */
  isOfOperators?: boolean
}

/** The time of last use is accurate to this many milliseconds. */
const touchEvery = 5 * 60_000

const policies = remembered(() => new Lru<string, Policy>(500, 'policies'))
const secrets = remembered(() => new Lru<string, { sealed: Buffer; secret: string }>(1000, 'key-secrets'))

/**
 * Verifies the signature of a call and finds its principal: no statement for the root, one for others. @throws
 * UnrecognizedClientException
 */
export async function findPrincipal(ctx: Context, signature: Signature, poolId: string | undefined): Promise<Found> {
  const { config } = ctx
  const { accessKeyId } = signature
  const root = config.credentials.find((pair) => pair.accessKeyId === accessKeyId)
  if (root) {
    signature.verify(root.secretAccessKey)
    if (signature.sessionToken !== undefined) throw new UnrecognizedClient()
    return { principal: rootPrincipal(config, accessKeyId) }
  }

  if (signature.sessionToken !== undefined) return findSessionPrincipal(ctx, signature, poolId)

  const row = isKeyId(accessKeyId) ? await findKey(ctx.db, accessKeyId, poolId) : undefined
  signature.verify(row && secretOf(ctx, accessKeyId, row))
  const now = ctx.clock.now()
  if (!row || (row.expiresAt && row.expiresAt <= now)) throw new UnrecognizedClient()
  if (!row.lastUsedAt || now.getTime() - row.lastUsedAt.getTime() > touchEvery) await touchKey(ctx.db, accessKeyId, now)
  return {
    principal: {
      kind: 'access-key',
      arn: assumedRoleArn(config, row.roleName, row.service),
      accessKeyId,
      userId: `${accessKeyId}:${row.service}`,
      policy: policyAt(ctx, row),
      roleName: row.roleName,
      revision: row.revision,
      tags: row.tags,
    },
    ...(row.poolTags && { poolTags: row.poolTags }),
    isOfOperators: row.isOfOperators,
  }
}

/** Temporary credentials are valid as long as their source is: a sign-in, a key, or the trust in an issuer. */
async function findSessionPrincipal(ctx: Context, signature: Signature, poolId: string | undefined): Promise<Found> {
  const claims = openSessionToken(ctx, signature.sessionToken!)
  const isOfKey = claims?.accessKeyId === signature.accessKeyId
  signature.verify(isOfKey ? claims.secretAccessKey : undefined)
  if (!claims) throw new UnrecognizedClient()
  if (claims.expiresAt * 1000 <= ctx.clock.now().getTime()) throw new ExpiredToken()
  const { roleName, sessionName, accessKeyId, source, by } = claims
  const row = await sessionRole(ctx, claims, poolId)
  if (!row) throw new UnrecognizedClient()
  return {
    principal: {
      kind: 'session',
      arn: assumedRoleArn(ctx.config, roleName, sessionName),
      accessKeyId,
      userId: `${roleName}:${sessionName}`,
      policy: policyAt(ctx, row),
      roleName,
      revision: row.revision,
      source,
      by,
      tags: row.tags,
      ...(source.kind === 'operator' && { operatorSub: source.userId, hasMultiFactor: row.hasMultiFactor }),
    },
    ...(row.poolTags && { poolTags: row.poolTags }),
    isOfOperators: row.isOfOperators,
  }
}

type LiveRole = Pick<KeyRow, 'policy' | 'tags' | 'revision' | 'poolTags' | 'isOfOperators'> & {
  hasMultiFactor?: boolean
}

async function sessionRole(
  ctx: Context,
  claims: SessionClaims,
  poolId: string | undefined,
): Promise<LiveRole | undefined> {
  const { roleName, source, by } = claims
  if (source.kind === 'root' && !ctx.config.credentials.some((pair) => pair.accessKeyId === source.keyId))
    return undefined
  if (source.kind === 'operator') {
    const assuming = by?.roleName ?? roleName
    const own = await findOperatorsRole(
      ctx.db,
      { ...source, roleName: assuming, roleArn: roleArn(ctx.config, assuming) },
      poolId,
    )
    if (!own) return undefined
    const live = { ...own, hasMultiFactor: isMultiFactor(own.proven) }
    if (!by) return live
    const assumed =
      by.revision === own.revision ? await findSessionRole(ctx.db, claims, poolId, ctx.clock.now()) : undefined
    return assumed && { ...assumed, hasMultiFactor: live.hasMultiFactor }
  }
  const row = await findSessionRole(ctx.db, claims, poolId, ctx.clock.now())
  // The first role trusts the issuer, whichever roles were assumed from it.
  if (source.kind !== 'outside' || !row) return row
  const trusting = by
    ? await findSessionRole(ctx.db, { roleName: by.roleName, source }, undefined, ctx.clock.now())
    : row
  return trusting?.trustedIssuers.some((issuer) => digestOf(issuer) === source.trust) ? row : undefined
}

const isKeyId = (text: string): boolean => /^AKIA[A-Z2-7]{16}$/.test(text)

/** Each revision of a role has one policy text forever. */
function policyAt(ctx: Context, { revision, policy }: Pick<KeyRow, 'revision' | 'policy'>): Policy {
  const known = policies(ctx).get(revision)
  if (known) return known
  const parsed = parsePolicy(policy)
  policies(ctx).set(revision, parsed)
  return parsed
}

function secretOf(ctx: Context, id: string, { secretSealed: sealed }: KeyRow): string {
  const known = secrets(ctx).get(id)
  if (known?.sealed.equals(sealed)) return known.secret
  const secret = ctx.keyring.open(sealed, keySealOf(id)).toString()
  secrets(ctx).set(id, { sealed, secret })
  return secret
}

export const keySealOf = (id: string): string => `access_keys/${id}`
