import { UnsupportedOperation, UnsupportedTokenType } from '../../model/errors.ts'
import type { Client } from '../clients/client.ts'
import { confirmOwner, expectedRevisions, type MaybeOwned } from '../clients/owner.ts'
import { looksSigned, refreshTokenHash } from './refresh-token.ts'
import { revokeFamilyOfToken } from './revocation-store.ts'

/**
 * Ends the session of a refresh token. One that is unknown, has ended or is another client's is no error, as in RFC
 * 7009: the caller learns nothing about it. @throws UnsupportedOperationException, UnsupportedTokenTypeException
 */
export async function revokeRefreshToken(ctx: MaybeOwned, client: Client, token: string): Promise<void> {
  if (client.settings.EnableTokenRevocation === false) {
    throw new UnsupportedOperation(`Token revocation is not enabled for the client: ${client.id}`)
  }
  if (looksSigned(token)) throw new UnsupportedTokenType()
  const key = { poolId: client.poolId, clientId: client.id, tokenHash: refreshTokenHash(ctx, client.poolId, token) }
  confirmOwner(ctx, await revokeFamilyOfToken(ctx.db, key, ctx.clock.now(), expectedRevisions(ctx)))
}
