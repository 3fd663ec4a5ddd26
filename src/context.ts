import type { Logger } from 'pino'
import type { Principal } from './administration/principals/principal.ts'
import type { Config } from './config.ts'
import type { Inbox } from './delivery/inbox.ts'
import type { LogDelivery } from './delivery/logs/log-delivery.ts'
import type { OutboxSignals } from './delivery/outbox-signals.ts'
import type { Keyring } from './lib/keyring.ts'
import type { Memory } from './lib/memory.ts'
import type { Observe } from './lib/observations.ts'
import type { RequestFacts } from './lib/request-facts.ts'
import type { Limits, RateCategory } from './model/limits.ts'
import type { Replica, RequestOwner, SignInAttempt } from './model/snapshots.ts'
import type { Confirmation } from './pool/tokens/confirmation.ts'
import type { DatabaseOptions, Db } from './store/db.ts'
import type { Note } from './store/noted.ts'
import type { ReadReplica } from './store/read-replica.ts'
import type { Tracing } from './tracing.ts'
import type { Triggers } from './triggers/triggers.ts'

export type { Db, Trx } from './store/db.ts'

/** The current time. Tests move it; code under `pool` reads the time only through it. */
export interface Clock {
  now(): Date
}

export const wallClock: Clock = { now: () => new Date() }

/** The resources of a server: created once in `open-context.ts`, passed to every handler, page and job. */
export interface Context {
  config: Config
  db: Db
  /** The same database, storing this note with the first change. */
  dbNoting(note: Note): Db
  /** The address of the database, for threads that open their own connection. */
  connection: DatabaseOptions['connection']
  /** A database for reads that may be slightly stale, if there is one; see `readRecent`. */
  replica?: ReadReplica
  clock: Clock
  /** Milliseconds of a clock that is never set, for rates. Tests move it with `clock`. */
  monotonic(): number
  /** Sub-keys of the master key: seals, keyed hashes, cookie keys. */
  keyring: Keyring
  log: Logger
  /** What this server remembers between requests; see `remembered`. */
  memory: Memory
  /** The limits of this installation. */
  limits: Limits
  /** Publishes facts about what has happened, for metrics. */
  observe: Observe
  /** Wakes the worker that delivers messages, and reports its attempts. */
  outbox: OutboxSignals
  /** Receives the log records that pools export. */
  logs: LogDelivery
  /** Starts traces, if tracing is configured. */
  tracing?: Tracing
  /** Runs the functions that pools reference by ARN. */
  triggers: Triggers
  /**
   * Counts a request of a category. @throws TooManyRequestsException if there are too many in a second. Requests that
   * have the category's rate to themselves use a counter of their own.
   */
  admit(category: RateCategory | undefined, counter?: string): void
  /** Counts the call for the user whose access token it contains, if users have a rate of their own. */
  countUser?: (userId: string) => void
  /** Records an operator's sign-in, or its refusal. @throws if a successful sign-in can't be recorded */
  recordSignIn?: (caller: SignInCaller, attempt: SignInAttempt) => Promise<void>
  /** Dev only: the delivered messages. Absent in production. */
  inbox?: Inbox
}

/** What is known of the caller who signs in. */
export type SignInCaller = Partial<Pick<RequestContext, 'requestId' | 'clientAddress' | 'userAgent'>>

/** A context for one request: adds what the surfaces know of the caller. */
export interface RequestContext extends Context {
  requestId: string
  /** The client's address, as reported by trusted proxies. */
  clientAddress: string
  userAgent?: string
  /** The language tag of the caller's page; absent for API calls. */
  language?: string
  /** Filled in as it becomes known. */
  facts?: RequestFacts
  /** The signer of the call, for IAM operations. */
  principal?: Principal
  /** The id for the resource to be created: set by a seed file, never by a caller. */
  chosenId?: string
  /** The region that a signed call was signed for. */
  region?: string
  /** The replica that the call is about, if that is in another region than the installation's. */
  regional?: Replica
  /** Pool and client of a call that names a client. */
  owner?: RequestOwner
  /**
   * Checks whether the call proves possession of the key that its token is bound to. If absent, bound tokens are
   * refused.
   */
  confirms?: (confirmation: Confirmation, token: { poolId: string; token: string }) => Promise<boolean>
  /** The owner of the call's access token, if it was looked up already; see `requireAccessToken`. */
  bearer?: { token: string }
}
