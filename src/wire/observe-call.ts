import { poolIdOf } from '../administration/authorize.ts'
import type { Context } from '../context.ts'
import type { RequestFacts } from '../lib/request-facts.ts'
import { clients } from '../pool/clients/client.ts'
import type { OperationName } from '../pool/handler.ts'
import { pools } from '../pool/pools/pool.ts'
import { categoryOf } from '../pool/provisioned-limits/categories.ts'
import { isRefresh } from '../pool/sign-in/refresh.ts'

const attempts: Partial<Record<string, RequestFacts['attempt']>> = {
  SignUp: 'signUp',
  AdminCreateUser: 'signUp',
  InitiateAuth: 'signIn',
  AdminInitiateAuth: 'signIn',
  RespondToAuthChallenge: 'signIn',
  AdminRespondToAuthChallenge: 'signIn',
  GetTokensFromRefreshToken: 'tokenRefresh',
}

/**
 * A call may be refused before its client is looked up, so it is counted by this node's cached snapshot of the client.
 */
export function notePresumedSubject(ctx: Context, facts: RequestFacts, operation: string, json: unknown): void {
  const { ClientId, AuthFlow } = (json ?? {}) as { ClientId?: unknown; AuthFlow?: unknown }
  const client = typeof ClientId === 'string' ? clients(ctx).get(ClientId) : undefined
  const poolId = client?.poolId ?? poolIdOf({ input: json })
  if (poolId === undefined || !pools(ctx).get(poolId)) return
  facts.poolId = poolId
  if (client) facts.clientId = client.id
  facts.attempt = typeof AuthFlow === 'string' && isRefresh(AuthFlow) ? 'tokenRefresh' : attempts[operation]
}

/** Counts a call for the pool that it was about. */
export function observeCall({ observe }: Context, facts: RequestFacts, operation: string, error?: string): void {
  const { poolId, clientId, attempt } = facts
  if (poolId === undefined) return
  const result = error === undefined ? 'success' : error === 'TooManyRequestsException' ? 'throttled' : 'failure'
  const category = categoryOf(operation as OperationName) ?? 'Other'
  observe('call', { poolId, clientId, category, result })
  if (attempt && result === 'throttled')
    observe(attempt, { poolId, clientId: operation === 'AdminCreateUser' ? 'Admin' : clientId, result })
}
