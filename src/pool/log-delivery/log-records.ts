import type { EventSourceName, LogConfigurationType } from '@aws-sdk/client-cognito-identity-provider'
import type { Context, RequestContext } from '../../context.ts'
import type { Pool } from '../pools/pool.ts'
import type { AuthEvent } from '../threat-protection/auth-event.ts'
import type { User } from '../users/user.ts'

export const logConfiguration = (pool: Pool, source: EventSourceName): LogConfigurationType | undefined =>
  pool.sideSettings?.logs?.find(({ EventSource }) => EventSource === source)

const decisions = { NoRisk: 'PASS', AccountTakeover: 'ACCOUNT_TAKEOVER', Block: 'BLOCK' } as const

/** What a user did, where the pool exports it. Every member is text, but for the list of challenges. */
export function logActivity(
  ctx: Context & Partial<Pick<RequestContext, 'requestId'>>,
  pool: Pool,
  user: User,
  event: AuthEvent,
): void {
  const configuration = logConfiguration(pool, 'userAuthEvents')
  if (!configuration) return
  const { risk, context, createdAt } = event
  const message = {
    version: '1',
    eventId: event.id,
    eventType: event.kind,
    userSub: user.id,
    userName: user.username,
    userPoolId: pool.id,
    clientId: event.clientId ?? '',
    creationDate: unixDate(createdAt),
    eventResponse: event.response,
    riskLevel: risk?.level ?? '',
    riskDecision: decisions[risk?.decision ?? 'NoRisk'],
    challenges: event.challenges.map(({ ChallengeName, ChallengeResponse }) => `${ChallengeName}:${ChallengeResponse}`),
    deviceName: context.device ?? '',
    ipAddress: context.address ?? '',
    requestId: ctx.requestId ?? '',
    idpName: event.idpName ?? '',
    compromisedCredentialDetected: String(risk?.compromised ?? false),
    city: context.city ?? '',
    country: context.country ?? '',
    eventFeedbackValue: '',
    eventFeedbackDate: '',
    eventFeedbackProvider: '',
    hasContextData: String(context.address !== undefined),
  }
  ctx.logs.add(pool.id, configuration, frame(pool, 'USER_ACTIVITY', 'INFO', message, createdAt), createdAt)
}

/** That a message did not reach its user. */
export function logUndelivered(ctx: Context, pool: Pool, details: string): void {
  const configuration = logConfiguration(pool, 'userNotification')
  if (!configuration) return
  const now = ctx.clock.now()
  ctx.logs.add(pool.id, configuration, frame(pool, 'USER_NOTIFICATION', 'ERROR', { details }, now), now)
}

const frame = (pool: Pool, eventSource: string, logLevel: string, message: object, at: Date) => ({
  eventTimestamp: String(at.getTime()),
  eventSource,
  logLevel,
  message,
  logSourceId: { userPoolId: pool.id },
})

/** `Wed Jul 17 17:25:55 UTC 2024` */
function unixDate(date: Date): string {
  const [day, number, month, year, time] = date.toUTCString().replace(',', '').split(' ')
  return `${day} ${month} ${number} ${time} UTC ${year}`
}
