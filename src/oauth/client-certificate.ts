import { X509Certificate } from 'node:crypto'
import { calculateJwkThumbprint, type JWK } from 'jose'
import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { sameText } from '../lib/constant-time.ts'
import { isOn } from '../model/extensions.ts'
import type { Client } from '../pool/clients/client.ts'
import type { Pool } from '../pool/pools/pool.ts'
import { certificateOf } from '../pool/tokens/client-certificate.ts'
import { keySetOfClient } from './client-keys.ts'

/** Methods of authentication by TLS certificate (RFC 8705). */
export const certificateMethods = ['tls_client_auth', 'self_signed_tls_client_auth']

export const isByCertificate = ({ extensions }: Client): boolean =>
  certificateMethods.includes(extensions?.Standards?.TokenEndpointAuthMethod ?? '')

/** Whether the connection's certificate is the client's: by a key that it has registered, or by name and issuer. */
export async function isCertificateOf(
  ctx: Context,
  koa: ParameterizedContext,
  { pool, client }: { pool: Pool; client: Client },
): Promise<boolean> {
  const certificate = isOn('MutualTls', pool, client) ? certificateOf(koa) : undefined
  if (!certificate) return false
  const { TokenEndpointAuthMethod: method } = client.extensions?.Standards ?? {}
  return method === 'self_signed_tls_client_auth'
    ? hasKeyOf(ctx, client, certificate)
    : isIssuedTo(client, certificate, ctx.clock.now())
}

/** Only the key of the certificate counts: its issuer and validity are not checked. */
async function hasKeyOf(ctx: Context, client: Client, certificate: X509Certificate): Promise<boolean> {
  const thumbprint = await calculateJwkThumbprint(certificate.publicKey.export({ format: 'jwk' }) as JWK)
  const keys = (await keySetOfClient(ctx, client))?.keys ?? []
  const thumbprints = await Promise.all(keys.map((key) => calculateJwkThumbprint(key).catch(() => '')))
  return thumbprints.some((one) => sameText(one, thumbprint))
}

/** The issuer must be the one in the client's settings: the proxy may accept certificates of any issuer. */
function isIssuedTo(client: Client, certificate: X509Certificate, now: Date): boolean {
  const { TlsClientAuthSubjectDn: subject, TlsClientAuthCa: ca } = client.extensions?.Standards ?? {}
  if (!subject || !ca) return false
  const authority = new X509Certificate(ca)
  const isGood =
    certificate.checkIssued(authority) &&
    certificate.verify(authority.publicKey) &&
    new Date(certificate.validFrom) <= now &&
    now <= new Date(certificate.validTo)
  return isGood && nameParts(certificate.subject, '\n').reverse().join('\n') === nameParts(subject, ',').join('\n')
}

/** RFC 4514 writes the most specific part first, Node the other way round. */
const nameParts = (name: string, separator: string): string[] =>
  name.split(separator === ',' ? /(?<!\\),/ : separator).map((part) => {
    const at = part.indexOf('=')
    return at < 0 ? part.trim() : `${part.slice(0, at).trim().toUpperCase()}=${part.slice(at + 1).trim()}`
  })
