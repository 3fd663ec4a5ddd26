import { type IssuedSession, issueSession, type SessionClaims } from '../administration/principals/session-token.ts'
import type { Context } from '../context.ts'
import type { XmlTree } from './xml.ts'

/** The caller, in the audit's terms. */
export interface Caller {
  clientAddress: string
  userAgent: string | undefined
  requestId: string
}

export function issueFor(
  ctx: Context,
  claims: Pick<SessionClaims, 'roleName' | 'sessionName' | 'source' | 'by'>,
  seconds: number,
): IssuedSession {
  const expiresAt = Math.floor(ctx.clock.now().getTime() / 1000) + seconds
  return issueSession(ctx, { ...claims, expiresAt })
}

export const credentialsXml = (session: IssuedSession): XmlTree => ({
  AccessKeyId: session.accessKeyId,
  SecretAccessKey: session.secretAccessKey,
  SessionToken: session.sessionToken,
  Expiration: new Date(session.expiresAt * 1000).toISOString(),
})
