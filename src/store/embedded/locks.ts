import type postgres from 'postgres'
import { OperatorError } from '../../lib/operator-error.ts'
import type { Session } from './session.ts'

/**
 * Who owns the folder is a row in the server's lock table, which vanishes with its holder:
 * - `owner`: one Poolhouse that serves from the folder, exclusively.
 * - `use`: everybody connected, shared. Who can take it exclusively is the last one and stops the server.
 */
const family = 0x706f6f6c
const owner = 1
const use = 2

/** Long enough for the server to notice that the last owner was killed, and for a command to finish stopping. */
const patience = '1s'

export class FolderInUse extends OperatorError {
  override name = 'FolderInUse'
}

/** Waits for a process that is just stopping the server; the server's end then aborts this call. */
export async function takeUse({ sql }: Session) {
  await sql`select pg_advisory_lock_shared(${family}, ${use})`
}

export async function takeOwnership(session: Session, pgdata: string) {
  const { sql } = session
  try {
    await sql.unsafe(`set lock_timeout = '${patience}'`)
    await sql`select pg_advisory_lock(${family}, ${owner})`
    await sql`reset lock_timeout`
  } catch (error) {
    if ((error as postgres.PostgresError).code !== '55P03') throw error
    throw new FolderInUse(
      `Another Poolhouse (${await holder(session)}) already runs on the database in ${pgdata}. ` +
        'Stop it, or set POOLHOUSE_DATA_DIR to another folder.',
    )
  }
}

export async function isLastUser({ sql }: Session): Promise<boolean> {
  await sql`select pg_advisory_unlock_shared(${family}, ${use})`
  const [row] = await sql<{ taken: boolean }[]>`select pg_try_advisory_lock(${family}, ${use}) as taken`
  return row?.taken ?? false
}

async function holder({ sql }: Session): Promise<string> {
  const [row] = await sql<{ name: string }[]>`
    select a.application_name as name
    from pg_locks l join pg_stat_activity a on a.pid = l.pid
    where l.locktype = 'advisory' and l.classid = ${family} and l.objid = ${owner} and l.granted`
  const pid = /^poolhouse (\d+)$/.exec(row?.name ?? '')?.[1]
  return pid ? `process ${pid}` : 'another process'
}
