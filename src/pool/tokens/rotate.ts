import type { Context } from '../../context.ts'
import { gathered } from '../../lib/gathered.ts'
import { remembered } from '../../lib/memory.ts'
import { type Rotation, rotateRefreshToken, rotateRefreshTokens } from './refresh-token-store.ts'

interface Asked extends Rotation {
  ctx: Context
}

/**
 * Replaces a refresh token. Those of a pool that are replaced at the same time share a statement: it is the only work of
 * a refresh that waits for the disk. False if another request came first or ended the session.
 */
export async function rotate(ctx: Context, rotation: Rotation): Promise<boolean> {
  return (await rotations(ctx)({ ...rotation, ctx })) ?? rotateRefreshToken(ctx.db, rotation)
}

const rotations = remembered(() =>
  gathered<Asked, boolean | undefined>(rotateTogether, {
    group: ({ poolId }) => poolId,
    key: ({ originJti }) => originJti,
    max: 32,
  }),
)

async function rotateTogether(asked: Asked[]): Promise<(boolean | undefined)[]> {
  const { db } = asked[0]!.ctx
  return asked.length === 1 ? [await rotateRefreshToken(db, asked[0]!)] : rotateRefreshTokens(db, asked)
}
