import { isOn } from '../../model/extensions.ts'
import { publicClientId } from '../../pool/clients/client-document.ts'
import { allowedScopes } from '../../pool/clients/client-rules.ts'
import type { AccessTokenClaims } from '../../pool/tokens/claims.ts'
import { exchangeToken } from '../../pool/tokens/exchange-token.ts'
import { requireAccessToken, verifiedClaims } from '../../pool/tokens/require-access-token.ts'
import { selfServiceScope } from '../../pool/tokens/token-family.ts'
import { OAuthError } from '../oauth-error.ts'
import { type Asking, type Grant, tokenType } from './grant.ts'

export const tokenExchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'
const accessTokenUrn = 'urn:ietf:params:oauth:token-type:access_token'

/** Longer chains of actors are a mistake. */
const maxActors = 5

/**
 * RFC 8693, for APIs that call others on a user's behalf. The new token is never worth more than the one exchanged: the
 * same user and session, no further scope, no longer life, and an audience that the client's policy allows.
 */
export const tokenExchange: Grant = async (ctx, asking) => {
  const { pool, client, form, confirmation } = asking
  if (!isOn('TokenExchange', pool, client)) throw new OAuthError('unsupported_grant_type')
  const policy = client.extensions?.Standards?.TokenExchangePolicy
  if (!policy || asking.isPublic) throw new OAuthError('unauthorized_client')
  const { token, audience } = requireForm(asking)
  const subject = await requireSubject(ctx, asking, token)
  if (subject.aud === undefined || !policy.SubjectAudiences.includes(subject.aud))
    throw new OAuthError('invalid_grant', 'the subject_token is for somebody else')
  if (!policy.TargetAudiences.includes(audience)) throw new OAuthError('invalid_target')
  const actor = policy.Impersonation ? subject.act : { sub: publicClientId(client), act: subject.act }
  if (depth(actor) > maxActors) throw new OAuthError('invalid_grant', 'too many have acted')
  const scopes = requireScopes(asking, subject, form.get('scope'))
  const { accessToken, expiresIn } = await exchangeToken(ctx, {
    pool,
    client,
    subject,
    audience,
    scopes,
    actor,
    confirmation,
  })
  return {
    access_token: accessToken,
    issued_token_type: accessTokenUrn,
    expires_in: expiresIn,
    token_type: tokenType(confirmation),
    scope: scopes.join(' '),
  }
}

function requireForm({ form }: Asking): { token: string; audience: string } {
  const token = form.get('subject_token')
  const audience = form.get('resource') ?? form.get('audience')
  if (!token || form.get('subject_token_type') !== accessTokenUrn || form.has('actor_token'))
    throw new OAuthError('invalid_request')
  const wanted = form.get('requested_token_type') ?? accessTokenUrn
  if (wanted !== accessTokenUrn || !audience) throw new OAuthError('invalid_request')
  // A token is for one audience.
  if ((form.get('audience') ?? audience) !== audience) throw new OAuthError('invalid_target')
  return { token, audience }
}

/**
 * A valid token of a user of the pool. One that is bound to a key can't be exchanged: the holder of the key is not the
 * caller.
 */
async function requireSubject(ctx: Parameters<Grant>[0], { pool }: Asking, token: string): Promise<AccessTokenClaims> {
  const { claims } = await verifiedClaims(ctx, token)
  const found = await requireAccessToken(ctx, token, { scope: claims.scope.split(' ')[0] })
  if (found.pool.id !== pool.id) throw new OAuthError('invalid_grant')
  return found.claims
}

function requireScopes({ client }: Asking, subject: AccessTokenClaims, scope: string | undefined): string[] {
  const allowed = allowedScopes(client)
  const possible = subject.scope.split(' ').filter((scope) => allowed.has(scope))
  // The scope that can change the account itself has to be requested by name.
  const wanted = scope?.trim() ? scope.trim().split(/\s+/) : possible.filter((scope) => scope !== selfServiceScope)
  if (wanted.length === 0 || !wanted.every((scope) => possible.includes(scope))) throw new OAuthError('invalid_scope')
  return wanted
}

const depth = (actor: AccessTokenClaims['act']): number => (actor ? 1 + depth(actor.act) : 0)
