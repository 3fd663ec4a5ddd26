import type { RequestContext } from '../context.ts'
import { secretHash } from '../lib/secret-hash.ts'
import { callUserPools } from '../pool/call-user-pools.ts'
import type { Client } from '../pool/clients/client.ts'
import { observeResult } from '../pool/clients/observe-result.ts'
import type { Input, Output } from '../pool/handler.ts'
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
export async function callAsClient<Name extends PublicOperation>(
  ctx: RequestContext,
  client: Client,
  name: Name,
  members: PublicInput<Name>,
): Promise<Output<Name>> {
  const secret = client.secrets[0]?.secret
  const hash = secret && { SecretHash: secretHash(secret, members.Username, client.id) }
  const input = { ...members, ClientId: client.id, ...hash } as Partial<Input<Name>>
  const category = categoryOf(name)
  return observeResult(
    () =>
      callUserPools(name, input, () => {
        ctx.admit(category)
        return ctx
      }),
    (result) =>
      ctx.observe('call', { poolId: client.poolId, clientId: client.id, category: category ?? 'Other', result }),
  )
}
