import type { Context } from '../context.ts'
import { claimDueNotices } from '../pool/notices/notice-store.ts'
import { claimFor, sendNotice } from './send-notice.ts'

const batch = 20

/** Sends due notices. A notice that its receiver has not accepted becomes due again later. */
export async function sendDueNotices(ctx: Context, signal: AbortSignal): Promise<void> {
  for (;;) {
    if (signal.aborted) return
    const now = ctx.clock.now()
    const claimed = await claimDueNotices(ctx.db, now, new Date(now.getTime() + claimFor), batch)
    await Promise.all(claimed.map((row) => sendNotice(ctx, row)))
    if (claimed.length < batch) return
  }
}
