import type { ParameterizedContext } from 'koa'
import type { Adapter, AdapterPayload } from 'oidc-provider'
import type { Context } from '../context.ts'
import type { Client } from '../pool/clients/client.ts'
import { caller } from '../pool/sessions/caller.ts'
import { ssoSessionId } from '../pool/sessions/session-id.ts'
import type { User } from '../pool/users/user.ts'
import { findApp } from './app.ts'
import { deleteRecord, findRecord, putRecord, type RecordModel, type SessionFacts } from './record-store.ts'

/** Clients that a request has brought along, so that the engine need not ask for them again. */
export const clientOfRequest = new WeakMap<object, Client>()

/** Whom the browser's session has named, read together with it. */
export const userOfRequest = new WeakMap<object, User>()

const models: Record<RecordModel, true> = { Interaction: true, Session: true, AuthorizationCode: true }

/**
 * What the engine stores, in our table and by our clock: it reads the wall's itself, so what it gets back expires as far
 * ahead of that as it does of ours. Models that nothing here uses are refused.
 */
export function createEngineAdapter(
  ctx: Context,
  poolId: string,
  current: () => ParameterizedContext | undefined,
): (model: string) => Adapter {
  return (name) => {
    if (name === 'Client') return { ...unused(name), find: (id) => findEngineClient(ctx, poolId, id, current()) }
    if (!(name in models)) return unused(name)
    const model = name as RecordModel

    return {
      ...unused(name),
      async upsert(id, payload, lifetime) {
        // A session is written where a sign-in ends and never again. What the engine notes in it later is of no use
        // here, and one that was ended elsewhere meanwhile must not come back.
        if (model === 'Session' && current()?.oidc?.route !== 'resume') return
        await putRecord(
          ctx,
          poolId,
          model,
          id,
          model === 'AuthorizationCode' ? { ...payload, audience: current()?.oidc.params?.audience } : { ...payload },
          lifetime!,
          sessionFacts(ctx, poolId, model, payload, current()),
        )
      },
      async find(id) {
        if (id.length > 128) return undefined
        const record = await findRecord(ctx, poolId, model, id)
        if (!record) return undefined
        const koa = current()
        if (koa && record.user) userOfRequest.set(koa.req, record.user)
        const left = Math.ceil((record.expiresAt.getTime() - ctx.clock.now().getTime()) / 1000)
        return { ...record.payload, exp: Math.floor(Date.now() / 1000) + left } as AdapterPayload
      },
      async destroy(id) {
        await deleteRecord(ctx, poolId, model, id)
      },
    }
  }
}

function sessionFacts(
  ctx: Context,
  poolId: string,
  model: RecordModel,
  payload: AdapterPayload,
  koa: ParameterizedContext | undefined,
): SessionFacts | undefined {
  const uid = model === 'Session' ? payload.uid : model === 'AuthorizationCode' ? payload.sessionUid : undefined
  if (typeof uid !== 'string') return undefined
  const id = ssoSessionId(ctx, poolId, uid)
  if (model !== 'Session') return { id }
  const [clientId] = Object.keys((payload.authorizations as object | undefined) ?? {})
  return { id, clientId, ...caller(koa?.ip, koa?.get('user-agent')) }
}

/**
 * A client as far as the engine needs to know it. The redirect URI is the one of the request, which has been compared
 * before it came here: the engine's idea of what an application of one type may register is narrower than the service's.
 */
async function findEngineClient(ctx: Context, poolId: string, id: string, koa: ParameterizedContext | undefined) {
  const known = koa && clientOfRequest.get(koa.req)
  const client = known?.id === id ? known : await clientOf(ctx, poolId, id)
  if (!client) return undefined
  const asked = koa?.query.redirect_uri
  const redirectUri = typeof asked === 'string' ? asked : 'https://client.invalid/'
  return {
    client_id: client.id,
    application_type: /^https?:/i.test(redirectUri) ? 'web' : 'native',
    redirect_uris: [redirectUri],
    response_types: ['code', 'none'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'none',
  } as AdapterPayload
}

async function clientOf(ctx: Context, poolId: string, id: string): Promise<Client | undefined> {
  const found = await findApp(ctx, id)
  return found?.pool.id === poolId ? found.client : undefined
}

function unused(model: string): Adapter {
  const refuse = () => {
    throw new Error(`The OAuth engine asked for a use of ${model} that it is not set up for`)
  }
  return {
    upsert: refuse,
    find: refuse,
    findByUserCode: refuse,
    findByUid: refuse,
    consume: refuse,
    destroy: refuse,
    revokeByGrantId: refuse,
  }
}
