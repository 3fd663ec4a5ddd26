import type { Context } from '../context.ts'
import { uuidv4 } from '../lib/ids.ts'
import { callUserPools } from '../pool/call-user-pools.ts'
import type { Input, OperationName, Output } from '../pool/handler.ts'

/** Calls an operation as the installation itself would. @throws ServiceError */
export const call = <Name extends OperationName>(
  ctx: Context,
  name: Name,
  input: Partial<Input<Name>>,
  chosenId?: string,
): Promise<Output<Name>> =>
  callUserPools(name, input, () => ({ ...ctx, requestId: uuidv4(), clientAddress: '127.0.0.1', chosenId }))
