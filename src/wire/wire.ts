import type { ParameterizedContext } from 'koa'
import type { Audit } from '../administration/audit/audit-call.ts'
import type { AuditedCall } from '../administration/audit/record.ts'
import type { Context } from '../context.ts'
import type { CallerLimits } from '../lib/caller-limits.ts'
import type { ServiceError } from '../model/errors.ts'
import type { CalledOperation } from '../pool/call-operation.ts'
import type { OperationName } from '../pool/handler.ts'

export interface Answered {
  operation: string
  status: number
  /** The error type, if it failed. */
  type?: string
  milliseconds: number
}

export interface WireOptions {
  /** Called for every answered call of a known operation. */
  onAnswered?: (answered: Answered) => void
  /** A handler threw an error that its operation does not declare. The caller gets it, but it is a bug. */
  onUndeclaredError?: (operation: string, error: ServiceError) => void
  /** Dev only: called before each handler; if it throws, that is the answer. */
  intercept?: (operation: OperationName) => Promise<void>
  /**
   * @throws if there are too many calls of a category. The returned function counts the call for its user, once known.
   */
  admit?: (operation: OperationName, input: object) => Context['countUser']
  /** Whether a pool has a replica in a region other than the installation's. */
  isReplicaRegion?: (region: string) => Promise<boolean>
  /** Records signed calls. */
  audit?: (call: AuditedCall) => Audit
  /** Counts the calls of each address and client. */
  limits?: CallerLimits
  /** Max time for a body to arrive, in milliseconds. */
  bodyTimeout?: number
}

/** What all calls of a server share. */
export interface Wire {
  ctx: Context
  options: WireOptions
}

/** A call of a known operation. */
export interface Call extends CalledOperation {
  koa: ParameterizedContext
  requestId: string
}
