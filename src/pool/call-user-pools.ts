import { operationNamed } from '../model/model.ts'
import { callOperation, type Surface } from './call-operation.ts'
import type { Input, OperationName, Output } from './handler.ts'
import { handlers } from './handlers.ts'
import { userPools } from './services.ts'

const service = userPools(handlers)

/** Calls an operation of user pools from within, its input checked as if it had come over the wire. @throws ServiceError */
export async function callUserPools<Name extends OperationName>(
  name: Name,
  input: Partial<Input<Name>>,
  enter: Surface['enter'],
): Promise<Output<Name>> {
  const output = await callOperation({ service, operation: operationNamed(name)! }, input, { enter })
  return output as Output<Name>
}
