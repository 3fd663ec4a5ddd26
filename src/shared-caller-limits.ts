import type { Context } from './context.ts'
import type { CallerLimits } from './lib/caller-limits.ts'
import { spendBalances } from './store/caller-balance-store.ts'

/**
 * Makes all processes count callers together. No request waits for it: each process decides by what it knows, and
 * reports what it has admitted in one statement every fifth of a second, and after each tenth of a limit. What several
 * processes admitted too much is subtracted later, so over time a caller gets its limit, however many processes answer
 * it.
 */
export interface SharedCallerLimits {
  /** Reports and updates the balances now. */
  exchange(): Promise<void>
  stop(): void
}

const interval = 200

export function shareCallerLimits(ctx: Context, limits: CallerLimits): SharedCallerLimits {
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  let underWay: Promise<void> | undefined

  const exchange = () => {
    underWay ??= tell().finally(() => {
      underWay = undefined
    })
    return underWay
  }

  async function tell(): Promise<void> {
    const spendings = limits.takeSpendings()
    if (spendings.length === 0) return
    try {
      const balances = await spendBalances(
        ctx.db,
        // Nobody who reads the table learns an address.
        spendings.map((one) => ({ ...one, callerHash: ctx.keyring.mac('caller', one.kind, one.key) })),
      )
      for (const [index, spending] of spendings.entries()) limits.settle(spending, balances[index]!)
    } catch (error) {
      ctx.log.debug({ err: error }, 'the limits of callers could not be shared')
      for (const spending of spendings) limits.keepSpending(spending)
    }
  }

  function schedule(): void {
    if (stopped) return
    timer = setTimeout(async () => {
      await exchange()
      schedule()
    }, interval)
    timer.unref()
  }

  schedule()
  limits.onSpending(() => void exchange())
  return {
    exchange,
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
