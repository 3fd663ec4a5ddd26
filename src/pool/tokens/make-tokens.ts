import { createHash } from 'node:crypto'
import type { Context } from '../../context.ts'
import { uuidv4 } from '../../lib/ids.ts'
import { signJwt } from '../../lib/jwt.ts'
import { accessTokenClaims, idTokenClaims, type TokenFacts } from './claims.ts'
import { signingKeys } from './signing-keys.ts'

export interface MadeTokens {
  accessToken: string
  /** Absent at the OAuth endpoints where `openid` was not asked for. */
  idToken?: string
  /** Seconds that the access token lives. */
  expiresIn: number
}

export async function makeTokens(ctx: Context, facts: TokenFacts): Promise<MadeTokens> {
  const keys = await signingKeys(ctx, facts.pool)
  const access = accessTokenClaims(facts, uuidv4())
  const expiresIn = access.exp - access.iat
  const signAccess = () => signJwt(keys.access.kid, access, keys.access.privateKey)
  const signId = (atHash?: string) => signJwt(keys.id.kid, idTokenClaims(facts, uuidv4(), atHash), keys.id.privateKey)

  if (facts.family.surface === 'api') {
    const [accessToken, idToken] = await Promise.all([signAccess(), signId()])
    return { accessToken, idToken, expiresIn }
  }

  const accessToken = await signAccess()
  if (!facts.family.scope.split(' ').includes('openid')) return { accessToken, expiresIn }
  return { accessToken, idToken: await signId(accessTokenHash(accessToken)), expiresIn }
}

/** `at_hash`: the left half of the token's SHA-256. */
export function accessTokenHash(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url')
}
