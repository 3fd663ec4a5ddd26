import type { Context } from '../../context.ts'
import { poolIssuer } from '../../pool/pools/pool.ts'
import { frontChannelUrl } from '../../pool/pools/pool-domain.ts'
import { makeDevelopmentOperators } from './development-operators.ts'
import { findOperatorsClient } from './operators-client.ts'

export interface OperatorsSignIn {
  userPoolId: string
  clientId: string
  issuer: string
  authorizationEndpoint: string
  /** Where `poolhouse login` may listen. */
  loopbackUrls: string[]
}

/**
 * Where operators sign in to the console and to `poolhouse login`; undefined until `poolhouse init`. Development
 * creates the pool at the first such request, so that administrators with keys alone never see it among their pools.
 */
export async function operatorsSignIn(ctx: Context): Promise<OperatorsSignIn | undefined> {
  await makeDevelopmentOperators(ctx)
  const found = await findOperatorsClient(ctx)
  if (!found) return undefined
  const { pool, client } = found
  return {
    userPoolId: pool.id,
    clientId: client.id,
    issuer: poolIssuer(ctx, pool),
    authorizationEndpoint: `${frontChannelUrl(ctx, pool)}/oauth2/authorize`,
    loopbackUrls: (client.settings.CallbackURLs ?? []).filter((url) => url.startsWith('http://127.0.0.1:')),
  }
}
