import type { ParameterizedContext } from 'koa'
import type { Adapter, AdapterPayload } from 'oidc-provider'
import { caller } from '../pool/sessions/caller.ts'
import { ssoSessionId } from '../pool/sessions/session-id.ts'
import { type EngineRun, runOf } from './engine-run.ts'
import type { EngineModel, SessionFacts } from './record.ts'

const models: Record<EngineModel, true> = { Interaction: true, Session: true, AuthorizationCode: true }

/**
 * The engine's store is its run. Times are by our clock: the engine compares with the wall clock, so a record's expiry
 * is shifted by the difference. Models that nothing here uses are refused.
 */
export function createEngineAdapter(current: () => ParameterizedContext | undefined): (model: string) => Adapter {
  return (name) => {
    if (name === 'Client') return { ...unused(name), find: async (id) => engineClient(runOf(current()), current(), id) }
    if (!(name in models)) return unused(name)
    const model = name as EngineModel

    return {
      ...unused(name),
      async upsert(id, payload, lifetime) {
        const koa = current()
        const run = runOf(koa)
        const { pool, client } = run
        // A session is written where a sign-in ends and never again. What the engine adds to it later is of no use
        // here, and a session that was ended elsewhere meanwhile must not come back.
        if (model === 'Session' && !run.signedIn) return
        run.stored.push({
          poolId: pool.id,
          model,
          id,
          lifetime: lifetime!,
          payload: model === 'AuthorizationCode' ? { ...payload, ...boundBy(koa?.oidc.params) } : { ...payload },
          clientId: model === 'AuthorizationCode' ? undefined : client.id,
          session: sessionFacts(run, model, payload, koa),
        })
      },
      async find(id) {
        const { ctx, known } = runOf(current())
        const record = known.find((one) => one.model === model && one.id === id)
        if (!record) return undefined
        const left = Math.ceil((record.expiresAt.getTime() - ctx.clock.now().getTime()) / 1000)
        return { ...record.payload, exp: Math.floor(Date.now() / 1000) + left } as AdapterPayload
      },
      async destroy() {
        // The statement that writes the outcome deletes what is over.
      },
    }
  }
}

/** What a code passes on to its tokens beyond what the engine stores in it. */
const boundBy = ({ audience, requested, jkt }: Record<string, unknown> = {}) => ({
  audience,
  requested,
  jkt,
})

function sessionFacts(
  { ctx, pool, known }: EngineRun,
  model: EngineModel,
  payload: AdapterPayload,
  koa: ParameterizedContext | undefined,
): SessionFacts | undefined {
  const uid = model === 'Session' ? payload.uid : model === 'AuthorizationCode' ? payload.sessionUid : undefined
  if (typeof uid !== 'string') return undefined
  const stored = known.find((record) => record.model === 'Session' && record.payload.uid === uid)
  const id = stored?.sessionId ?? ssoSessionId(ctx, pool.id, uid)
  return model === 'Session' ? { id, ...caller(koa?.ip, koa?.get('user-agent')) } : { id }
}

/**
 * A client as far as the engine needs to know it. The redirect URI is the one of the request, which has been compared
 * before it came here: the engine's idea of what an application of one type may register is narrower than the service's.
 */
function engineClient({ client }: EngineRun, koa: ParameterizedContext | undefined, id: string) {
  if (client.id !== id) return undefined
  const requested = koa?.query.redirect_uri
  const redirectUri = typeof requested === 'string' ? requested : 'https://client.invalid/'
  return {
    client_id: client.id,
    application_type: /^https?:/i.test(redirectUri) ? 'web' : 'native',
    redirect_uris: [redirectUri],
    response_types: ['code', 'none'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'none',
  } as AdapterPayload
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
