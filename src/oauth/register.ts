import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { clientSecret } from '../lib/ids.ts'
import { LimitExceeded, NotAuthorized, ServiceError } from '../model/errors.ts'
import { createClient } from '../pool/clients/create-client.ts'
import { type RegistrationRules, registrationRules, registrationScope } from '../pool/pools/client-registration.ts'
import type { Pool } from '../pool/pools/pool.ts'
import { useQuota } from '../pool/quotas/quota.ts'
import { requirePoolToken } from '../pool/tokens/require-pool-token.ts'
import { type CalledAt, poolCalled } from './client-authentication.ts'
import { type ClientMetadata, invalidMetadata, metadataView, readMetadata } from './client-metadata.ts'
import { readText } from './form.ts'
import { OAuthError } from './oauth-error.ts'
import { registeredScopes, registeredSettings } from './registered-client.ts'

/**
 * POST /oauth2/register (RFC 7591): an app registers itself, with an initial access token, or as anyone where the pool
 * is open. It gets an id, and no way to change its registration.
 */
export async function register(ctx: Context, koa: ParameterizedContext, at: CalledAt): Promise<void> {
  koa.set('Cache-Control', 'no-store')
  koa.set('Pragma', 'no-cache')
  const pool = await poolCalled(ctx, at)
  const rules = pool && registrationRules(pool)
  if (!pool || !rules) return answer(koa, 404, refusal('invalid_request', 'Clients can not register themselves here.'))

  const bearer = koa.get('authorization')
  const refused = bearer ? await refuseBearer(ctx, pool, bearer) : refuseAnybody(rules)
  if (refused) {
    koa.set('WWW-Authenticate', refused.error ? `Bearer error="${refused.error}"` : 'Bearer')
    return answer(koa, refused.status, refusal(refused.error ?? 'invalid_token', refused.description))
  }
  const allowed = bearer ? rules.grants.authenticated : rules.grants.open
  if (!allowed) return answer(koa, 403, refusal('access_denied', 'Such registrations are turned off.'))

  try {
    const body = await readText(koa.req)
    if (!koa.is('application/json')) throw invalidMetadata('The request must be application/json.')
    const metadata = readMetadata(body, allowed)
    const scopes = await registeredScopes(ctx, pool, rules.scopes, metadata)
    if (!bearer) await useQuota(ctx, { poolId: pool.id, action: 'RegisterClient', subject: koa.ip })
    const client = await createRegistered(ctx, pool, metadata, scopes, { isAnonymous: !bearer })
    answer(koa, 201, metadataView(client, metadata))
  } catch (error) {
    answerError(koa, error)
  }
}

async function createRegistered(
  ctx: Context,
  pool: Pool,
  metadata: ClientMetadata,
  scopes: string[],
  { isAnonymous }: { isAnonymous: boolean },
) {
  return createClient(ctx, pool, {
    name: metadata.name,
    settings: await registeredSettings(ctx, pool, metadata, scopes),
    secret: metadata.authMethod === 'none' ? undefined : clientSecret(),
    // Anyone could fill the pool with clients, and nobody would know who it was.
    limited: isAnonymous,
    needsConsent: isAnonymous,
  })
}

/** @throws anything that is not a refusal */
function answerError(koa: ParameterizedContext, thrown: unknown): void {
  if (thrown instanceof LimitExceeded) {
    answer(koa, 429, refusal('too_many_requests', thrown.message))
    return
  }
  const error = thrown instanceof ServiceError ? invalidMetadata(thrown.message) : thrown
  if (!(error instanceof OAuthError)) throw error
  answer(koa, 400, refusal(error.code, error.description))
}

interface Refused {
  status: 401 | 403
  /** None where no token was sent. */
  error?: string
  description: string
}

async function refuseBearer(ctx: Context, pool: Pool, header: string): Promise<Refused | undefined> {
  const invalid: Refused = { status: 401, error: 'invalid_token', description: 'The access token is not valid.' }
  const token = /^Bearer +([\w.~+/-]{1,16384}=*) *$/i.exec(header)?.[1]
  if (!token) return invalid
  try {
    const { pool: owner, scopes } = await requirePoolToken(ctx, token)
    if (owner.id !== pool.id) return invalid
    if (scopes.includes(registrationScope)) return undefined
  } catch (error) {
    if (error instanceof NotAuthorized) return invalid
    throw error
  }
  return { status: 403, error: 'insufficient_scope', description: `The access token lacks ${registrationScope}.` }
}

function refuseAnybody({ grants }: RegistrationRules): Refused | undefined {
  return grants.open ? undefined : { status: 401, description: 'An access token is required.' }
}

const refusal = (error: string, error_description?: string) => ({ error, error_description })

function answer(koa: ParameterizedContext, status: number, body: object): void {
  koa.status = status
  koa.type = 'application/json;charset=UTF-8'
  koa.body = JSON.stringify(body)
}
