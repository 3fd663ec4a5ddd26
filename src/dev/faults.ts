import { noSuchName, unknownName } from '../lib/known-names.ts'
import { nearestName } from '../lib/nearest-name.ts'
import { OperatorError } from '../lib/operator-error.ts'
import { ServiceError } from '../model/errors.ts'
import { allErrors, allOperations, operationNamed } from '../model/model.ts'
import { protocolErrors } from '../model/protocol-errors.ts'
import type { OperationName } from '../pool/handler.ts'

/** An injected fault: what happens to calls of an operation before, or instead of, their answer. */
export interface Fault {
  /** The error to answer with, such as TooManyRequestsException. Without it the call is only delayed. */
  type?: string
  message?: string
  /** Milliseconds before the answer. */
  delay?: number
  /** How many calls are affected; without it, all of them until the fault is cleared. */
  times?: number
}

export interface Faults {
  /** @throws OperatorError for an unknown operation or error */
  inject(operation: OperationName, fault: Fault): void
  clear(operation?: OperationName): void
  list(): Partial<Record<OperationName, Fault>>
  /** Called before each handler. @throws the injected error, whether the operation declares it or not */
  intercept(operation: OperationName): Promise<void>
}

export function createFaults(): Faults {
  const faults = new Map<OperationName, Fault>()
  return {
    inject(operation, fault) {
      requireFault(fault)
      faults.set(requireOperation(operation), { ...fault })
    },
    clear: (operation) => (operation ? void faults.delete(requireOperation(operation)) : faults.clear()),
    list: () => Object.fromEntries(faults),
    async intercept(operation) {
      const fault = faults.get(operation)
      if (!fault) return
      if (fault.times !== undefined && --fault.times <= 0) faults.delete(operation)
      if (fault.delay) await new Promise((resolve) => setTimeout(resolve, fault.delay))
      if (fault.type) throw new ServiceError(fault.type, fault.message ?? defaultMessages[fault.type] ?? 'Injected.')
    },
  }
}

export const faultMembers = ['type', 'message', 'delay', 'times'] as const

/** @throws OperatorError with the operation that was probably meant */
export function requireOperation(name: string): OperationName {
  const operation = operationNamed(name)
  if (operation) return operation.name
  const names = allOperations.map((one) => one.name)
  throw new OperatorError(`Among the operations ${noSuchName(name, names)}`)
}

/**
 * An error that no operation declares may be injected, since a proxy may answer with it; but a name that nearly matches
 * a known error is taken as a typo. @throws OperatorError
 */
export function requireFault(fault: Fault): void {
  const unknown = unknownName(fault, faultMembers)
  if (unknown) throw new OperatorError(`In a fault ${unknown}`)
  const known = [...allErrors.keys(), ...protocolErrors.keys()]
  if (fault.type === undefined || known.includes(fault.type)) return
  const nearest = nearestName(fault.type, known)
  if (nearest !== undefined) throw new OperatorError(`No error is called ${fault.type}; did you mean ${nearest}?`)
}

const defaultMessages: Record<string, string> = {
  TooManyRequestsException: 'Rate exceeded',
  InternalErrorException: 'Internal server error.',
}
