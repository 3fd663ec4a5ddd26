import { poolhouseHandlers } from '../administration/handlers.ts'
import type { Context, RequestContext } from '../context.ts'
import { uuidv4 } from '../lib/ids.ts'
import type { PoolhouseOperations } from '../model/poolhouse-operations.ts'
import { callOperation } from '../pool/call-operation.ts'
import { callUserPools } from '../pool/call-user-pools.ts'
import type { Input, OperationName, Output } from '../pool/handler.ts'
import { poolhouse } from '../pool/services.ts'

/** Calls an operation with full access. @throws ServiceError */
export const call = <Name extends OperationName>(
  ctx: Context,
  name: Name,
  input: Partial<Input<Name>>,
  chosenId?: string,
): Promise<Output<Name>> => callUserPools(name, input, () => ({ ...asInstallation(ctx), chosenId }))

const ownService = poolhouse(poolhouseHandlers)

/** The same for an operation of our own service. @throws ServiceError */
export async function callOwn<Name extends keyof PoolhouseOperations>(
  ctx: Context,
  name: Name,
  input: PoolhouseOperations[Name]['input'],
): Promise<PoolhouseOperations[Name]['output']> {
  const operation = ownService.model.operations.find((one) => one.name === name)!
  const output = await callOperation({ service: ownService, operation }, input, { enter: () => asInstallation(ctx) })
  return output as PoolhouseOperations[Name]['output']
}

const asInstallation = (ctx: Context): RequestContext => ({
  ...ctx,
  requestId: uuidv4(),
  clientAddress: '127.0.0.1',
})
