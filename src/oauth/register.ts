import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { networkOf } from '../lib/client-address.ts'
import { clientSecret } from '../lib/ids.ts'
import { NotAuthorized } from '../model/errors.ts'
import { isOn } from '../model/extensions.ts'
import type { Registration } from '../model/snapshots.ts'
import { checkClientExtensions } from '../pool/clients/check-extensions.ts'
import { createClient } from '../pool/clients/create-client.ts'
import { type RegistrationRules, registrationRules, registrationScope } from '../pool/pools/client-registration.ts'
import type { Pool } from '../pool/pools/pool.ts'
import { useQuota } from '../pool/quotas/quota.ts'
import { requirePoolToken } from '../pool/tokens/require-pool-token.ts'
import { type CalledAt, poolCalled } from './client-authentication.ts'
import { type ClientMetadata, metadataView, readMetadata } from './client-metadata.ts'
import { readText } from './form.ts'
import { hasSecret, newRegistration } from './manage-registration.ts'
import { invalidMetadata, parseObject } from './metadata-members.ts'
import { registeredScopes, registeredSettings } from './registered-client.ts'
import { answer, answerError, refusal } from './registration-answer.ts'

/**
 * POST /oauth2/register (RFC 7591): an app registers itself, with an initial access token, or as anyone where the pool
 * is open. It gets an id, and with `RegistrationManagement` a token by which it changes its registration.
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
    const metadata = readMetadata(parseObject(body), pool, allowed)
    const scopes = await registeredScopes(ctx, pool, rules.scopes, metadata)
    if (!bearer) await useQuota(ctx, { poolId: pool.id, action: 'RegisterClient', subject: networkOf(koa.ip) })
    const managed = isOn('RegistrationManagement', pool) ? newRegistration(ctx, pool, metadata.authMethod) : undefined
    const registration = managed?.registration
    const client = await createRegistered(ctx, pool, metadata, scopes, { isAnonymous: !bearer, registration })
    answer(koa, 201, { ...metadataView(client, pool, metadata.authMethod), ...managed?.view(client.id) })
  } catch (error) {
    answerError(koa, error)
  }
}

async function createRegistered(
  ctx: Context,
  pool: Pool,
  metadata: ClientMetadata,
  scopes: string[],
  { isAnonymous, registration }: { isAnonymous: boolean; registration: Registration | undefined },
) {
  const extensions = { Standards: metadata.standards }
  checkClientExtensions(ctx, extensions)
  return createClient(ctx, pool, {
    name: metadata.name,
    settings: await registeredSettings(ctx, pool, metadata, scopes),
    secret: hasSecret(metadata.authMethod) ? clientSecret() : undefined,
    ...(Object.keys(metadata.standards).length > 0 && { extensions }),
    registration,
    // Otherwise anyone could fill the pool with clients, untraceably.
    limited: isAnonymous,
    needsConsent: isAnonymous,
  })
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
