import type { Context } from '../../context.ts'
import { InvalidParameter } from '../../model/errors.ts'
import { callProvider } from './provider-call.ts'

/**
 * The endpoints of an OIDC provider by its discovery document, under the names of ProviderDetails. @throws
 * InvalidParameterException where it has none, or the document of another issuer
 */
export async function discover(ctx: Context, issuer: string): Promise<Record<string, string>> {
  const failed = () => new InvalidParameter(`Unable to contact well-known endpoint for issuer ${issuer}`)
  const url = `${issuer}/.well-known/openid-configuration`
  let document: Record<string, unknown>
  try {
    const answer = await callProvider(ctx, url, { method: 'GET', headers: { accept: 'application/json' } })
    if (answer.status !== 200) throw failed()
    document = JSON.parse(answer.body.toString())
  } catch {
    throw failed()
  }
  if (typeof document !== 'object' || document === null || ![issuer, `${issuer}/`].includes(String(document.issuer)))
    throw new InvalidParameter(`The well-known endpoint is not that of the issuer ${issuer}`)
  const found = {
    authorize_url: document.authorization_endpoint,
    token_url: document.token_endpoint,
    attributes_url: document.userinfo_endpoint,
    jwks_uri: document.jwks_uri,
  }
  return Object.fromEntries(
    Object.entries(found).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== ''),
  )
}
