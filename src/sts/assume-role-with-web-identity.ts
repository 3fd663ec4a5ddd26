import { auditCall } from '../administration/audit/audit-call.ts'
import { findOperatorsRole } from '../administration/operators/operator-store.ts'
import { readWebIdentity } from '../administration/operators/web-identity.ts'
import { assumedRoleArn, roleArn } from '../administration/principals/principal.ts'
import { issueSession } from '../administration/principals/session-token.ts'
import type { Context } from '../context.ts'
import { isMultiFactor } from '../pool/tokens/proven.ts'
import { StsError } from './sts-error.ts'
import type { XmlTree } from './xml.ts'

interface Caller {
  clientAddress: string
  userAgent: string | undefined
  requestId: string
}

const minSeconds = 900
const maxSeconds = 12 * 3600

/** Temporary credentials of a role for an operator's ID token. They end with the sign-in, the membership or the role. */
export async function assumeRoleWithWebIdentity(ctx: Context, form: URLSearchParams, caller: Caller): Promise<XmlTree> {
  const { arn, roleName, sessionName, token, seconds } = readInput(ctx, form)
  const identity = await readWebIdentity(ctx, token)
  if (identity === 'invalid') throw new StsError('InvalidIdentityToken', 'The web identity token is invalid.')
  if (identity === 'expired') throw new StsError('ExpiredTokenException', 'Token expired.')
  const role = await findOperatorsRole(ctx.db, { ...identity, roleName, roleArn: arn }, undefined)
  if (!role) throw new StsError('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity', 403)

  const expiresAt = Math.floor(ctx.clock.now().getTime() / 1000) + seconds
  const session = issueSession(ctx, { ...identity, roleName, sessionName, expiresAt })
  const assumedArn = assumedRoleArn(ctx.config, roleName, sessionName)
  const principal = {
    kind: 'session' as const,
    arn: assumedArn,
    accessKeyId: session.accessKeyId,
    userId: `${roleName}:${sessionName}`,
    roleName,
    operatorSub: identity.userId,
    hasMultiFactor: isMultiFactor(role.proven),
  }
  const operation = { name: 'AssumeRoleWithWebIdentity', input: '', output: null }
  const call = { service: 'sts', operation, principal, poolId: identity.poolId, region: ctx.config.region, ...caller }
  await auditCall(ctx, call).end(undefined)
  return {
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      SessionToken: session.sessionToken,
      Expiration: new Date(expiresAt * 1000).toISOString(),
    },
    SubjectFromWebIdentityToken: identity.userId,
    AssumedRoleUser: { Arn: assumedArn, AssumedRoleId: principal.userId },
    Provider: identity.issuer,
    Audience: identity.audience,
  }
}

function readInput({ config }: Context, form: URLSearchParams) {
  const arn = form.get('RoleArn') ?? ''
  const prefix = roleArn(config, '')
  const roleName = arn.startsWith(prefix) ? arn.slice(prefix.length) : ''
  if (!/^[\w+=,.@-]{1,64}$/.test(roleName)) throw invalid('RoleArn', `the ARN of a role, such as ${prefix}help-desk`)
  const sessionName = form.get('RoleSessionName') ?? ''
  if (!/^[\w+=,.@-]{2,64}$/.test(sessionName))
    throw invalid('RoleSessionName', '2 to 64 of letters, digits and +=,.@-_')
  const seconds = Number(form.get('DurationSeconds') ?? '3600')
  if (!Number.isInteger(seconds) || seconds < minSeconds || seconds > maxSeconds)
    throw invalid('DurationSeconds', `${minSeconds} to ${maxSeconds}`)
  if (form.has('Policy') || [...form.keys()].some((name) => name.startsWith('PolicyArns')))
    throw new StsError('ValidationError', 'Session policies are not supported.')
  return { arn, roleName, sessionName, seconds, token: form.get('WebIdentityToken') ?? '' }
}

const invalid = (member: string, wanted: string) => new StsError('ValidationError', `${member} must be ${wanted}.`)
