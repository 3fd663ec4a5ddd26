import { createHash } from 'node:crypto'
import type { Middleware } from 'koa'
import type { Context } from '../context.ts'
import { registrationRules } from '../pool/pools/client-registration.ts'
import { type IssuerType, issuerUrl } from '../pool/pools/issuer.ts'
import { findPool, type Pool } from '../pool/pools/pool.ts'
import { frontChannelUrl } from '../pool/pools/pool-domain.ts'
import { signingKeys } from '../pool/tokens/signing-keys.ts'

const path = /^(\/issuer)?\/([\w-]{1,45}_[0-9a-zA-Z]{1,20})\/\.well-known\/(jwks\.json|openid-configuration)$/

/**
 * Discovery and key set of every pool, below the public URL, at both forms of its issuer: each speaks of itself, so that
 * what apps have looked up by one of them stays true. Open to every origin; cached for minutes.
 */
export function createWellKnown(ctx: Context): Middleware {
  return async (koa, next) => {
    const match = path.exec(koa.path)
    if (!match) return next()
    koa.set('Access-Control-Allow-Origin', '*')
    if (koa.method === 'OPTIONS') return preflight(koa)
    if (koa.method !== 'GET' && koa.method !== 'HEAD') {
      koa.set('Allow', methods)
      koa.status = 405
      return
    }

    const [, updated, poolId, document] = match
    const type = updated ? 'UPDATED' : 'ORIGINAL'
    const pool = await findPool(ctx, poolId!)
    if (!pool) {
      koa.status = 404
      koa.body = { message: `User pool ${poolId} does not exist.` }
      return
    }

    const body = JSON.stringify(document === 'jwks.json' ? await keySet(ctx, pool) : discovery(ctx, pool, type))
    koa.status = 200
    koa.type = 'application/json'
    koa.set('Cache-Control', 'public, max-age=300')
    koa.etag = createHash('sha256').update(body).digest('base64url')
    if (koa.fresh) {
      koa.status = 304
      return
    }
    koa.body = body
  }
}

const methods = 'GET, HEAD, OPTIONS'

const preflight: (koa: Parameters<Middleware>[0]) => void = (koa) => {
  koa.set('Access-Control-Allow-Methods', methods)
  koa.set('Access-Control-Allow-Headers', '*')
  koa.set('Access-Control-Max-Age', '86400')
  koa.status = 204
}

async function keySet(ctx: Context, pool: Pool) {
  const { all } = await signingKeys(ctx, pool)
  const keys = [...all.values()].map(({ kid, publicJwk: { e, kty, n } }) => ({
    alg: 'RS256',
    e,
    kid,
    kty,
    n,
    use: 'sig',
  }))
  return { keys }
}

function discovery(ctx: Context, pool: Pool, type: IssuerType) {
  const front = frontChannelUrl(ctx, pool)
  const back = `${ctx.config.internalUrl}/${pool.id}`
  const called = ctx.config.internalUrl ? back : front
  const wellKnown = `${ctx.config.internalUrl ?? ctx.config.publicUrl}${type === 'UPDATED' ? '/issuer' : ''}/${pool.id}`
  return {
    authorization_endpoint: `${front}/oauth2/authorize`,
    code_challenge_methods_supported: ['S256'],
    end_session_endpoint: `${front}/logout`,
    grant_types_supported: ['authorization_code', 'implicit', 'refresh_token', 'client_credentials'],
    id_token_signing_alg_values_supported: ['RS256'],
    issuer: issuerUrl(ctx, pool.id, type),
    jwks_uri: `${wellKnown}/.well-known/jwks.json`,
    registration_endpoint: registrationRules(pool) && `${called}/oauth2/register`,
    response_types_supported: ['code', 'token'],
    revocation_endpoint: `${called}/oauth2/revoke`,
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    subject_types_supported: ['public'],
    token_endpoint: `${called}/oauth2/token`,
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    userinfo_endpoint: `${called}/oauth2/userInfo`,
  }
}
