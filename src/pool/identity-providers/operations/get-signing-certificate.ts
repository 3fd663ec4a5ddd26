import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { signingKeyOf } from '../saml-key.ts'

export const getSigningCertificate: Handler<'GetSigningCertificate'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  return { Certificate: (await signingKeyOf(ctx, pool.id)).certificate }
}
