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

/** The present, as a value. Tests move it; nothing under `pool` asks for the time in another way. */
export interface Clock {
  now(): Date
}

export const wallClock: Clock = { now: () => new Date() }

/** What the process has: made once in `open-context.ts`, passed to every handler, page and job. */
export interface Context {
  config: Config
  db: Db
  /** The database, for one who leaves this note with the first change. */
  dbNoting(note: Note): Db
  /** Where the database is, for a thread that opens it for itself. */
  connection: DatabaseOptions['connection']
  /** For reads that may be a moment old, where there is one; see `readRecent`. */
  replica?: ReadReplica
  clock: Clock
  /** Sub-keys of the master key: seals, keyed hashes, cookie keys. */
  keyring: Keyring
  log: Logger
  /** What this server remembers between requests; see `remembered`. */
  memory: Memory
  /** How many there may be of what, in this installation. */
  limits: Limits
  /** Tells those who count what has happened. */
  observe: Observe
  /** Wakes the worker that delivers messages, and tells how it went. */
  outbox: OutboxSignals
  /** Takes the records that pools export. */
  logs: LogDelivery
  /** Begins traces, where the server is told to. */
  tracing?: Tracing
  /** Runs the functions that pools name by ARN. */
  triggers: Triggers
  /**
   * Counts a request of a category, and throws TooManyRequestsException where there are too many in a second. Another
   * counter than the category's own is for requests that have its rate to themselves.
   */
  admit(category: RateCategory | undefined, counter?: string): void
  /** Counts the call for the user whose access token it brought, where users have a rate of their own. */
  countUser?: (userId: string) => void
  /** Records a sign-in of an operator, or its refusal. @throws where one that has succeeded can't be recorded */
  recordSignIn?: (caller: SignInCaller, attempt: SignInAttempt) => Promise<void>
  /** Dev only: where delivered messages can be read. Absent in production. */
  inbox?: Inbox
}

/** What is known of who signs in. */
export type SignInCaller = Partial<Pick<RequestContext, 'requestId' | 'clientAddress' | 'userAgent'>>

/** A context for one request: what the edges know of the caller. */
export interface RequestContext extends Context {
  requestId: string
  /** The address of the client, after trusted proxies. */
  clientAddress: string
  userAgent?: string
  /** The tag of the language in which the caller reads a page; absent for calls of the APIs. */
  language?: string
  /** Filled in as it becomes known. */
  facts?: RequestFacts
  /** Who signed the call, for IAM operations. */
  principal?: Principal
  /** The id of what is created: given by a seed file, never by a caller. */
  chosenId?: string
  /** The region a signed call was signed for. */
  region?: string
  /** The replica that the call is about, where that is another region than the installation's. */
  regional?: Replica
  /** Pool and client of a call that names a client. */
  owner?: RequestOwner
  /** Whether the call proves the key that its token is bound to; no such token is good where nothing can. */
  confirms?: (confirmation: Confirmation, token: { poolId: string; token: string }) => Promise<boolean>
  /** Whose access token it is, where this call has asked before; see `requireAccessToken`. */
  bearer?: { token: string }
}
