/** What happens in the server, as facts for metrics. They contain neither names of people nor secrets. */
import type { RateCategory } from '../model/limits.ts'

export type Result = 'success' | 'failure' | 'throttled'

/** Only pools and clients that exist. */
export interface Observed {
  poolId: string
  /** `Admin` if an administrator acts; unset if no client takes part. */
  clientId?: string
}

export interface Observations {
  /** A sign-in ended: tokens were issued, or one of its steps was refused. */
  signIn: Observed & { result: Result }
  /** An answer to a challenge, by the challenge's wire name. */
  challenge: Observed & { challenge: string; result: Result }
  signUp: Observed & { result: Result }
  tokenRefresh: Observed & { result: Result }
  /** A sign-in with an identity provider. */
  federation: Observed & { provider: string; result: Result }
  /** Threat protection assessed a request. */
  risk: Observed & { operation: string; level?: string; compromised: boolean; blocked: boolean }
  /** A call to any surface, in its rate category. */
  call: Observed & { category: RateCategory | 'Other'; result: Result }
  /** A function of a pool was called, for a trigger such as PreSignUp. */
  trigger: {
    poolId?: string
    trigger: string
    result: 'answered' | 'threw' | 'failed'
    /** Why it failed, or the class of what it threw. */
    error?: string
    milliseconds: number
  }
  /** A message was delivered, or given up. */
  message: Observed & { medium: string; result: Result }
  /** A background job ended. */
  job: { job: string; result: Result; milliseconds: number }
}

export type Observe = <Kind extends keyof Observations>(kind: Kind, facts: Observations[Kind]) => void

/** Receives the facts of the kinds that it names. */
export type Observer = { [Kind in keyof Observations]?: (facts: Observations[Kind]) => void }

export function observeWith(observers: Observer[]): Observe {
  return (kind, facts) => {
    for (const observer of observers) observer[kind]?.(facts)
  }
}
