import { cutPage, decodeCursor, encodeCursor } from '../../../store/page.ts'
import type { OwnHandler } from '../../handler.ts'
import { listChainHeads } from '../chain-store.ts'
import { signCheckpoint } from '../checkpoint.ts'
import { flushRecords } from '../record-queue.ts'

const batch = 500

/** One signed text for a page of chains; the token continues with the next page. */
export const getAuditCheckpoint: OwnHandler<'GetAuditCheckpoint'> = async ({ NextToken }, ctx) => {
  await flushRecords(ctx)
  const after = (decodeCursor(ctx, 'GetAuditCheckpoint', NextToken) as string | undefined) ?? ''
  const { items, next } = cutPage(await listChainHeads(ctx.db, after, batch + 1), batch, ({ chain }) => chain)
  return {
    Checkpoint: signCheckpoint(ctx, items, ctx.clock.now()),
    NextToken: next === undefined ? undefined : encodeCursor(ctx, 'GetAuditCheckpoint', next),
  }
}
