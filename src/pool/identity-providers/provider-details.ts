import { createPrivateKey } from 'node:crypto'
import type { Context } from '../../context.ts'
import { constraintError } from '../../model/constraints.ts'
import { InvalidParameter } from '../../model/errors.ts'
import { discover } from './discover.ts'
import { fetchMetadata } from './fetch-metadata.ts'
import type { IdentityProvider } from './identity-provider.ts'
import { isProviderUrl } from './provider-call.ts'
import { readSamlMetadata } from './saml-metadata.ts'
import { socialProviders } from './social-providers.ts'

type Details = Record<string, string>

/** Details as they are stored and shown: with defaults, and with values from the provider's metadata. */
export interface CheckedDetails {
  details: Details
  metadata: IdentityProvider['metadata']
}

const maxMembers = 50

/** @throws InvalidParameterException for details that the type can't be set up with */
export async function checkDetails(ctx: Context, type: string, input: Details): Promise<CheckedDetails> {
  if (Object.keys(input).length > maxMembers) throw new InvalidParameter('There are too many provider details.')
  if (type === 'SAML') return checkSaml(ctx, input)
  if (type === 'OIDC') return { details: await checkOidc(ctx, input), metadata: undefined }
  return { details: checkSocial(ctx, type, input), metadata: undefined }
}

function checkSocial(ctx: Context, type: string, input: Details): Details {
  const { required, defaults } = socialProviders[type]!
  const isApple = type === 'SignInWithApple'
  requireMembers(
    input,
    required,
    isApple ? 'clientId, privateKey, teamId, and keyId' : 'clientId, clientSecret and authorizeScopes',
  )
  if (isApple) requireAppleKey(input.private_key!)
  if (input.api_version !== undefined && !/^v\d{1,3}\.\d{1,3}$/.test(input.api_version))
    throw new InvalidParameter('The api_version is not a version of the Facebook API.')
  // Values read from metadata may be written back, but the caller may not change the provider's addresses.
  const details = { ...input, ...defaults(input) }
  requireUrls(ctx, details)
  return details
}

const discovered = ['authorize_url', 'token_url', 'attributes_url', 'jwks_uri']

async function checkOidc(ctx: Context, input: Details): Promise<Details> {
  requireMembers(
    input,
    ['client_id', 'authorize_scopes', 'oidc_issuer', 'attributes_request_method'],
    'clientId, authorizeScopes, oidcIssuer and attributesRequestMethod',
  )
  const method = input.attributes_request_method!
  if (!['GET', 'POST'].includes(method)) {
    const text = 'Member must satisfy enum value set: [POST, GET]'
    throw constraintError([{ path: 'attributesRequestMethod', reason: 'not-in-enum', value: method, text }])
  }
  if (!input.authorize_scopes!.split(/[\s,]+/).includes('openid'))
    throw new InvalidParameter('The authorize_scopes of an OIDC provider must contain openid.')
  if (input.oidc_issuer!.endsWith('/')) throw new InvalidParameter('The oidc_issuer must not end with a slash.')
  requireUrls(ctx, input)

  const complete = discovered.every((member) => input[member])
  const found = complete ? {} : await discover(ctx, input.oidc_issuer!)
  const details = { attributes_url_add_attributes: 'false', ...found, ...input }
  if (
    !discovered
      .filter((member) => member !== 'attributes_url')
      .every((member) => details[member as keyof typeof details])
  )
    throw new InvalidParameter(
      'The authorize_url, token_url and jwks_uri are required where the issuer does not tell them.',
    )
  requireUrls(ctx, details)
  return details
}

async function checkSaml(ctx: Context, input: Details): Promise<CheckedDetails> {
  const { MetadataURL: url, MetadataFile: file } = input
  requireOneSource(url, file)
  if (url) requireUrls(ctx, { MetadataURL: url })
  if ((input.RequestSigningAlgorithm ?? 'rsa-sha256') !== 'rsa-sha256')
    throw new InvalidParameter('The RequestSigningAlgorithm must be rsa-sha256.')
  for (const member of ['IDPSignout', 'IDPInit', 'EncryptedResponses']) {
    const value = input[member]
    if (value !== undefined && !/^(true|false)$/i.test(value))
      throw new InvalidParameter(`The value of ${member} must be true or false.`)
  }

  const now = ctx.clock.now()
  const document = file ?? (await fetchMetadata(ctx, url!))
  const { signOnUrl, logoutUrl } = await readSamlMetadata(document, now)
  if (isTrue(input.IDPSignout) && !logoutUrl)
    throw new InvalidParameter('IDPSignout needs a SingleLogoutService with the HTTP-Redirect binding in the metadata.')
  const { ActiveEncryptionCertificate: _, SLORedirectBindingURI: __, ...own } = input
  const details = {
    ...own,
    ...(url ? { MetadataURL: url } : { MetadataFile: file! }),
    SSORedirectBindingURI: signOnUrl,
    ...(logoutUrl && { SLORedirectBindingURI: logoutUrl }),
  }
  return { details, metadata: { document, fetchedAt: now } }
}

function requireOneSource(url: string | undefined, file: string | undefined): void {
  if (!url && !file) throw new InvalidParameter('At least one of the MetadataURL or MetadataFile should be provided.')
  if (url && file) throw new InvalidParameter('Only one of the MetadataURL or MetadataFile should be provided.')
}

/** A SAML provider that may start sign-ins itself. */
export const beginsSignIns = ({ type, details }: Pick<IdentityProvider, 'type' | 'details'>): boolean =>
  type === 'SAML' && isTrue(details.IDPInit)

export const isTrue = (value: string | undefined): boolean => value?.toLowerCase() === 'true'

/** The text names the members as the service does. */
function requireMembers(input: Details, required: string[], names: string): void {
  if (required.every((member) => input[member]?.trim())) return
  throw new InvalidParameter(`${names} are all required idp details.`)
}

const addresses = ['oidc_issuer', 'authorize_url', 'token_url', 'attributes_url', 'jwks_uri', 'MetadataURL']

function requireUrls(ctx: Context, details: Details): void {
  const wrong = addresses.find((member) => details[member] && !isProviderUrl(ctx, details[member]))
  if (!wrong) return
  if (wrong !== 'MetadataURL' && /^http:/i.test(details[wrong]!))
    throw new InvalidParameter('OIDC endpoint must start with https://')
  throw new InvalidParameter(`The ${wrong} is not an address that a provider can be at.`)
}

function requireAppleKey(pem: string): void {
  try {
    if (applePrivateKey(pem).asymmetricKeyType === 'ec') return
  } catch {
    // Refused below.
  }
  throw new InvalidParameter('The private_key is not an ES256 key of Apple.')
}

/** With or without the PEM lines around it: configurations have both. */
export function applePrivateKey(pem: string) {
  const der = Buffer.from(pem.replace(/-----[A-Z ]+-----/g, '').replace(/\s+/g, ''), 'base64')
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
}
