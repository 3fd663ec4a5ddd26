import { randomToken } from '../../lib/ids.ts'
import { callUserPools } from '../../pool/call-user-pools.ts'
import { observeResult } from '../../pool/clients/observe-result.ts'
import type { Input, OperationName, Output } from '../../pool/handler.ts'
import { categoryOf } from '../../pool/provisioned-limits/categories.ts'
import type { KnownBearer } from '../../pool/tokens/require-access-token.ts'
import { selfServiceScope } from '../../pool/tokens/token-family.ts'
import type { AccountVisit } from './visit.ts'

type OwnOperation = {
  [Name in OperationName]: Input<Name> extends { AccessToken?: string } ? Name : never
}[OperationName]

/**
 * Runs the operation that the user's app would call with an access token. The browser's session replaces the token: the
 * page checks it, and nothing is created that could be used as a token.
 */
export async function callAsUser<Name extends OwnOperation>(
  { ctx, pool, client, user, mfa, session }: AccountVisit,
  name: Name,
  members: Omit<Input<Name>, 'AccessToken'>,
): Promise<Output<Name>> {
  const token = randomToken(32)
  const seconds = Math.floor(session.proven.at / 1000)
  const bearer: KnownBearer = {
    token,
    pool,
    client,
    user,
    mfa,
    originJti: session.id,
    requested: null,
    claims: {
      sub: user.id,
      iss: pool.id,
      client_id: client.id,
      token_use: 'access',
      scope: selfServiceScope,
      exp: seconds,
      iat: seconds,
      auth_time: seconds,
      jti: session.id,
      event_id: session.id,
      username: user.username,
    },
  }
  const category = categoryOf(name)
  return observeResult(
    () =>
      callUserPools(name, { ...members, AccessToken: token } as Partial<Input<Name>>, () => {
        ctx.admit(category)
        return { ...ctx, owner: { pool, client, state: 'confirmed' }, bearer }
      }),
    (result) => ctx.observe('call', { poolId: pool.id, clientId: client.id, category: category ?? 'Other', result }),
  )
}
