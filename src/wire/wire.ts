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
  /** The type of the error, if it was one. */
  type?: string
  milliseconds: number
}

export interface WireOptions {
  /** Called once for every call of a known operation that was answered. */
  onAnswered?: (answered: Answered) => void
  /** A handler threw an error that its operation does not declare. The caller gets it, but it is a defect. */
  onUndeclaredError?: (operation: string, error: ServiceError) => void
  /** Dev only: called before each handler; what it throws is the answer. */
  intercept?: (operation: OperationName) => Promise<void>
  /**
   * Throws where there are too many calls of a kind. The function it returns counts the call for its user, once known.
   */
  admit?: (operation: OperationName, input: object) => Context['countUser']
  /** Whether a pool has a replica in another region than the installation's. */
  isReplicaRegion?: (region: string) => Promise<boolean>
  /** Records signed calls. */
  audit?: (call: AuditedCall) => Audit
  /** Counts the calls of each address and client. */
  limits?: CallerLimits
  /** How long a body may take to arrive, in milliseconds. */
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
