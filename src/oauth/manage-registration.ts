import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { sameText } from '../lib/constant-time.ts'
import { randomToken } from '../lib/ids.ts'
import type { Registration } from '../model/snapshots.ts'
import { checkClientExtensions } from '../pool/clients/check-extensions.ts'
import { checkSettings } from '../pool/clients/check-settings.ts'
import type { Client } from '../pool/clients/client.ts'
import { deleteClient } from '../pool/clients/client-store.ts'
import { updateDescribedClient } from '../pool/clients/described-client-store.ts'
import type { Owner } from '../pool/clients/owner.ts'
import { providersOf } from '../pool/identity-providers/identity-provider.ts'
import { registrationRules } from '../pool/pools/client-registration.ts'
import type { Pool } from '../pool/pools/pool.ts'
import { frontChannelUrl } from '../pool/pools/pool-domain.ts'
import { customScopes } from '../pool/resource-servers/scopes.ts'
import { findApp } from './app.ts'
import { type CalledAt, poolCalled } from './client-authentication.ts'
import { metadataView, readMetadata } from './client-metadata.ts'
import { readText } from './form.ts'
import { invalidMetadata, type Metadata, parseObject } from './metadata-members.ts'
import { OAuthError } from './oauth-error.ts'
import { registeredScopes, registeredSettings } from './registered-client.ts'
import { answer, answerError, refusal } from './registration-answer.ts'

/** Methods for which a client gets a secret. */
export const hasSecret = (authMethod: string): boolean => authMethod !== 'none' && authMethod !== 'private_key_jwt'

/** The registration token of a new client: its stored part, and the part for the response. */
export function newRegistration(ctx: Context, pool: Pool, authMethod: string) {
  const token = randomToken(32)
  const registration: Registration = { tokenHash: hashOf(ctx, pool, token), authMethod }
  return { registration, view: (clientId: string) => managementView(ctx, pool, clientId, token) }
}

/** Only a hash of the token is stored: it is shown to whoever has just sent it. */
const managementView = (ctx: Context, pool: Pool, clientId: string, token: string) => ({
  registration_access_token: token,
  registration_client_uri: addressOf(ctx, pool, clientId),
})

const hashOf = (ctx: Context, pool: Pool, token: string): string =>
  ctx.keyring.mac('registration-token', pool.id, token).toString('base64url')

const addressOf = (ctx: Context, pool: Pool, clientId: string): string => {
  const base = ctx.config.internalUrl ? `${ctx.config.internalUrl}/${pool.id}` : frontChannelUrl(ctx, pool)
  return `${base}/oauth2/register/${clientId}`
}

/**
 * GET, PUT or DELETE /oauth2/register/{client id} (RFC 7592): a client that registered itself reads, replaces or
 * deletes its registration, with the token that it got then. This is no longer possible once an administrator has
 * updated the client.
 */
export async function manageRegistration(ctx: Context, koa: ParameterizedContext, at: CalledAt): Promise<void> {
  koa.set('Cache-Control', 'no-store')
  koa.set('Pragma', 'no-cache')
  const found = await authenticated(ctx, koa, at)
  if (!found) {
    koa.set('WWW-Authenticate', 'Bearer error="invalid_token"')
    return answer(koa, 401, refusal('invalid_token', 'The registration access token is not valid.'))
  }
  const { pool, client, token } = found
  try {
    if (koa.method === 'DELETE') {
      await ctx.db.transaction().execute((trx) => deleteClient(trx, pool.id, client.id))
      koa.status = 204
      return
    }
    const current = koa.method === 'PUT' ? await replace(ctx, koa, found) : client
    const view = metadataView(current, pool, current.registration!.authMethod)
    answer(koa, 200, { ...view, ...managementView(ctx, pool, client.id, token) })
  } catch (error) {
    answerError(koa, error)
  }
}

/** The same for an unknown client and a wrong token. */
async function authenticated(
  ctx: Context,
  koa: ParameterizedContext,
  at: CalledAt,
): Promise<(Owner & { token: string }) | undefined> {
  const pool = await poolCalled(ctx, at)
  const token = /^Bearer +([\w-]{1,128}) *$/i.exec(koa.get('authorization'))?.[1]
  if (!pool || !token) return undefined
  const found = await findApp(ctx, koa.path.split('/').at(-1), pool.id)
  const { registration } = found?.client ?? {}
  if (found?.pool.id !== pool.id || !registration) return undefined
  return sameText(registration.tokenHash, hashOf(ctx, pool, token)) ? { ...found, token } : undefined
}

/** All members at once: those left out are reset to their defaults. */
async function replace(ctx: Context, koa: ParameterizedContext, { pool, client }: Owner): Promise<Client> {
  const rules = registrationRules(pool)
  const allowed = client.needsConsent ? rules?.grants.open : rules?.grants.authenticated
  if (!rules || !allowed) throw invalidMetadata('Such registrations are turned off.')
  if (!koa.is('application/json')) throw invalidMetadata('The request must be application/json.')
  const sent = parseObject(await readText(koa.req))
  checkNames(sent, client)
  const metadata = readMetadata(sent, pool, allowed)
  if (hasSecret(metadata.authMethod) !== client.secrets.length > 0)
    throw invalidMetadata('A client with a secret stays one, and one without gets none.')
  const scopes = await registeredScopes(ctx, pool, rules.scopes, metadata)
  const settings = await registeredSettings(ctx, pool, metadata, scopes)
  checkSettings(settings, {
    pool,
    customScopes: [...(await customScopes(ctx, pool))],
    providers: await providersOf(ctx, pool),
    hasSecret: client.secrets.length > 0,
    verb: 'updating',
  })
  const extensions = { Standards: metadata.standards }
  checkClientExtensions(ctx, extensions)
  const registration = { ...client.registration!, authMethod: metadata.authMethod }
  const changed = { ...client, name: metadata.name, settings, extensions, registration }
  if (!(await updateDescribedClient(ctx.db, changed, ctx.clock.now())))
    throw new OAuthError('invalid_request', 'The client was changed at the same moment. Try again.')
  return changed
}

/** Values issued by the server may be repeated but not changed. */
function checkNames(sent: Metadata, { id, secrets }: Client): void {
  if (sent.client_id !== id) throw invalidMetadata('The client_id must be that of the client.')
  const secret = sent.client_secret
  if (secret === undefined) return
  if (typeof secret !== 'string' || !secrets.some((known) => sameText(known.secret, secret)))
    throw invalidMetadata('The client_secret is not that of the client.')
}
