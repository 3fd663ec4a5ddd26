import type { Context } from '../../context.ts'
import { UnsupportedOperation, UnsupportedTokenType } from '../../model/errors.ts'
import type { Client } from '../clients/client.ts'
import { looksSigned, refreshTokenHash } from './refresh-token.ts'
import { revokeFamilyOfToken } from './revocation-store.ts'

/**
 * Ends the session behind a refresh token. One that is unknown, ended already or another client's is no error, as RFC 7009
 * has it: the caller learns nothing of it. @throws UnsupportedOperationException, UnsupportedTokenTypeException
 */
export async function revokeRefreshToken(ctx: Context, client: Client, token: string): Promise<void> {
  if (client.settings.EnableTokenRevocation === false) {
    throw new UnsupportedOperation(`Token revocation is not enabled for the client: ${client.id}`)
  }
  if (looksSigned(token)) throw new UnsupportedTokenType()
  const hash = refreshTokenHash(ctx, client.poolId, token)
  await revokeFamilyOfToken(ctx.db, client.poolId, client.id, hash, ctx.clock.now())
}
