import { useSyncExternalStore } from 'react'
import { holdTab } from '../../shell/router.tsx'

/** An export that goes on when its page is left, and is found there again. */
interface RunningExport {
  count: number
  isStopped: boolean
}

const running = new Map<string, RunningExport>()
const listeners = new Set<() => void>()

function tell(): void {
  for (const listener of listeners) listener()
}

/** How many users of the pool have been exported; undefined while nothing runs. */
export const useExported = (poolId: string): number | undefined =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => running.get(poolId)?.count,
  )

export function stopExport(poolId: string): void {
  const found = running.get(poolId)
  if (found) found.isStopped = true
}

export interface Progress {
  report(count: number): void
  isStopped(): boolean
}

export async function runExport(poolId: string, work: (progress: Progress) => Promise<void>): Promise<void> {
  const own: RunningExport = { count: 0, isStopped: false }
  const report = (count: number) => {
    own.count = count
    tell()
  }
  running.set(poolId, own)
  tell()
  try {
    await holdTab(() => work({ report, isStopped: () => own.isStopped }))
  } finally {
    running.delete(poolId)
    tell()
  }
}
