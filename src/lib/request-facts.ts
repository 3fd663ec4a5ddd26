import type { ServiceError } from '../model/errors.ts'
import type { Reason } from '../model/reasons.ts'

/** What the surfaces find out about a request, for metrics and logs. */
export interface RequestFacts {
  /** Of calls of the JSON API and of STS, whose answers contain it. */
  requestId?: string
  poolId?: string
  clientId?: string
  /**
   * How the metrics of pools count a refused call of this kind; cleared once the operation runs, which counts its own
   * outcome.
   */
  attempt?: 'signIn' | 'signUp' | 'tokenRefresh'
  /** Why the call was refused, and the text of the call and form: for development hints, and never logged as it is. */
  refusal?: ServiceError
  input?: unknown
  form?: ReadonlyMap<string, string>
  /** A refused call of STS, which has error codes of its own; `form` is undefined if its body could not be read. */
  sts?: { form: URLSearchParams | undefined; code: string; message: string; reason: Reason | undefined }
}

/** The facts of a koa context's request. */
export function factsOf({ state }: { state: { facts?: RequestFacts } }): RequestFacts {
  state.facts ??= {}
  return state.facts
}

/** Notes that a request is about an existing pool and client. */
export function noteSubject({ facts }: { facts?: RequestFacts }, poolId: string, clientId?: string): void {
  if (!facts) return
  facts.poolId = poolId
  if (clientId !== undefined) facts.clientId = clientId
}
