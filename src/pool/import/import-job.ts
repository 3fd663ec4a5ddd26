import type { UserImportJobType } from '@aws-sdk/client-cognito-identity-provider'
import type { Context, Db } from '../../context.ts'
import type { ForeignAlgorithm } from '../../lib/foreign-hash.ts'
import { ResourceNotFound, UserImportInProgress } from '../../model/errors.ts'
import { findJob, hasActiveJob } from './import-store.ts'
import { uploadUrl } from './upload-url.ts'

export type JobStatus =
  | 'Created'
  | 'Pending'
  | 'InProgress'
  | 'Stopping'
  | 'Expired'
  | 'Stopped'
  | 'Failed'
  | 'Succeeded'

/**
 *   Created ──start──▶ Pending ──▶ InProgress ──▶ Succeeded | Failed
 *      └─after a day─▶ Expired        └──stop──▶ Stopping ──▶ Stopped
 */
export interface ImportJob {
  poolId: string
  id: string
  name: string
  roleArn: string
  algorithm: ForeignAlgorithm | null
  status: JobStatus
  message: string | null
  uploadId: string | null
  /** Sealed; null where an older release stored the file. */
  fileKey: Buffer | null
  /** How often it was claimed since it last made progress. */
  attempts: number
  nextLine: number
  imported: number
  skipped: number
  failed: number
  createdAt: Date
  startedAt: Date | null
  completedAt: Date | null
  expiresAt: Date
}

/** A job that was not started within a day has expired, even where that is not stored yet. */
export function statusAt(job: ImportJob, now: Date): JobStatus {
  return job.status === 'Created' && job.expiresAt <= now ? 'Expired' : job.status
}

/** @throws ResourceNotFoundException */
export async function requireJob(ctx: Context, poolId: string, jobId: string): Promise<ImportJob> {
  const job = await findJob(ctx.db, poolId, jobId)
  if (!job) throw new ResourceNotFound(`Import job ${jobId} does not exist.`)
  return job
}

/** @throws UserImportInProgressException */
export async function requireNoImport(db: Db, poolId: string): Promise<void> {
  if (await hasActiveJob(db, poolId)) throw new UserImportInProgress()
}

export function jobView(ctx: Context, job: ImportJob): UserImportJobType {
  return {
    JobId: job.id,
    JobName: job.name,
    UserPoolId: job.poolId,
    Status: statusAt(job, ctx.clock.now()),
    CloudWatchLogsRoleArn: job.roleArn,
    PasswordHashingAlgorithm: job.algorithm ?? undefined,
    PreSignedUrl: uploadUrl(ctx, job),
    ImportedUsers: job.imported,
    SkippedUsers: job.skipped,
    FailedUsers: job.failed,
    CompletionMessage: job.message ?? undefined,
    CreationDate: job.createdAt,
    StartDate: job.startedAt ?? undefined,
    CompletionDate: job.completedAt ?? undefined,
  }
}
