import { auditCall } from '../administration/audit/audit-call.ts'
import { findOperatorsRole } from '../administration/operators/operator-store.ts'
import { readWebIdentity } from '../administration/operators/web-identity.ts'
import { assumedRoleArn, roleArn } from '../administration/principals/principal.ts'
import type { SessionSource } from '../administration/principals/session-token.ts'
import { namedIssuer, readOutsideToken } from '../administration/roles/outside-token.ts'
import { findRole } from '../administration/roles/role-store.ts'
import { digestOf, issuerFitting } from '../administration/roles/trusted-issuer.ts'
import type { Context } from '../context.ts'
import { AccessDenied } from '../model/errors.ts'
import { isMultiFactor } from '../pool/tokens/proven.ts'
import { readRoleName, readSeconds, readSessionName, refuseUnsupported } from './read-form.ts'
import { StsError } from './sts-error.ts'
import { type Caller, credentialsXml, issueFor } from './temporary-credentials.ts'
import type { XmlTree } from './xml.ts'

/** The holder of a token, and the principal that it becomes with the role. */
interface Identified {
  source: SessionSource
  subject: string
  audience: string
  issuer: string
  poolId?: string
  /** Undefined if they may not use the role. */
  granted?: { hasMultiFactor?: boolean }
}

/**
 * Temporary credentials of a role for an operator's ID token, or for a token of an issuer that the role trusts. They end
 * with the sign-in, the membership, the trust or the role.
 */
export async function assumeRoleWithWebIdentity(ctx: Context, form: URLSearchParams, caller: Caller): Promise<XmlTree> {
  const roleName = readRoleName(ctx.config, form)
  const sessionName = readSessionName(form)
  const seconds = readSeconds(form)
  refuseUnsupported(form)
  const token = form.get('WebIdentityToken') ?? ''
  const identity = (await identifyOutside(ctx, token, roleName)) ?? (await identifyOperator(ctx, token, roleName))
  if (identity === 'invalid') throw new StsError('InvalidIdentityToken', 'The web identity token is invalid.')
  if (identity === 'expired') throw new StsError('ExpiredTokenException', 'Token expired.')

  const { source, poolId, granted } = identity
  const session = issueFor(ctx, { roleName, sessionName, source }, seconds)
  const arn = assumedRoleArn(ctx.config, roleName, sessionName)
  const audit = auditCall(ctx, {
    service: 'sts',
    operation: { name: 'AssumeRoleWithWebIdentity', input: '', output: null },
    principal: {
      kind: 'session',
      arn,
      accessKeyId: session.accessKeyId,
      userId: `${roleName}:${sessionName}`,
      roleName,
      source,
      ...(source.kind === 'operator' && { operatorSub: source.userId }),
      ...granted,
    },
    poolId,
    region: ctx.config.region,
    ...caller,
  })
  if (!granted) {
    const refused = new StsError('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity', 403)
    await audit.fail(new AccessDenied(refused.message))
    throw refused
  }
  await audit.end(undefined)
  return {
    Credentials: credentialsXml(session),
    SubjectFromWebIdentityToken: identity.subject,
    AssumedRoleUser: { Arn: arn, AssumedRoleId: `${roleName}:${sessionName}` },
    Provider: identity.issuer,
    Audience: identity.audience,
  }
}

async function identifyOperator(
  ctx: Context,
  token: string,
  roleName: string,
): Promise<Identified | 'expired' | 'invalid'> {
  const found = await readWebIdentity(ctx, token)
  if (typeof found === 'string') return found
  const { poolId, userId, originJti, audience, issuer } = found
  const operator = { poolId, userId, originJti, roleName, roleArn: roleArn(ctx.config, roleName) }
  const role = await findOperatorsRole(ctx.db, operator, undefined)
  return {
    source: { kind: 'operator', poolId, userId, originJti },
    subject: userId,
    audience,
    issuer,
    poolId,
    granted: role && { hasMultiFactor: isMultiFactor(role.proven) },
  }
}

/** Undefined if the role does not trust the issuer; keys of other issuers are not fetched. */
async function identifyOutside(
  ctx: Context,
  token: string,
  roleName: string,
): Promise<Identified | 'expired' | 'invalid' | undefined> {
  const issuer = namedIssuer(token)
  const role = issuer === undefined ? undefined : await findRole(ctx.db, roleName)
  const trusted = role?.trusted_issuers ?? []
  if (issuer === undefined || !trusted.some((one) => one.Issuer === issuer)) return undefined
  const claims = await readOutsideToken(ctx, token, issuer)
  if (typeof claims === 'string') return claims
  const subject = claims.sub!
  const fitting = issuerFitting(trusted, claims)
  return {
    source: { kind: 'outside', issuer, subject: subject.slice(0, 256), trust: fitting ? digestOf(fitting) : '' },
    subject,
    audience: [claims.aud].flat().join(' '),
    issuer,
    granted: fitting && {},
  }
}
