import { findOperatorsPool } from '../../administration/operators/operator-store.ts'
import { roleArn } from '../../administration/principals/principal.ts'
import { namedIssuer } from '../../administration/roles/outside-token.ts'
import { findRole, listRoles } from '../../administration/roles/role-store.ts'
import type { Config } from '../../config.ts'
import type { Context } from '../../context.ts'
import { nearestName } from '../../lib/nearest-name.ts'
import { findPool } from '../../pool/pools/pool.ts'
import { poolOfIssuer } from '../../pool/tokens/issuer.ts'
import { globalRegion, stsActions } from '../../sts/sts.ts'
import { listed, quoted, type Refused } from './hint.ts'
import { signatureHint } from './signature-hint.ts'
import { claimsIn } from './token-hint.ts'

type Hint = (ctx: Context, form: URLSearchParams) => string | undefined | Promise<string | undefined>

const shownRoles = 5

const byCode: Record<string, Hint> = {
  InvalidAction: (_ctx, form) => actionHint(form.get('Action') ?? ''),
  InvalidIdentityToken: tokenHint,
  ExpiredTokenException: ({ clock }, form) => {
    const { exp } = claimsIn(form.get('WebIdentityToken')) ?? {}
    if (typeof exp !== 'number') return undefined
    return `The token has expired at ${new Date(exp * 1000).toISOString()}; it is ${clock.now().toISOString()} now.`
  },
}

const byAction: Record<string, Hint> = {
  AssumeRole: async (ctx, form) =>
    (await missingRole(ctx, form)) ??
    `The policy of the caller has to allow sts:AssumeRole on ${arnIn(form)}. Credentials of a role that was assumed by another can assume no third one.`,
  GetSessionToken: () =>
    'It is for access keys of roles (`poolhouse key create`): neither for the root’s key pair nor for temporary credentials.',
  AssumeRoleWithWebIdentity: trustHint,
}

/** A hint for a refused call of STS. */
export async function stsHint(ctx: Context, { facts, headers }: Refused): Promise<string | undefined> {
  const { form, code, message, reason } = facts.sts!
  const { authorization = '' } = headers
  const signature =
    reason && signatureHint(signedFor(ctx.config, authorization), { reason, authorization, service: 'sts' })
  if (signature || !form) return signature
  if (code === 'ValidationError') return accountHint(ctx, form) ?? message
  if (code === 'AccessDenied') return byAction[form.get('Action') ?? '']?.(ctx, form)
  return byCode[code]?.(ctx, form)
}

/** A call to the global endpoint is for its region on every server. */
const signedFor = ({ credentials, region }: Config, authorization: string) => ({
  credentials,
  region: authorization.includes(`/${globalRegion}/sts/`) ? globalRegion : region,
})

function actionHint(action: string): string {
  if (action === '')
    return 'A form without an Action is no call of STS; one of the JSON API has the Content-Type application/x-amz-json-1.1.'
  const nearest = nearestName(action, stsActions)
  return `There is no STS operation ${quoted(action)}${nearest ? `; did you mean ${nearest}?` : '.'} ${listed(stsActions, '')}`
}

const arnIn = (form: URLSearchParams) => quoted(form.get('RoleArn'))
const roleNameIn = (form: URLSearchParams) => form.get('RoleArn')?.split(':role/', 2)[1] ?? ''

function accountHint({ config }: Context, form: URLSearchParams): string | undefined {
  const [, , , , account, resource = ''] = form.get('RoleArn')?.split(':', 6) ?? []
  if (!account || account === config.accountId || !resource.startsWith('role/')) return undefined
  return `The role is one of account ${quoted(account)}; this server is ${config.accountId}. POOLHOUSE_ACCOUNT_ID changes the server's.`
}

async function missingRole(ctx: Context, form: URLSearchParams): Promise<string | undefined> {
  const name = roleNameIn(form)
  if (await findRole(ctx.db, name)) return undefined
  const roles = await listRoles(ctx.db, undefined, shownRoles)
  return `There is no role ${quoted(name)}. ${listed(
    roles.map((role) => role.name),
    'There are no roles: `poolhouse role put` makes one.',
  )}`
}

/** Why a web identity token proves nobody. */
async function tokenHint(ctx: Context, form: URLSearchParams): Promise<string> {
  const claims = claimsIn(form.get('WebIdentityToken'))
  if (!claims) return 'That is no JWT: the IdToken of an authentication result is wanted.'
  const issuer = quoted(claims.iss)
  const role = await findRole(ctx.db, roleNameIn(form))
  if (role?.trusted_issuers.some((one) => one.Issuer === claims.iss))
    return `Role ${role.name} trusts ${issuer}, but the token is not signed by a key that the issuer publishes, or has no exp, sub or aud.`
  const marked = await findOperatorsPool(ctx.db)
  const pool = marked === undefined ? undefined : await findPool(ctx, marked)
  if (!pool)
    return 'No pool is marked as the operators’: `poolhouse init` makes one, `poolhouse operator pool ID` marks one.'
  if (typeof claims.iss !== 'string' || poolOfIssuer(ctx, claims.iss) !== pool.id)
    return `The token is of ${issuer}, which is neither the operators’ pool ${pool.id} (${pool.name}) nor an issuer that the role trusts.`
  if (claims.token_use !== 'id') return `An ID token is wanted; this is one with token_use ${quoted(claims.token_use)}.`
  return 'The token’s sign-in has ended, or its user is gone or disabled: sign in again.'
}

/** Why who holds a good token may not use the role. */
async function trustHint(ctx: Context, form: URLSearchParams): Promise<string> {
  const issuer = namedIssuer(form.get('WebIdentityToken') ?? '')
  const name = roleNameIn(form)
  const role = await findRole(ctx.db, name)
  const trusted = role?.trusted_issuers.filter((one) => one.Issuer === issuer) ?? []
  if (trusted.length > 0)
    return `Role ${name} trusts the issuer only for ${trusted.map(({ Audiences, Claims }) => JSON.stringify({ Audiences, Claims })).join(' or ')}; the token has other claims.`
  return (
    (await missingRole(ctx, form)) ??
    `The user is in no group with the RoleArn ${roleArn(ctx.config, name)}: CreateGroup or UpdateGroup sets it, AdminAddUserToGroup adds the user.`
  )
}
