import type { RequestContext } from '../context.ts'
import { poolhouseService, type Service, userPoolService } from '../model/model.ts'
import { withOwner } from './clients/client.ts'
import type { Handlers, OperationName } from './handler.ts'
import { callInRegion } from './replicas/secondary.ts'

/** A service that can be called: its model, and how its operations are done. */
export interface CallableService {
  model: Service
  /** Whether it can be called in the regions where pools have replicas. */
  isRegional: boolean
  has(operation: string): boolean
  run(operation: string, input: object, ctx: RequestContext): Promise<unknown>
}

type AnyHandler = (input: unknown, ctx: RequestContext) => Promise<unknown>

/** The user pools' service; other regions than the installation's exist where a pool has a replica. */
export function userPools(handlers: Handlers): CallableService {
  return {
    model: userPoolService,
    isRegional: true,
    has: (operation) => Object.hasOwn(handlers, operation),
    run(operation, input, ctx) {
      const { region } = ctx
      const name = operation as OperationName
      if (region !== undefined && region !== ctx.config.region)
        return callInRegion(handlers, name, input, { ...ctx, region })
      const handler = handlers[name] as AnyHandler
      return withOwner(ctx, (input as { ClientId?: string }).ClientId, (owned) => handler(input, owned))
    },
  }
}

/** Our own service, for everything that the user pools' has no operation for. */
export function poolhouse(handlers: object): CallableService {
  const named = new Map(Object.entries(handlers) as [string, AnyHandler][])
  return {
    model: poolhouseService,
    isRegional: false,
    has: (operation) => named.has(operation),
    run: (operation, input, ctx) => named.get(operation)!(input, ctx),
  }
}
