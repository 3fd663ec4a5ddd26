import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { isOn } from '../model/extensions.ts'
import type { Client } from '../pool/clients/client.ts'
import type { Pool } from '../pool/pools/pool.ts'
import type { Confirmation } from '../pool/tokens/confirmation.ts'
import { addressCalled, offerNonce, provenKey } from '../pool/tokens/dpop.ts'
import { OAuthError } from './oauth-error.ts'

/** The key to bind the tokens of this request to. Undefined where the app sends none. @throws OAuthError */
export async function requestedBinding(
  ctx: Context,
  koa: ParameterizedContext,
  { pool, client }: { pool: Pool; client: Client },
): Promise<Confirmation | undefined> {
  if (!isOn('DPoP', pool, client)) return undefined
  const proof = koa.get('dpop')
  if (!proof) {
    if (!client.extensions?.Standards?.RequireDPoP) return undefined
    throw new OAuthError('invalid_dpop_proof', 'the app has to prove a key')
  }
  offerNonce(ctx, koa, pool.id)
  const found = await provenKey(ctx, { poolId: pool.id, method: koa.method, url: addressCalled(koa), proof })
  if ('refused' in found) throw new OAuthError(found.refused)
  return { jkt: found.jkt }
}
