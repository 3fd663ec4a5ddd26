import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { Context, Db } from '../../context.ts'
import { selfSignedCertificate } from '../../lib/self-signed-certificate.ts'
import type { IdentityProvider } from './identity-provider.ts'
import { findSamlKey, keepSamlKey, renewSamlCertificate } from './saml-key-store.ts'

export interface SamlKey {
  privateKey: KeyObject
  /** X.509 in base64, as metadata carries it. */
  certificate: string
}

const generate = promisify(generateKeyPair)
const year = 365 * 24 * 3600 * 1000
export const samlKeySeal = (poolId: string, provider: string): string => `saml-key:${poolId}:${provider}`

/** The key for signing the pool's SAML requests: made at its first use, with a certificate renewed each year. */
export const signingKeyOf = (ctx: Context, poolId: string): Promise<SamlKey> => samlKey(ctx, ctx.db, poolId, '')

/**
 * A provider as it is shown: every SAML provider has a certificate, including those created before certificates were.
 */
export async function withCertificate(ctx: Context, provider: IdentityProvider): Promise<IdentityProvider> {
  const { poolId, name, type, details } = provider
  if (type !== 'SAML' || details.ActiveEncryptionCertificate) return provider
  const { certificate } = await encryptionKeyOf(ctx, poolId, name)
  return { ...provider, details: { ...details, ActiveEncryptionCertificate: certificate } }
}

/** The key that a provider encrypts its responses for. */
export const encryptionKeyOf = (ctx: Context, poolId: string, provider: string, db: Db = ctx.db): Promise<SamlKey> =>
  samlKey(ctx, db, poolId, provider)

async function samlKey(ctx: Context, db: Db, poolId: string, provider: string): Promise<SamlKey> {
  const now = ctx.clock.now()
  const stored = (await findSamlKey(db, poolId, provider)) ?? (await makeKey())
  const privateKey = createPrivateKey({
    key: ctx.keyring.open(stored.private_sealed, samlKeySeal(poolId, provider)),
    format: 'der',
    type: 'pkcs8',
  })
  if (now.getTime() - stored.issued_at.getTime() < year) {
    return { privateKey, certificate: stored.certificate.toString('base64') }
  }
  const certificate = certify(privateKey)
  await renewSamlCertificate(db, poolId, provider, { certificate, issued_at: now })
  return { privateKey, certificate: certificate.toString('base64') }

  async function makeKey() {
    const { privateKey } = await generate('rsa', { modulusLength: 2048 })
    const der = privateKey.export({ format: 'der', type: 'pkcs8' })
    return keepSamlKey(db, poolId, provider, {
      certificate: certify(privateKey),
      private_sealed: ctx.keyring.seal(der, samlKeySeal(poolId, provider)),
      issued_at: now,
    })
  }

  function certify(key: KeyObject): Buffer {
    return selfSignedCertificate(key, { commonName: poolId, from: now, to: new Date(now.getTime() + 10 * year) })
  }
}
