import { ServiceError } from '../model/errors.ts'
import type { OperationName } from '../pool/handler.ts'

/** What happens to the calls of an operation instead of, or before, their answer. */
export interface Fault {
  /** The error to answer, such as TooManyRequestsException. Without it the call is only delayed. */
  type?: string
  message?: string
  /** Milliseconds before the answer. */
  delay?: number
  /** How many calls; every one until it is cleared, unless said. */
  times?: number
}

export interface Faults {
  inject(operation: OperationName, fault: Fault): void
  clear(operation?: OperationName): void
  list(): Partial<Record<OperationName, Fault>>
  /** Called before each handler. @throws the error that was injected, declared or not */
  intercept(operation: OperationName): Promise<void>
}

export function createFaults(): Faults {
  const faults = new Map<OperationName, Fault>()
  return {
    inject: (operation, fault) => void faults.set(operation, { ...fault }),
    clear: (operation) => (operation ? void faults.delete(operation) : faults.clear()),
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

const defaultMessages: Record<string, string> = {
  TooManyRequestsException: 'Rate exceeded',
  InternalErrorException: 'Internal server error.',
}
