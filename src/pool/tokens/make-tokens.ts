import { hash } from 'node:crypto'
import type { Context } from '../../context.ts'
import { uuidv4 } from '../../lib/ids.ts'
import { signJwt } from '../../lib/jwt.ts'
import { preTokenGeneration, type TokenChanges } from '../triggers/pre-token-generation.ts'
import {
  accessTokenClaims,
  accessTokenType,
  groupRoles,
  idTokenClaims,
  preferredRole,
  type TokenFacts,
  type TokenHashes,
} from './claims.ts'
import { overrideAccessClaims, overrideIdClaims } from './override-claims.ts'
import { signingAlgorithm, signingKeys } from './signing-keys.ts'

export interface MadeTokens {
  accessToken: string
  /** Absent at the OAuth endpoints without the scope `openid`. */
  idToken?: string
  /** Seconds that the access token lives. */
  expiresIn: number
}

/** Why tokens are made, for the trigger that may change their claims. */
export interface TokenOccasion {
  /** `TokenGeneration_*` */
  source: string
  clientMetadata?: Record<string, string>
  /** A code that is issued with them. */
  besideCode?: string
  /** An ID token that goes to the app alone. */
  idTokenAlone?: boolean
}

/** @throws what the pre token generation trigger does */
export async function makeTokens(ctx: Context, facts: TokenFacts, occasion: TokenOccasion): Promise<MadeTokens> {
  const changes = await changesTo(ctx, facts, occasion)
  const keys = await signingKeys(ctx, facts.pool)
  const plain = accessTokenClaims(facts, uuidv4())
  const access = changes ? overrideAccessClaims({ ...plain }, changes) : plain
  const expiresIn = access.exp - access.iat
  const alg = signingAlgorithm(facts.pool)
  const typ = accessTokenType(facts.pool, facts.client)
  const signAccess = () => signJwt(keys.access.kid, access, keys.access.privateKey, { alg, typ })
  const signId = (hashes?: TokenHashes) => {
    const claims = idTokenClaims(facts, uuidv4(), hashes)
    return signJwt(keys.id.kid, changes ? overrideIdClaims(claims, changes) : claims, keys.id.privateKey, { alg })
  }

  if (facts.family.surface === 'api') {
    const [accessToken, idToken] = await Promise.all([signAccess(), signId()])
    return { accessToken, idToken, expiresIn }
  }

  const accessToken = await signAccess()
  if (!facts.family.scope.split(' ').includes('openid')) return { accessToken, expiresIn }
  const hashes = {
    at_hash: occasion.idTokenAlone ? undefined : tokenHash(accessToken),
    c_hash: occasion.besideCode && tokenHash(occasion.besideCode),
  }
  return { accessToken, idToken: await signId(hashes), expiresIn }
}

function changesTo(ctx: Context, facts: TokenFacts, occasion: TokenOccasion): Promise<TokenChanges | undefined> {
  const { pool, client, user, groups, family } = facts
  return preTokenGeneration(ctx, {
    ...occasion,
    pool,
    client,
    user,
    groups: {
      groups: groups.map(({ name }) => name),
      roles: groupRoles(groups),
      preferredRole: preferredRole(groups) ?? null,
    },
    scopes: family.scope.split(' ').filter(Boolean),
  })
}

/** `at_hash` and `c_hash`: the left half of the SHA-256. */
export function tokenHash(token: string): string {
  return Buffer.from(hash('sha256', token, 'binary').slice(0, 16), 'latin1').toString('base64url')
}
