/**
 * An error whose stack nobody reads: it only carries a refusal to the place that answers the caller. Recording a stack
 * costs more than anything else about a refused call, which is what floods consist of.
 */
export class StacklessError extends Error {
  constructor(message?: string) {
    const limit = Error.stackTraceLimit
    Error.stackTraceLimit = 0
    super(message)
    Error.stackTraceLimit = limit
  }
}
