import type { ClientExtensions, UserPoolExtensions } from './extensions.ts'
import type { ClientSettings, DomainSettings, PoolSettings, RegionalSettings, SideSettings } from './settings.ts'

/** A user pool as one request sees it: a snapshot at `revision`, never changed in place. */
export interface Pool {
  id: string
  name: string
  revision: number
  settings: PoolSettings
  /** Absent in a pool that is being created. */
  sideSettings?: SideSettings
  /** Features beyond Cognito that are switched on. Absent in a pool that is being created. */
  extensions?: UserPoolExtensions
  domains: { domain: string; settings: DomainSettings }[]
  /** Its users may be administrators. */
  isOfOperators?: boolean
  createdAt: Date
  updatedAt: Date
}

/** A sign-in that succeeded or was refused. */
export interface SignInAttempt {
  pool: Pool
  clientId: string
  /** Set if it succeeded: the user, and whether several factors were used. */
  signedIn?: { userId: string; hasMultiFactor: boolean }
  /** If it was refused: the user name as typed, if there was one. */
  typed?: string
  /** The error type of the refusal. */
  error?: string
}

/** By which a client that has registered itself changes that again. */
export interface Registration {
  /** In base64url. */
  tokenHash: string
  authMethod: string
}

/** An app client as one request sees it: a snapshot at `revision`, never changed in place. */
export interface Client {
  poolId: string
  id: string
  name: string
  revision: number
  settings: ClientSettings
  /**
   * The client registered itself, and no administrator has updated it since: users are asked before it gets anything.
   */
  needsConsent: boolean
  /** Features beyond Cognito that are switched on; absent if there are none. */
  extensions?: ClientExtensions
  /** The URL of its metadata document, which apps use as the client id. */
  documentUrl?: string
  /** It may change its own registration. */
  registration?: Registration
  /** At most two, oldest first; empty for a public client. */
  secrets: { id: string; secret: string; createdAt: Date }[]
  createdAt: Date
  updatedAt: Date
}

/** The same pool in another region. */
export interface Replica {
  poolId: string
  region: string
  status: 'ACTIVE' | 'INACTIVE'
  settings: RegionalSettings
}

/** The pool and client that a call belongs to. */
export interface Owner {
  pool: Pool
  client: Client
}

/**
 * The owner of a call, at first as this node remembers it. The first statement of the call takes the revisions that are
 * expected, writes nothing where they are out of date, and answers those that it found:
 *
 *   remembered ──assumeClient──▶ assumed ──statement──▶ confirmOwner ──▶ confirmed
 *                                                           └──▶ StaleOwner: `withOwner` runs the call again
 */
export interface RequestOwner extends Owner {
  state: 'remembered' | 'assumed' | 'confirmed'
}
