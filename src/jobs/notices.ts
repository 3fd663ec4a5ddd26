import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from '../context.ts'
import { claimDueNotices } from '../pool/notices/notice-store.ts'
import { claimFor, sendNotice } from './send-notice.ts'

const batch = 20
/** Notices that are being sent at once. A slow receiver takes a place for as long as it may take to answer. */
const maxRunning = 100
const pause = 1000

/**
 * Sends due notices, also those that become due while others are being sent, so that no receiver waits for a slow one. A
 * notice that its receiver has not accepted becomes due again later.
 */
export async function sendDueNotices(ctx: Context, signal: AbortSignal): Promise<void> {
  const running = new Set<Promise<void>>()
  try {
    for (;;) {
      const places = Math.min(batch, maxRunning - running.size)
      const claimed = places === 0 || signal.aborted ? [] : await claim(ctx, places)
      for (const row of claimed) {
        const sent = sendNotice(ctx, row).finally(() => running.delete(sent))
        running.add(sent)
      }
      // There may be more.
      if (claimed.length > 0 && claimed.length === places) continue
      if (running.size === 0) return
      await Promise.race([...running, sleep(pause, undefined, { ref: false })])
    }
  } finally {
    await Promise.all(running)
  }
}

function claim(ctx: Context, count: number) {
  const now = ctx.clock.now()
  return claimDueNotices(ctx.db, now, new Date(now.getTime() + claimFor), count)
}
