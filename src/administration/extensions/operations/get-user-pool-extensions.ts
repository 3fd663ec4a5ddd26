import { requirePool } from '../../../pool/pools/pool.ts'
import type { OwnHandler } from '../../handler.ts'

export const getUserPoolExtensions: OwnHandler<'GetUserPoolExtensions'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  return { UserPoolId: pool.id, Extensions: pool.extensions ?? {} }
}
