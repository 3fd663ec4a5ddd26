import { sql } from 'kysely'
import type { Database, Db } from './db.ts'

/** A streaming standby for reads that may be slightly stale. */
export interface ReadReplica {
  /** Runs on the standby while it keeps up; otherwise, or if it fails there, on `primary`. */
  read<T>(work: (db: Db) => Promise<T>, primary: Db): Promise<T>
  close(): Promise<void>
}

export interface ReadReplicaOptions {
  primary: Db
  standby: Pick<Database, 'db' | 'close'>
  /** The max staleness of a read, in milliseconds. */
  maxLag: number
  /** The standby takes reads again. */
  onUsed?: () => void
  /** The standby takes no reads any more. */
  onLeftOut?: (reason: unknown) => void
  /** Milliseconds between two checks. */
  interval?: number
}

/** The end of the primary's log at a moment. */
interface Position {
  at: number
  end: bigint
}

/**
 * The lag is measured by positions in the primary's log, never by clocks: the standby has or has not replayed what the
 * primary had written at a moment. This also detects a standby that is cut off from its primary, and believes itself up
 * to date.
 */
export function openReadReplica({
  primary,
  standby,
  maxLag,
  onUsed = () => {},
  onLeftOut = () => {},
  interval = Math.min(1000, maxLag / 2),
}: ReadReplicaOptions): ReadReplica {
  let usableUntil = Number.NEGATIVE_INFINITY
  let wasUsed: boolean | undefined
  let positions: Position[] = []
  let closed = false
  let timer: NodeJS.Timeout | undefined

  void look()

  async function look(): Promise<void> {
    let reason: unknown
    try {
      const at = performance.now()
      const { database, end } = await primaryState(primary)
      positions.push({ at, end })
      const state = await standbyState(standby.db)
      // A promoted standby replays nothing any more.
      if (!state.isStandby) reason = 'it is no standby'
      else reason = state.database === database ? measure(state.replayed) : 'it has another database'
    } catch (error) {
      reason = error
    }
    if (reason !== undefined) usableUntil = Number.NEGATIVE_INFINITY
    if (closed) return
    tell(reason)
    timer = setTimeout(look, interval)
    timer.unref()
  }

  /**
   * The age of the standby's data is that of the newest sampled position that it has replayed. @returns why that is too
   * old
   */
  function measure(replayed: bigint): string | undefined {
    const known = positions.findLast(({ end }) => end <= replayed)
    if (!known) return 'it lags'
    positions = positions.slice(positions.indexOf(known))
    usableUntil = known.at + maxLag
    return usableUntil > performance.now() ? undefined : 'it lags'
  }

  function tell(reason: unknown): void {
    const isUsed = reason === undefined
    if (isUsed === wasUsed) return
    wasUsed = isUsed
    if (isUsed) onUsed()
    else onLeftOut(reason)
  }

  return {
    async read(work, primary) {
      if (performance.now() >= usableUntil) return work(primary)
      try {
        return await work(standby.db)
      } catch {
        // The standby may be gone, in conflict with its replay, or have an older schema. A wrong statement fails again
        // on the primary.
        return work(primary)
      }
    },
    async close() {
      closed = true
      clearTimeout(timer)
      await standby.close()
    },
  }
}

/** A read that may be slightly stale: never one that decides a sign-in or a permission. */
export const readRecent = <T>(
  { db, replica }: { db: Db; replica?: ReadReplica },
  work: (db: Db) => Promise<T>,
): Promise<T> => (replica ? replica.read(work, db) : work(db))

/** The cluster's system identifier, and the database in it. */
const databaseName = sql<string>`(select system_identifier from pg_control_system()) || '/' || current_database()`

async function primaryState(db: Db): Promise<{ database: string; end: bigint }> {
  const { rows } = await sql<{ database: string; end: string }>`
    select ${databaseName} as database, pg_current_wal_lsn() as end`.execute(db)
  const { database, end } = rows[0]!
  return { database, end: positionOf(end) }
}

async function standbyState(db: Db): Promise<{ database: string; isStandby: boolean; replayed: bigint }> {
  const { rows } = await sql<{ database: string; isStandby: boolean; replayed: string | null }>`
    select ${databaseName} as database, pg_is_in_recovery() as "isStandby", pg_last_wal_replay_lsn() as replayed`.execute(
    db,
  )
  const { database, isStandby, replayed } = rows[0]!
  return { database, isStandby, replayed: replayed === null ? 0n : positionOf(replayed) }
}

/** `16/B374D848`, as PostgreSQL writes it. */
function positionOf(lsn: string): bigint {
  const [high, low] = lsn.split('/')
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`)
}
