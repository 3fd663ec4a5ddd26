import type { Context } from '../../context.ts'

/**
 * What happens between two requests of a browser that is at a provider meanwhile:
 *   trip    on the way there and back, named by `state` or RelayState
 *   parked  what a cross-site form has brought, until a GET tells whose browser it is
 *   arrived a sign-in that a provider began, on its way through the app's request
 *   logout  a browser that is at a provider to sign out
 */
export type TripKind = 'trip' | 'parked' | 'arrived' | 'logout'

export const tripSeal = (poolId: string, kind: TripKind, hash: Buffer): string =>
  `federation_trips:${poolId}:${kind}:${hash.toString('hex')}`

const hashOf = (ctx: Context, poolId: string, kind: TripKind, id: string): Buffer =>
  ctx.keyring.mac('federation', poolId, kind, id)

export async function keepTrip(
  ctx: Context,
  poolId: string,
  kind: TripKind,
  { id, payload, seconds }: { id: string; payload: object; seconds: number },
): Promise<void> {
  const now = ctx.clock.now()
  const hash = hashOf(ctx, poolId, kind, id)
  await ctx.db
    .insertInto('federation_trips')
    .values({
      pool_id: poolId,
      kind,
      id_hash: hash,
      sealed: ctx.keyring.seal(JSON.stringify(payload), tripSeal(poolId, kind, hash)),
      created_at: now,
      expires_at: new Date(now.getTime() + seconds * 1000),
    })
    .execute()
}

export async function findTrip<T>(ctx: Context, poolId: string, kind: TripKind, id: string): Promise<T | undefined> {
  const hash = hashOf(ctx, poolId, kind, id)
  const row = await ctx.db
    .selectFrom('federation_trips')
    .select(['sealed', 'expires_at'])
    .where('pool_id', '=', poolId)
    .where('kind', '=', kind)
    .where('id_hash', '=', hash)
    .executeTakeFirst()
  if (!row || row.expires_at <= ctx.clock.now()) return undefined
  return JSON.parse(ctx.keyring.open(row.sealed, tripSeal(poolId, kind, hash)).toString())
}

/** Takes it once: of several requests with one id, the first gets it. */
export async function takeTrip<T>(ctx: Context, poolId: string, kind: TripKind, id: string): Promise<T | undefined> {
  const hash = hashOf(ctx, poolId, kind, id)
  const row = await ctx.db
    .deleteFrom('federation_trips')
    .where('pool_id', '=', poolId)
    .where('kind', '=', kind)
    .where('id_hash', '=', hash)
    .returning(['sealed', 'expires_at'])
    .executeTakeFirst()
  if (!row || row.expires_at <= ctx.clock.now()) return undefined
  return JSON.parse(ctx.keyring.open(row.sealed, tripSeal(poolId, kind, hash)).toString())
}
