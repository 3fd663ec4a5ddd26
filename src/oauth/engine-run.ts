import type { ParameterizedContext } from 'koa'
import type { KoaContextWithOIDC } from 'oidc-provider'
import type { Context } from '../context.ts'
import type { Client } from '../pool/clients/client.ts'
import type { Pool } from '../pool/pools/pool.ts'
import type { Proven } from '../pool/tokens/proven.ts'
import type { User } from '../pool/users/user.ts'
import type { NewRecord, OAuthRecord } from './record.ts'

/**
 * One run of a request through the engine: its input and its outcome. The engine reads and writes nothing else. All
 * that it looks up has been read before, and all that it stores is written afterwards.
 */
export interface EngineRun {
  ctx: Context
  pool: Pool
  client: Client
  /** The only identity provider whose sign-ins count, where the app names one. */
  provider?: string
  /** What it may look up: the browser's session, or the request that the pages have finished. */
  known: OAuthRecord[]
  /** A user has just signed in, so their session begins here. */
  signedIn?: User
  /** How the user of the browser's session has signed in, once it has been read. */
  proven?: Proven
  stored: NewRecord[]
  outcome?: Outcome
  /** The engine's context at the end, for tokens that are issued without a code. */
  oidc?: KoaContextWithOIDC['oidc']
}

/** The outcome of a request. */
export type Outcome =
  | { kind: 'granted'; code?: string }
  | { kind: 'refused'; error: string; description?: string }
  /** The user must be asked first, on the page at `location`. */
  | { kind: 'asks'; uid: string; location: string }

/** The response mode of every run, in which the engine itself answers nothing: the outcome tells what to answer. */
export const silentMode = 'silent'

export function beginRun(koa: ParameterizedContext, run: EngineRun): void {
  koa.state.engineRun = run
}

export function runOf(koa: ParameterizedContext | undefined): EngineRun {
  const run: EngineRun | undefined = koa?.state.engineRun
  if (!run) throw new Error('The OAuth engine runs without a request')
  return run
}
