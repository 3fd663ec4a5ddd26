import { sql } from 'kysely'
import type { Db } from '../../context.ts'
import { uuidv7 } from '../../lib/ids.ts'
import { type PoolBacklog, workPoolByPool } from '../../store/pool-by-pool.ts'
import type { JobKey } from './import-store.ts'

export async function insertChunk(db: Db, job: JobKey, uploadId: string, number: number, bytes: Buffer): Promise<void> {
  await db
    .insertInto('import_chunks')
    .values({
      pool_id: job.poolId,
      job_id: job.id,
      upload_id: uploadId,
      number,
      // Half as long as the driver's own encoding of bytes, and a file has many.
      bytes: sql`decode(${bytes.toString('base64')}, 'base64')`,
    })
    .execute()
}

export async function findChunk(db: Db, job: JobKey, uploadId: string, number: number): Promise<Buffer | undefined> {
  const row = await db
    .selectFrom('import_chunks')
    .select('bytes')
    .where('pool_id', '=', job.poolId)
    .where('job_id', '=', job.id)
    .where('upload_id', '=', uploadId)
    .where('number', '=', number)
    .executeTakeFirst()
  return row?.bytes
}

export async function countChunks(db: Db, job: JobKey, uploadId: string): Promise<number> {
  const row = await db
    .selectFrom('import_chunks')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('pool_id', '=', job.poolId)
    .where('job_id', '=', job.id)
    .where('upload_id', '=', uploadId)
    .executeTakeFirstOrThrow()
  return row.count
}

export async function deleteUpload(db: Db, job: JobKey, uploadId: string): Promise<void> {
  await db
    .deleteFrom('import_chunks')
    .where('pool_id', '=', job.poolId)
    .where('job_id', '=', job.id)
    .where('upload_id', '=', uploadId)
    .execute()
}

/** Deletes the file of a job that has ended, and the rest of other uploads of it. */
export async function deleteUploads(db: Db, job: JobKey): Promise<void> {
  await db.deleteFrom('import_chunks').where('pool_id', '=', job.poolId).where('job_id', '=', job.id).execute()
}

/** No request takes this long: an older upload that is not complete never will be. */
const maxUploadMilliseconds = 3_600_000

/**
 * Deletes chunks that will not be read: of jobs that have ended or were not started in time, and of uploads whose
 * server died.
 */
export async function eraseUnreadChunks(db: Db, now: Date, batch: number): Promise<void> {
  // The ids of uploads are in the order of their time.
  const oldest = uuidv7(new Date(now.getTime() - maxUploadMilliseconds))
  const chunksWithJobs = sql`import_chunks c join import_jobs j on j.pool_id = c.pool_id and j.id = c.job_id`
  const unread = sql`(
    j.status not in ('Created', 'Pending', 'InProgress', 'Stopping')
    or (j.status = 'Created' and j.expires_at < ${now}::timestamptz)
    or (c.upload_id is distinct from j.upload_id and c.upload_id < ${oldest}::uuid)
  )`
  await workPoolByPool(
    batch,
    async (limit) => {
      const { rows } = await sql<PoolBacklog>`
        select pool_id as "poolId", count(*) as rows
        from (select c.pool_id from ${chunksWithJobs} where ${unread} limit ${limit}) found
        group by pool_id`.execute(db)
      return rows
    },
    async (poolId, limit) => {
      const { numAffectedRows } = await sql`
        delete from import_chunks where pool_id = ${poolId} and ctid = any (array(
          select c.ctid from ${chunksWithJobs}
          where c.pool_id = ${poolId} and j.pool_id = ${poolId} and ${unread}
          limit ${limit} for update of c skip locked
        ))`.execute(db)
      return Number(numAffectedRows ?? 0n)
    },
  )
}
