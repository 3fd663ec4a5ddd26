import { SAML, type SamlConfig, ValidateInResponseTo } from '@node-saml/node-saml'
import { decryptXml } from '@node-saml/node-saml/lib/xml.js'
import type { Context } from '../../context.ts'
import { currentMetadata } from '../../pool/identity-providers/fetch-metadata.ts'
import type { IdentityProvider } from '../../pool/identity-providers/identity-provider.ts'
import { actualUrl } from '../../pool/identity-providers/provider-call.ts'
import { isTrue } from '../../pool/identity-providers/provider-details.ts'
import { encryptionKeyOf, signingKeyOf } from '../../pool/identity-providers/saml-key.ts'
import type { SamlMetadata } from '../../pool/identity-providers/saml-metadata.ts'
import { entityId } from './addresses.ts'

export interface SamlUse {
  acs: string
  /** The request that is made or answered; without one, unsolicited responses are accepted. */
  requestId?: string
  /** Always for a logout; for a sign-in where the provider is set up so. */
  sign: boolean
  forceAuthn?: boolean
  /** The keys of the last time have failed. */
  stale?: boolean
}

const skew = 60_000

/** The provider as node-saml needs it. The checks that it does not make are in read-assertion. */
export async function samlClient(
  ctx: Context,
  provider: IdentityProvider,
  { acs, requestId, sign, forceAuthn = false, stale = false }: SamlUse,
): Promise<{ saml: SAML; metadata: SamlMetadata }> {
  const { poolId, details } = provider
  const metadata = await currentMetadata(ctx, provider, { stale })
  const known = { value: new Date(Date.now()).toISOString(), createdAt: Date.now() }
  const options: SamlConfig = {
    callbackUrl: acs,
    issuer: entityId(poolId),
    // Checked with the rest.
    audience: false,
    idpIssuer: metadata.entityId,
    idpCert: metadata.certificates,
    entryPoint: actualUrl(ctx, metadata.signOnUrl).href,
    logoutUrl: metadata.logoutUrl && actualUrl(ctx, metadata.logoutUrl).href,
    identifierFormat: null,
    disableRequestedAuthnContext: true,
    forceAuthn,
    // One of the two must be signed, which is checked.
    wantAssertionsSigned: false,
    wantAuthnResponseSigned: false,
    acceptedClockSkewMs: skew,
    validateInResponseTo: requestId ? ValidateInResponseTo.always : ValidateInResponseTo.never,
    ...(requestId && { generateUniqueId: () => requestId }),
    cacheProvider: {
      saveAsync: async () => known,
      getAsync: async (id) => (id === requestId ? known.value : null),
      removeAsync: async (id) => id,
    },
    signatureAlgorithm: 'sha256',
    ...(sign && { privateKey: pem((await signingKeyOf(ctx, poolId)).privateKey) }),
    ...(isTrue(details.EncryptedResponses) && {
      decryptionPvk: pem((await encryptionKeyOf(ctx, poolId, provider.name)).privateKey),
    }),
  }
  return { saml: new SAML(options), metadata }
}

/** The text of an encrypted assertion. @throws where it is not for this provider's key */
export async function openAssertion(ctx: Context, { poolId, name }: IdentityProvider, sealed: string): Promise<string> {
  return decryptXml(sealed, pem((await encryptionKeyOf(ctx, poolId, name)).privateKey))
}

const pem = (key: Awaited<ReturnType<typeof signingKeyOf>>['privateKey']): string =>
  key.export({ type: 'pkcs8', format: 'pem' }) as string
