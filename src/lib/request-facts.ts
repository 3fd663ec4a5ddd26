import type { ServiceError } from '../model/errors.ts'

/** What the surfaces find out about a request, for whoever counts and logs it. */
export interface RequestFacts {
  poolId?: string
  clientId?: string
  /** What the metrics of pools count such a call as; unset once its operation runs, which tells how it ended. */
  attempt?: 'signIn' | 'signUp' | 'tokenRefresh'
  /** Why the call was refused, and what it and a form said: for the hints of development, and never logged as it is. */
  refusal?: ServiceError
  input?: unknown
  form?: ReadonlyMap<string, string>
}

/** Those of the request of a koa context. */
export function factsOf({ state }: { state: { facts?: RequestFacts } }): RequestFacts {
  state.facts ??= {}
  return state.facts
}

/** A request turns out to be about a pool and a client that exist. */
export function noteSubject({ facts }: { facts?: RequestFacts }, poolId: string, clientId?: string): void {
  if (!facts) return
  facts.poolId = poolId
  if (clientId !== undefined) facts.clientId = clientId
}
