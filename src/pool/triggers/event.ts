import type { Context } from '../../context.ts'
import type { Pool } from '../pools/pool.ts'
import { loginNamesOf } from '../users/login-names.ts'
import type { User } from '../users/user.ts'

export interface TriggerEvent {
  version: string
  triggerSource: string
  region: string
  userPoolId: string
  userName: string
  callerContext: { awsSdkVersion: string; clientId: string }
  /** Undefined members are left out by the JSON of the event. */
  request: object
  response: object
}

export type ClientMetadata = Record<string, string>

/** The user of an event, and the client. */
export interface Occasion {
  source: string
  userName: string
  /** Absent where an administrator acts. */
  clientId?: string
  version?: '1' | '2' | '3'
}

/** `request` and `response` in the envelope that every trigger shares. The response is filled in by the function. */
export function triggerEvent(
  ctx: Context,
  pool: Pool,
  { source, userName, clientId, version = '1' }: Occasion,
  request: object,
  response: object,
): TriggerEvent {
  return {
    version,
    triggerSource: source,
    region: ctx.config.region,
    userPoolId: pool.id,
    userName,
    callerContext: {
      awsSdkVersion: 'aws-sdk-unknown-unknown',
      clientId: clientId ?? 'CLIENT_ID_NOT_APPLICABLE',
    },
    request,
    response,
  }
}

/** The `userAttributes` of a user; an address that they can sign in with is there as an alias too. */
export function eventAttributes(
  pool: Pool,
  user: Pick<User, 'id' | 'username' | 'status' | 'attributes'>,
): Record<string, string> {
  const aliases = loginNamesOf(pool, user).flatMap(({ kind }): [string, string][] =>
    kind === 'email' || kind === 'phone_number' ? [[`cognito:${kind}_alias`, user.attributes[kind]!]] : [],
  )
  return { sub: user.id, ...Object.fromEntries(aliases), 'cognito:user_status': user.status, ...user.attributes }
}
