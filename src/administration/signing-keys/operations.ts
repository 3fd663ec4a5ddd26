import type { Context } from '../../context.ts'
import { ResourceNotFound } from '../../model/errors.ts'
import type { SigningKey } from '../../model/poolhouse-operations.ts'
import { type Pool, requirePool } from '../../pool/pools/pool.ts'
import { revokeSigningKey as revoke } from '../../pool/tokens/revoke-signing-key.ts'
import { rotateSigningKeys as rotate } from '../../pool/tokens/rotate-signing-keys.ts'
import { listSigningKeys as list } from '../../pool/tokens/signing-key-store.ts'
import type { OwnHandler } from '../handler.ts'

export const listSigningKeys: OwnHandler<'ListSigningKeys'> = async ({ UserPoolId }, ctx) =>
  keysOf(ctx, await requirePool(ctx, UserPoolId))

export const rotateSigningKeys: OwnHandler<'RotateSigningKeys'> = async ({ UserPoolId }, ctx) => {
  const pool = await requirePool(ctx, UserPoolId)
  await rotate(ctx, pool.id)
  return keysOf(ctx, pool)
}

export const revokeSigningKey: OwnHandler<'RevokeSigningKey'> = async ({ UserPoolId, KeyId }, ctx) => {
  const pool = await requirePool(ctx, UserPoolId)
  if (!(await revoke(ctx, pool.id, KeyId))) throw new ResourceNotFound(`Pool ${pool.id} has no signing key ${KeyId}.`)
  return keysOf(ctx, pool)
}

/** Keys that verify tokens now or will, oldest first. */
async function keysOf(ctx: Context, pool: Pool): Promise<{ SigningKeys: SigningKey[] }> {
  const now = ctx.clock.now()
  const rows = (await list(ctx.db, pool.id)).filter(({ retired_at }) => !retired_at || retired_at > now)
  const signing = new Map(rows.filter((row) => row.active_from <= now).map((row) => [row.use, row.kid]))
  return {
    SigningKeys: rows.map((row) => ({
      KeyId: row.kid,
      Signs: row.use === 'id' ? 'IdTokens' : 'AccessTokens',
      Status: row.active_from > now ? 'Pending' : signing.get(row.use) === row.kid ? 'Active' : 'Verifying',
      CreationDate: row.created_at,
      ActivationDate: row.active_from,
      ...(row.retired_at && { RetirementDate: row.retired_at }),
    })),
  }
}
