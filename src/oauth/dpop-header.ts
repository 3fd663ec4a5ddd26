import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { isOn } from '../model/extensions.ts'
import { bindsToCertificate, fapi2Algorithms, isFapi2, mustBind } from '../pool/clients/fapi2.ts'
import { calledUrls } from '../pool/pools/called-address.ts'
import { certificateOf, thumbprintOf } from '../pool/tokens/client-certificate.ts'
import type { Confirmation } from '../pool/tokens/confirmation.ts'
import { offerNonce, provenKey } from '../pool/tokens/dpop.ts'
import { forgetProof } from '../pool/tokens/used-proof-store.ts'
import type { CallingClient } from './client-authentication.ts'
import { OAuthError } from './oauth-error.ts'

type Asking = Pick<CallingClient, 'pool' | 'client' | 'assertion'>

/** The key to bind the tokens of this request to. Undefined where the app sends none. @throws OAuthError */
export async function requestedBinding(
  ctx: Context,
  koa: ParameterizedContext,
  asking: Asking,
): Promise<Confirmation | undefined> {
  const proven = (await provenBinding(ctx, koa, asking)) ?? certificateBinding(koa, asking)
  if (!proven && mustBind(asking.pool, asking.client))
    throw new OAuthError('invalid_request', 'the app has to prove a key')
  return proven
}

function certificateBinding(koa: ParameterizedContext, { pool, client }: Asking): Confirmation | undefined {
  const mayBind = bindsToCertificate(pool, client) || (isFapi2(pool, client) && isOn('MutualTls', pool, client))
  const certificate = mayBind ? certificateOf(koa) : undefined
  return certificate && { 'x5t#S256': thumbprintOf(certificate) }
}

/** The key that the app proves to hold, where it does. @throws OAuthError */
export async function provenBinding(
  ctx: Context,
  koa: ParameterizedContext,
  { pool, client, assertion }: Asking,
): Promise<Confirmation | undefined> {
  const proof = isOn('DPoP', pool, client) ? koa.get('dpop') : ''
  if (!proof) return undefined
  offerNonce(ctx, koa, pool.id)
  const algorithms = isFapi2(pool, client) ? fapi2Algorithms : undefined
  const found = await provenKey(ctx, {
    poolId: pool.id,
    method: koa.method,
    urls: calledUrls(ctx, pool, koa),
    proof,
    algorithms,
  })
  // A client that has to retry with a nonce may send the same assertion again.
  if ('refused' in found && found.refused === 'use_dpop_nonce' && assertion !== undefined)
    await forgetProof(ctx, pool.id, assertion)
  if ('refused' in found) throw new OAuthError(found.refused)
  return { jkt: found.jkt }
}
