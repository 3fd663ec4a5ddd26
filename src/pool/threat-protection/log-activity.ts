import type { Context, RequestContext } from '../../context.ts'
import { logConfiguration, logRecord } from '../log-delivery/log-records.ts'
import type { Pool } from '../pools/pool.ts'
import type { User } from '../users/user.ts'
import type { AuthEvent } from './auth-event.ts'

const decisions = { NoRisk: 'PASS', AccountTakeover: 'ACCOUNT_TAKEOVER', Block: 'BLOCK' } as const

/** Exports a user's activity, where the pool is set up for it. Every member is text, except the list of challenges. */
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
  ctx.logs.add(pool.id, configuration, logRecord(pool, 'USER_ACTIVITY', 'INFO', message, createdAt), createdAt)
}

/** `Wed Jul 17 17:25:55 UTC 2024` */
function unixDate(date: Date): string {
  const [day, number, month, year, time] = date.toUTCString().replace(',', '').split(' ')
  return `${day} ${month} ${number} ${time} UTC ${year}`
}
