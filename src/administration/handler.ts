import type { RequestContext } from '../context.ts'
import type { PoolhouseOperations } from '../model/poolhouse-operations.ts'

export type OwnInput<Name extends keyof PoolhouseOperations> = PoolhouseOperations[Name]['input']
export type OwnOutput<Name extends keyof PoolhouseOperations> = PoolhouseOperations[Name]['output']

/** Like a `Handler` of user pools: the input is validated. */
export type OwnHandler<Name extends keyof PoolhouseOperations> = (
  input: OwnInput<Name>,
  ctx: RequestContext,
) => Promise<OwnOutput<Name>>

export type OwnHandlers = { [Name in keyof PoolhouseOperations]: OwnHandler<Name> }
