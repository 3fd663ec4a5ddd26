import { requireClientOf } from '../../../pool/clients/client.ts'
import type { OwnHandler } from '../../handler.ts'

export const getClientExtensions: OwnHandler<'GetClientExtensions'> = async (input, ctx) => {
  const { pool, client } = await requireClientOf(ctx, input.UserPoolId, input.ClientId)
  return { UserPoolId: pool.id, ClientId: client.id, Extensions: client.extensions ?? {} }
}
