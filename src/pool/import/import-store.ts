import { type Selectable, sql } from 'kysely'
import type { Db, Trx } from '../../context.ts'
import type { ForeignAlgorithm } from '../../lib/foreign-hash.ts'
import type { Tables } from '../../store/tables.ts'
import type { ImportJob, JobStatus } from './import-job.ts'

export type JobKey = Pick<ImportJob, 'poolId' | 'id'>

export async function insertJob(
  db: Db,
  job: Pick<ImportJob, 'poolId' | 'id' | 'name' | 'roleArn' | 'algorithm' | 'createdAt' | 'expiresAt'>,
): Promise<ImportJob> {
  const row = await db
    .insertInto('import_jobs')
    .values({
      pool_id: job.poolId,
      id: job.id,
      name: job.name,
      role_arn: job.roleArn,
      algorithm: job.algorithm,
      status: 'Created',
      created_at: job.createdAt,
      expires_at: job.expiresAt,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return toJob(row)
}

export async function countJobs(db: Db, poolId: string): Promise<number> {
  const row = await db
    .selectFrom('import_jobs')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('pool_id', '=', poolId)
    .executeTakeFirstOrThrow()
  return row.count
}

export async function findJob(db: Db, poolId: string, id: string): Promise<ImportJob | undefined> {
  const row = await db
    .selectFrom('import_jobs')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && toJob(row)
}

/** Newest first. */
export async function listJobs(
  db: Db,
  poolId: string,
  limit: number,
  before?: { createdAt: string; id: string },
): Promise<ImportJob[]> {
  const rows = await db
    .selectFrom('import_jobs')
    .selectAll()
    .where('pool_id', '=', poolId)
    .$if(before !== undefined, (query) =>
      query.where(sql<boolean>`(created_at, id) < (${before?.createdAt}::timestamptz, ${before?.id})`),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toJob)
}

/** Locks a job that still accepts uploads, until the transaction ends. */
export async function lockOpenJob(trx: Trx, job: JobKey, now: Date): Promise<{ uploadId: string | null } | undefined> {
  return trx
    .selectFrom('import_jobs')
    .select('upload_id as uploadId')
    .where('pool_id', '=', job.poolId)
    .where('id', '=', job.id)
    .where('status', '=', 'Created')
    .where('expires_at', '>', now)
    .forUpdate()
    .executeTakeFirst()
}

export async function setUpload(db: Db, job: JobKey, uploadId: string, fileKey: Buffer): Promise<void> {
  await db
    .updateTable('import_jobs')
    .set({ upload_id: uploadId, file_key: fileKey })
    .where('pool_id', '=', job.poolId)
    .where('id', '=', job.id)
    .execute()
}

/** Whether a job is under way, in one pool or in any. */
export async function hasActiveJob(db: Db, poolId?: string): Promise<boolean> {
  const active = await db
    .selectFrom('import_jobs')
    .select('id')
    .where('status', 'in', ['Pending', 'InProgress', 'Stopping'])
    .$if(poolId !== undefined, (query) => query.where('pool_id', '=', poolId!))
    .limit(1)
    .executeTakeFirst()
  return active !== undefined
}

/** Created to Pending, unless another job of the installation is under way: one runs at a time. */
export async function startJob(trx: Trx, job: ImportJob, now: Date): Promise<'started' | 'busy' | 'not-created'> {
  await sql`select pg_advisory_xact_lock(hashtextextended('poolhouse import', 0))`.execute(trx)
  if (await hasActiveJob(trx)) return 'busy'
  const { numUpdatedRows } = await trx
    .updateTable('import_jobs')
    .set({ status: 'Pending', started_at: now })
    .where('pool_id', '=', job.poolId)
    .where('id', '=', job.id)
    .where('status', '=', 'Created')
    .where('upload_id', 'is not', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return numUpdatedRows > 0n ? 'started' : 'not-created'
}

/** A job that no node runs has stopped at once; where one does, it stops after its batch. */
export async function stopJob(db: Db, job: JobKey, message: string, now: Date): Promise<JobStatus | undefined> {
  const { rows } = await sql<{ status: JobStatus }>`
    update import_jobs set (status, message, completed_at, file_key) = (
      select 'Stopping', message, completed_at, file_key where claimed_until >= ${now}::timestamptz
      union all
      select 'Stopped', ${message}, ${now}::timestamptz, null where coalesce(claimed_until < ${now}::timestamptz, true)
    )
    where pool_id = ${job.poolId} and id = ${job.id} and status in ('Pending', 'InProgress')
    returning status`.execute(db)
  return rows[0]?.status
}

/** Claims a job that waits, or whose runner's claim has expired, until `until`; the runner renews its claim. */
export async function claimJob(db: Db, now: Date, until: Date): Promise<ImportJob | undefined> {
  const claimable = sql`status in ('Pending', 'InProgress', 'Stopping')
    and (claimed_until is null or claimed_until < ${now}::timestamptz)`
  const { rows: found } = await sql<JobKey>`
    select pool_id as "poolId", id from import_jobs where ${claimable} limit 10`.execute(db)
  for (const { poolId, id } of found) {
    // Of two nodes that found it, one claims it.
    const { rows } = await sql<Selectable<Tables['import_jobs']>>`
      update import_jobs set claimed_until = ${until}::timestamptz, attempts = attempts + 1,
        status = case when status = 'Pending' then 'InProgress' else status end
      where pool_id = ${poolId} and id = ${id} and ${claimable}
      returning *`.execute(db)
    if (rows[0]) return toJob(rows[0])
  }
  return undefined
}

/** Releases a job: after a failed attempt it can't be claimed before `until`, otherwise at once. */
export async function releaseJob(db: Db, job: JobKey, until: Date | null): Promise<void> {
  await db
    .updateTable('import_jobs')
    .set({ claimed_until: until, ...(until === null && { attempts: 0 }) })
    .where('pool_id', '=', job.poolId)
    .where('id', '=', job.id)
    .where('status', 'in', ['InProgress', 'Stopping'])
    .execute()
}

export interface BatchResult {
  nextLine: number
  imported: number
  refused: { line: number; status: 'SKIPPED' | 'FAILED'; message: string }[]
}

/**
 * Stores the result of a batch, in the transaction that wrote its users. @returns the job's status now, undefined if it
 * is gone
 */
export async function recordBatch(
  trx: Trx,
  job: ImportJob,
  result: BatchResult,
  until: Date,
): Promise<JobStatus | undefined> {
  const count = (status: string) => result.refused.filter((line) => line.status === status).length
  if (result.refused.length > 0)
    await trx
      .insertInto('import_lines')
      .values(result.refused.map((refused) => ({ pool_id: job.poolId, job_id: job.id, ...refused })))
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  const row = await trx
    .updateTable('import_jobs')
    .set((eb) => ({
      next_line: result.nextLine,
      imported: eb('imported', '+', result.imported),
      skipped: eb('skipped', '+', count('SKIPPED')),
      failed: eb('failed', '+', count('FAILED')),
      claimed_until: until,
      attempts: 0,
    }))
    .where('pool_id', '=', job.poolId)
    .where('id', '=', job.id)
    // Another node has claimed the job: the transaction of this one is undone.
    .where('next_line', '<=', result.nextLine)
    .returning('status')
    .executeTakeFirst()
  return row?.status as JobStatus | undefined
}

/**
 * PostgreSQL's plans for a table that was small at its last count are slow once it is large. Its next count comes after
 * a minute; until then an import would take five times as long.
 */
export async function refreshStatistics(db: Db): Promise<void> {
  await sql`analyze users, login_names, passwords`.execute(db)
}

/** The lines that made no user, with the reasons, in the order of the file. */
export async function listRefusedLines(
  db: Db,
  job: ImportJob,
  limit?: number,
): Promise<{ line: number; status: string; message: string }[]> {
  return db
    .selectFrom('import_lines')
    .select(['line', 'status', 'message'])
    .where('pool_id', '=', job.poolId)
    .where('job_id', '=', job.id)
    .orderBy('line')
    .$if(limit !== undefined, (query) => query.limit(limit!))
    .execute()
}

export async function finishJob(db: Db, job: ImportJob, status: JobStatus, message: string, now: Date): Promise<void> {
  await db
    .updateTable('import_jobs')
    .set({ status, message, completed_at: now, claimed_until: null, file_key: null })
    .where('pool_id', '=', job.poolId)
    .where('id', '=', job.id)
    .execute()
}

function toJob(row: Selectable<Tables['import_jobs']>): ImportJob {
  return {
    poolId: row.pool_id,
    id: row.id,
    name: row.name,
    roleArn: row.role_arn,
    algorithm: row.algorithm as ForeignAlgorithm | null,
    status: row.status as JobStatus,
    message: row.message,
    uploadId: row.upload_id,
    fileKey: row.file_key,
    attempts: row.attempts,
    nextLine: row.next_line,
    imported: row.imported,
    skipped: row.skipped,
    failed: row.failed,
    createdAt: row.created_at,
    startedAt: row.started_at,
    completedAt: row.completed_at,
    expiresAt: row.expires_at,
  }
}
