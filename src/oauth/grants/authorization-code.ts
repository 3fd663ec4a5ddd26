import { hash } from 'node:crypto'
import type { Context } from '../../context.ts'
import { sameText } from '../../lib/constant-time.ts'
import type { Client } from '../../pool/clients/client.ts'
import { readableAttributes } from '../../pool/clients/client-rules.ts'
import type { Pool } from '../../pool/pools/pool.ts'
import { ssoSessionId } from '../../pool/sessions/session-id.ts'
import type { Group } from '../../pool/tokens/claims.ts'
import { CodeRedeemed, issueTokens } from '../../pool/tokens/issue-tokens.ts'
import { revokeFamily } from '../../pool/tokens/revocation-store.ts'
import type { Redemption } from '../../pool/tokens/token-family-store.ts'
import type { User } from '../../pool/users/user.ts'
import { findRecord } from '../find-record-store.ts'
import { OAuthError } from '../oauth-error.ts'
import type { RecordKey } from '../record.ts'
import { deleteRecord, redemptionOf } from '../record-store.ts'
import { requestedIn } from '../requested.ts'
import { nonceFor, unpackProven } from '../session.ts'
import { type Asking, type Grant, userTokens } from './grant.ts'

/** What the engine wrote when it sent the code to the app. */
interface Code {
  clientId: string
  /** The id of the token family that the code will create. */
  grantId: string
  redirectUri: string
  scope: string
  amr: string[]
  nonce?: string
  /** The resource that the tokens are for. */
  audience?: string
  /** The claims that the app requested by name, as JSON. */
  requested?: string
  /** The key that the app has announced. */
  jkt?: string
  /** The browser's session, by the engine's name. */
  sessionUid?: string
  codeChallenge?: string
}

/** How long a used code is remembered. */
const replayKnown = 3600

/**
 *   unused ──right client, address and verifier──▶ used: tokens
 *                                                   └──again──▶ gone, and the tokens it made are revoked
 */
export const authorizationCode: Grant = async (ctx, { pool, client, form, confirmation }) => {
  if (!client.settings.AllowedOAuthFlowsUserPoolClient || !client.settings.AllowedOAuthFlows?.includes('code'))
    throw new OAuthError('unauthorized_client')
  const id = form.get('code')
  const redirectUri = form.get('redirect_uri')
  if (!id || !redirectUri) throw new OAuthError('invalid_request')
  const key = { poolId: pool.id, model: 'AuthorizationCode', id } as const
  const record = id.length <= 128 ? await findRecord(ctx, key) : undefined
  const code = record?.payload as Code | undefined
  if (!record || code?.clientId !== client.id) throw new OAuthError('invalid_grant')
  if (code.redirectUri !== redirectUri) throw new OAuthError('unauthorized_client', 'invalid_redirect')
  if (!isProven(code, form.get('code_verifier'))) throw new OAuthError('invalid_grant')

  if (code.jkt !== undefined && code.jkt !== confirmation?.jkt) throw new OAuthError('invalid_grant')

  if (record.consumedAt) throw await replayed(ctx, key, code)
  const redeems = redemptionOf(ctx, key, replayKnown)
  const tokens = await issue(ctx, { pool, client, confirmation }, record, code, redeems).catch(async (error) => {
    throw error instanceof CodeRedeemed ? await replayed(ctx, key, code) : error
  })
  return userTokens(tokens, confirmation)
}

/** The first to redeem the code may have stolen it, so the tokens that it brought are revoked. */
async function replayed(ctx: Context, key: RecordKey, { grantId }: Code): Promise<OAuthError> {
  await deleteRecord(ctx, key)
  await revokeFamily(ctx.db, key.poolId, grantId, ctx.clock.now())
  return new OAuthError('invalid_grant')
}

/** S256 only. A verifier without a challenge is refused too: the code was requested by somebody else. */
function isProven({ codeChallenge }: Code, verifier: string | undefined): boolean {
  if (codeChallenge === undefined || verifier === undefined) return codeChallenge === verifier
  if (!/^[A-Za-z0-9._~-]{43,128}$/.test(verifier)) return false
  return sameText(hash('sha256', verifier, 'base64url'), codeChallenge)
}

async function issue(
  ctx: Context,
  { pool, client, confirmation }: Pick<Asking, 'pool' | 'client' | 'confirmation'>,
  { user, groups }: { user?: User; groups: Group[] },
  code: Code,
  redeems: Redemption,
) {
  if (!user?.enabled) throw new OAuthError('invalid_grant')
  requireReadable(pool, client, code.scope.split(' '))
  const proven = unpackProven(code.amr)
  return issueTokens(ctx, {
    pool,
    client,
    user,
    groups,
    proven,
    scope: code.scope,
    nonce: nonceFor(proven, code.nonce),
    resource: code.audience,
    claims: requestedIn(code),
    confirmation,
    originJti: code.grantId,
    redeems,
    originSessionId: code.sessionUid && ssoSessionId(ctx, pool.id, code.sessionUid),
    surface: 'oauth',
    source: 'TokenGeneration_HostedAuth',
  })
}

const attributesOfScope: Record<string, string[]> = {
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
}

/** Scopes don't give access to attributes that the client may not read. */
function requireReadable(pool: Pool, client: Client, scopes: string[]): void {
  const readable = readableAttributes(pool, client)
  const named = scopes.flatMap((scope) => attributesOfScope[scope] ?? [])
  if (!named.every((name) => readable.has(name))) throw new OAuthError('invalid_grant')
}
