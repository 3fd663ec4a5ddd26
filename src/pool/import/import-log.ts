import type { Context } from '../../context.ts'
import type { Destination } from '../../delivery/logs/destination.ts'
import type { Pool } from '../pools/pool.ts'
import type { ImportJob } from './import-job.ts'
import { listRefusedLines } from './import-store.ts'

/**
 * Logs why a line has made no user, by its number and without its content: in the server's log, and in the log group
 * where the service puts the results of a pool's imports.
 */
export async function logLines(ctx: Context, pool: Pool, job: ImportJob): Promise<void> {
  const at = ctx.clock.now()
  const { region, accountId } = ctx.config
  const destination: Destination = {
    service: 'logs',
    arn: `arn:aws:logs:${region}:${accountId}:log-group:/aws/cognito/userpools/${pool.id}/${plain(pool.name)}`,
    poolId: pool.id,
    stream: `${job.id}/${job.name}`,
  }
  for (const { line, status, message } of await listRefusedLines(ctx.db, job)) {
    ctx.log.warn({ userPoolId: pool.id, jobId: job.id, line, status, reason: message }, 'a line was not imported')
    ctx.logs.addLine(destination, `[${status}] Line Number ${line} - ${message}`, at)
  }
}

/** A log group's name allows fewer characters than a pool's. */
const plain = (name: string) => name.replace(/[^\w./#-]/g, '-')
