import type { RequestContext } from '../../../context.ts'
import { InvalidParameter } from '../../../model/errors.ts'
import { decodeCursor, encodeCursor } from '../../../store/page.ts'
import type { OwnHandler } from '../../handler.ts'
import { missingPoints, nextChain } from '../chain-store.ts'
import { readCheckpoint } from '../checkpoint.ts'
import { flushRecords } from '../record-queue.ts'
import { listChain } from '../record-store.ts'
import { type Position, startOf, verifyPart } from '../verify-chain.ts'

const batch = 2000

/** Verifies one part of one chain per call; the token continues with the next part. */
export const verifyEvents: OwnHandler<'VerifyEvents'> = async ({ NextToken, Checkpoint }, ctx) => {
  await flushRecords(ctx)
  if (Checkpoint !== undefined) return verifyCheckpoint(ctx, Checkpoint)
  const position = (decodeCursor(ctx, 'VerifyEvents', NextToken) as Position | undefined) ?? { chain: '' }
  const found = position.sequence === undefined ? await nextChain(ctx.db, position.chain) : undefined
  if (position.sequence === undefined && !found) return { VerifiedEvents: 0, Faults: [] }
  const from = found ? startOf(found) : position
  if ('fault' in from) return answer(ctx, 0, [{ Chain: found!.chain, Reason: from.fault }], { chain: found!.chain })

  const rows = await listChain(ctx.db, from.chain, from.sequence!, batch)
  const isEnd = rows.length < batch
  const { verified, faults, next } = verifyPart(ctx, from, rows, isEnd)
  return answer(ctx, verified, faults, !isEnd && faults.length === 0 ? next : { chain: from.chain })
}

/** Whether the chains still reach as far as the checkpoint says. */
async function verifyCheckpoint(ctx: RequestContext, checkpoint: string) {
  const points = readCheckpoint(ctx, checkpoint)
  if (!points) throw new InvalidParameter('The checkpoint was not made by this installation.')
  const missing = await missingPoints(ctx.db, points)
  return {
    VerifiedEvents: points.length - missing.length,
    Faults: missing.map(({ chain, sequence }) => ({
      Chain: chain,
      Sequence: Number(sequence),
      Reason: 'the record that the checkpoint names was removed or changed',
    })),
  }
}

const answer = (
  ctx: RequestContext,
  VerifiedEvents: number,
  Faults: { Chain: string; Sequence?: number; Reason: string }[],
  next: Position,
) => ({ VerifiedEvents, Faults, NextToken: encodeCursor(ctx, 'VerifyEvents', { ...next }) })
