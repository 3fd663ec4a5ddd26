import type { Context, RequestContext } from '../context.ts'
import { uuidv4 } from '../lib/ids.ts'
import { operationNamed } from '../model/model.ts'
import { parseInput } from '../model/validate.ts'
import type { Input, OperationName, Output } from '../pool/handler.ts'
import { handlers } from '../pool/handlers.ts'

/** Calls an operation from within, its input checked as if it had come over the wire. @throws ServiceError */
export async function call<Name extends OperationName>(
  ctx: Context,
  name: Name,
  input: Partial<Input<Name>>,
  chosenId?: string,
): Promise<Output<Name>> {
  const handler = handlers[name] as (input: unknown, ctx: RequestContext) => Promise<Output<Name>>
  const parsed = parseInput(operationNamed(name)!, input)
  return handler(parsed, { ...ctx, requestId: uuidv4(), clientAddress: '127.0.0.1', chosenId })
}
