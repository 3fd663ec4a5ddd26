import type { Trx } from '../../context.ts'
import type { Pool } from '../pools/pool.ts'
import { listLoginNameOwners, listSubsAmong } from '../users/login-name-store.ts'
import { insertUsers } from './batch-store.ts'
import type { ImportJob } from './import-job.ts'
import type { ImportedUser } from './import-row.ts'
import type { BatchResult } from './import-store.ts'

export interface BatchRow {
  line: number
  user: ImportedUser
}

/**
 * Another request took one of the names between the lookup and the write: the batch is written again, more carefully.
 */
export class NamesLost extends Error {}

/**
 * Writes the users whose names are free. Of two rows with one name the first counts; a name that is taken is skipped.
 * @throws NamesLost
 */
export async function writeBatch(
  trx: Trx,
  pool: Pool,
  job: ImportJob,
  rows: BatchRow[],
  now: Date,
): Promise<Pick<BatchResult, 'imported' | 'refused'>> {
  const names = rows.flatMap(({ user }) => user.names.map(({ name }) => name))
  const owners = await listLoginNameOwners(trx, pool.id, names)
  const taken = new Set([...owners.keys(), ...(await listSubsAmong(trx, pool.id, names))])
  const refused: BatchResult['refused'] = []
  const free: ImportedUser[] = []
  for (const { line, user } of rows) {
    const clash = user.names.find(({ name }) => taken.has(name))
    if (clash) {
      const message = clash.kind === 'username' ? 'The user already exists.' : `The ${clash.kind} is another user's.`
      refused.push({ line, status: 'SKIPPED', message })
      continue
    }
    for (const { name } of user.names) taken.add(name)
    free.push(user)
  }
  if (free.length > 0) {
    const nameCount = free.reduce((sum, user) => sum + user.names.length, 0)
    const written = await insertUsers(trx, pool.id, free, now)
    if (written.users !== free.length || written.names !== nameCount) throw new NamesLost(job.id)
  }
  return { imported: free.length, refused }
}
