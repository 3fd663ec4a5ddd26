import { type Audit, auditCall } from '../administration/audit/audit-call.ts'
import { authorize } from '../administration/authorize.ts'
import type { Found } from '../administration/principals/find-principal.ts'
import { assumedRoleArn, type Principal, roleArn } from '../administration/principals/principal.ts'
import type { SessionSource } from '../administration/principals/session-token.ts'
import { findRole } from '../administration/roles/role-store.ts'
import type { Context } from '../context.ts'
import { AccessDenied } from '../model/errors.ts'
import { readRoleName, readSeconds, readSessionName, refuseUnsupported } from './read-form.ts'
import { type Caller, credentialsXml, issueFor } from './temporary-credentials.ts'
import type { XmlTree } from './xml.ts'

/** As on the service, credentials of a role that were obtained with those of another last an hour at most. */
const maxChainedSeconds = 3600

/**
 * Credentials of another role, for a caller whose policy allows `sts:AssumeRole` on it. They end with the caller's
 * credentials, and when the policy that allowed it changes. @throws AccessDeniedException
 */
export async function assumeRole(ctx: Context, form: URLSearchParams, signer: Found, caller: Caller): Promise<XmlTree> {
  const roleName = readRoleName(ctx.config, form)
  const sessionName = readSessionName(form)
  const { principal } = signer
  const seconds = readSeconds(form, principal.kind === 'session' ? maxChainedSeconds : undefined)
  refuseUnsupported(form)
  const audit = auditOf(ctx, 'AssumeRole', principal, caller)
  return audited(audit, async () => {
    const { region } = ctx.config
    authorize(ctx, signer, {
      action: 'sts:AssumeRole',
      input: { RoleName: roleName },
      region,
      clientAddress: caller.clientAddress,
    })
    // Credentials contain one other role beside their own.
    if (principal.by)
      throw new AccessDenied('Credentials of a role that was assumed by another can assume no third one.')
    // A role that does not exist looks like one that is not allowed.
    if (!(await findRole(ctx.db, roleName)))
      throw new AccessDenied(
        `User: ${principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn(ctx.config, roleName)}`,
      )
    const by =
      principal.roleName === undefined ? undefined : { roleName: principal.roleName, revision: principal.revision! }
    const session = issueFor(ctx, { roleName, sessionName, source: sourceOf(principal), by }, seconds)
    return {
      Credentials: credentialsXml(session),
      AssumedRoleUser: {
        Arn: assumedRoleArn(ctx.config, roleName, sessionName),
        AssumedRoleId: `${roleName}:${sessionName}`,
      },
    }
  })
}

/** Temporary credentials of an access key's own role. They end with the key. */
export async function getSessionToken(
  ctx: Context,
  form: URLSearchParams,
  signer: Found,
  caller: Caller,
): Promise<XmlTree> {
  const { principal } = signer
  const seconds = readSeconds(form)
  refuseUnsupported(form)
  return audited(auditOf(ctx, 'GetSessionToken', principal, caller), async () => {
    if (principal.kind !== 'access-key')
      throw new AccessDenied('Cannot call GetSessionToken with session credentials, or as the root.')
    const sessionName = principal.userId.slice(principal.userId.indexOf(':') + 1)
    const claims = { roleName: principal.roleName!, sessionName, source: sourceOf(principal) }
    return { Credentials: credentialsXml(issueFor(ctx, claims, seconds)) }
  })
}

function sourceOf({ kind, accessKeyId, source }: Principal): SessionSource {
  if (source) return source
  return { kind: kind === 'root' ? 'root' : 'access-key', keyId: accessKeyId }
}

const auditOf = (ctx: Context, name: string, principal: Principal, caller: Caller): Audit =>
  auditCall(ctx, {
    service: 'sts',
    operation: { name, input: '', output: null },
    principal,
    poolId: undefined,
    region: ctx.config.region,
    ...caller,
  })

async function audited(audit: Audit, run: () => Promise<XmlTree>): Promise<XmlTree> {
  try {
    const answer = await run()
    await audit.end(undefined)
    return answer
  } catch (error) {
    await audit.fail(error)
    throw error
  }
}
