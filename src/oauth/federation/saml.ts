import type { Profile } from '@node-saml/node-saml'
import type { Context } from '../../context.ts'
import { randomToken } from '../../lib/ids.ts'
import { FederationError } from '../../pool/federation/federation-error.ts'
import type { Claims } from '../../pool/federation/map-attributes.ts'
import { newSamlSessionId, type SamlSession, useAssertion } from '../../pool/federation/saml-session-store.ts'
import type { FederatedProfile } from '../../pool/federation/sign-in-federated.ts'
import type { IdentityProvider } from '../../pool/identity-providers/identity-provider.ts'
import { isTrue } from '../../pool/identity-providers/provider-details.ts'
import { entityId } from './addresses.ts'
import { checkAssertion } from './read-assertion.ts'
import { BadSamlSignature, readSamlError } from './read-saml-error.ts'
import { checkAssertionShape, checkResponseShape, SamlRefused } from './saml-response.ts'
import type { Trip } from './trip.ts'

// With node-saml come parsers and ciphers: loaded with the first sign-in that needs them.
const loadClient = () => import('./saml-client.ts')

/** Where the browser goes, with a request that can be answered once. */
export async function samlDeparture(
  ctx: Context,
  provider: IdentityProvider,
  { state, acs, parameters }: { state: string; acs: string; parameters: Record<string, string> },
): Promise<{ url: URL; trip: Pick<Trip, 'requestId'> }> {
  const { samlClient } = await loadClient()
  const requestId = `_${randomToken(24)}`
  const sign = provider.details.RequestSigningAlgorithm !== undefined
  const forceAuthn = (parameters.prompt ?? '').split(' ').includes('login')
  const { saml } = await samlClient(ctx, provider, { acs, requestId, sign, forceAuthn })
  return { url: new URL(await saml.getAuthorizeUrlAsync(state, undefined, {})), trip: { requestId } }
}

export interface SamlArrival extends FederatedProfile {
  subject: string
  samlSession: SamlSession
  session: string
}

/**
 * The user that a response is about, once it is known to be the provider's, for this service, for this request, and
 * new. @throws FederationError
 */
export async function samlArrival(
  ctx: Context,
  provider: IdentityProvider,
  { response, acs, requestId }: { response: string; acs: string; requestId?: string },
): Promise<SamlArrival> {
  try {
    const encrypted = isTrue(provider.details.EncryptedResponses)
    const sealed = await checkResponseShape(response, { acs, encrypted })
    if (sealed) await checkSealed(ctx, provider, sealed)
    const { profile, metadata } = await validate(ctx, provider, { response, acs, requestId })
    const [audience, now] = [entityId(provider.poolId), ctx.clock.now()]
    const { id, until, subject } = checkAssertion(profile, { metadata, audience, acs, requestId, now })
    if (!(await useAssertion(ctx, provider.poolId, JSON.stringify([metadata.entityId, id]), until)))
      throw new SamlRefused('The assertion has been used before.')
    return arrival(ctx, provider, metadata.entityId, subject, attributesOf(profile))
  } catch (error) {
    if (!(error instanceof SamlRefused)) throw error
    const { message: reason, cause } = error
    ctx.log.warn(
      { provider: provider.name, poolId: provider.poolId, reason, cause: (cause as Error | undefined)?.message },
      'a SAML response was refused',
    )
    throw new FederationError(`Invalid SAML response received: ${error.message}`, 'server_error', { cause: error })
  }
}

/** A caller must not learn whether a forged assertion could be decrypted: many answers would reveal the plaintext. */
async function checkSealed(ctx: Context, provider: IdentityProvider, sealed: string): Promise<void> {
  const { openAssertion } = await loadClient()
  try {
    await checkAssertionShape(await openAssertion(ctx, provider, sealed))
  } catch (cause) {
    throw new BadSamlSignature(cause)
  }
}

async function validate(
  ctx: Context,
  provider: IdentityProvider,
  { response, acs, requestId }: { response: string; acs: string; requestId?: string },
) {
  const { samlClient } = await loadClient()
  const attempt = async (stale: boolean) => {
    const { saml, metadata } = await samlClient(ctx, provider, { acs, requestId, sign: false, stale })
    const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: response })
    if (!profile) throw new SamlRefused('It is no answer to a sign-in.')
    return { profile, metadata }
  }
  try {
    return await attempt(false)
  } catch (error) {
    const refused = readSamlError(error)
    // The provider may have changed its key.
    if (!(refused instanceof BadSamlSignature) || !provider.details.MetadataURL) throw refused
    return attempt(true).catch((again) => {
      throw readSamlError(again)
    })
  }
}

function attributesOf({ attributes = {} }: Profile & { attributes?: Claims }): Claims {
  // As on the service: such characters have to be encoded.
  if (/[\u{10000}-\u{10ffff}]/u.test(JSON.stringify(attributes)))
    throw new SamlRefused('An attribute has a character of four bytes.')
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, trimmed(value) ?? '']))
}

const trimmed = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(trimmed) : typeof value === 'string' ? value.trim() : value

function arrival(
  ctx: Context,
  provider: IdentityProvider,
  issuer: string,
  samlSession: SamlSession,
  claims: Claims,
): SamlArrival {
  const { nameId: subject } = samlSession
  const said = { samlResponse: { ...claims, NameID: subject } }
  return { provider, subject, claims, issuer, said, samlSession, session: newSamlSessionId(ctx) }
}
