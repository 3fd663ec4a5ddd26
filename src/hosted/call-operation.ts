import type { RequestContext } from '../context.ts'
import { secretHash } from '../lib/secret-hash.ts'
import { NotImplemented } from '../model/errors.ts'
import { operationNamed } from '../model/model.ts'
import { parseInput } from '../model/validate.ts'
import type { Client } from '../pool/clients/client.ts'
import type { Input, Output } from '../pool/handler.ts'
import { handlers } from '../pool/handlers.ts'
import { categoryOf } from '../pool/provisioned-limits/categories.ts'

type PublicOperation =
  | 'SignUp'
  | 'ConfirmSignUp'
  | 'ResendConfirmationCode'
  | 'ForgotPassword'
  | 'ConfirmForgotPassword'

type PublicInput<Name extends PublicOperation> = Omit<Input<Name>, 'ClientId' | 'SecretHash' | 'Username'> & {
  Username: string
}

/**
 * Runs the operation an app would call, with the same input checks, on behalf of the client. The pages can do what the
 * API can do, and refuse what it refuses.
 */
export async function callOperation<Name extends PublicOperation>(
  ctx: RequestContext,
  client: Client,
  name: Name,
  members: PublicInput<Name>,
): Promise<Output<Name>> {
  const secret = client.secrets[0]?.secret
  const hash = secret && { SecretHash: secretHash(secret, members.Username, client.id) }
  const input = parseInput(operationNamed(name)!, { ...members, ClientId: client.id, ...hash })
  const handler = handlers[name] as ((input: unknown, ctx: RequestContext) => Promise<Output<Name>>) | undefined
  if (!handler) throw new NotImplemented(`${name} is not implemented.`)
  ctx.admit(categoryOf(name))
  return handler(input, ctx)
}
