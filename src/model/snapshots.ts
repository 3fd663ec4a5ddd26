import type { ClientExtensions, UserPoolExtensions } from './extensions.ts'
import type { ClientSettings, DomainSettings, PoolSettings, RegionalSettings, SideSettings } from './settings.ts'

/** A user pool as one request sees it: a snapshot at `revision`, never changed in place. */
export interface Pool {
  id: string
  name: string
  revision: number
  settings: PoolSettings
  /** Absent in a pool that is just being made. */
  sideSettings?: SideSettings
  /** What is switched on beyond Cognito; likewise. */
  extensions?: UserPoolExtensions
  domains: { domain: string; settings: DomainSettings }[]
  /** Whoever signs in here may administer. */
  isOfOperators?: boolean
  createdAt: Date
  updatedAt: Date
}

/** A sign-in that has succeeded, or was refused. */
export interface SignInAttempt {
  pool: Pool
  clientId: string
  /** Where it has succeeded: who it was, and whether by several factors. */
  signedIn?: { userId: string; hasMultiFactor: boolean }
  /** What was typed where it was refused, if anything was. */
  typed?: string
  /** The type of the refusal. */
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
  /** It has registered itself, and no administrator has updated it since: users are asked before it gets anything. */
  needsConsent: boolean
  /** What is switched on beyond Cognito; nothing where it is absent. */
  extensions?: ClientExtensions
  /** The address of the document that describes it, which is the id that apps know it by. */
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

/** Whose call it is. */
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
