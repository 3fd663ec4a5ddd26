import type { EventSourceName, LogConfigurationType } from '@aws-sdk/client-cognito-identity-provider'
import type { Context } from '../../context.ts'
import type { Pool } from '../pools/pool.ts'

export const logConfiguration = (pool: Pool, source: EventSourceName): LogConfigurationType | undefined =>
  pool.sideSettings?.logs?.find(({ EventSource }) => EventSource === source)

/** Logs that a message was not delivered. */
export function logUndelivered(ctx: Context, pool: Pool, details: string): void {
  const configuration = logConfiguration(pool, 'userNotification')
  if (!configuration) return
  const now = ctx.clock.now()
  ctx.logs.add(pool.id, configuration, logRecord(pool, 'USER_NOTIFICATION', 'ERROR', { details }, now), now)
}

/** A record as it is exported, around the message that its source gives. */
export const logRecord = (pool: Pool, eventSource: string, logLevel: string, message: object, at: Date) => ({
  eventTimestamp: String(at.getTime()),
  eventSource,
  logLevel,
  message,
  logSourceId: { userPoolId: pool.id },
})
