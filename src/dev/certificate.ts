import 'reflect-metadata'
import { X509Certificate as Certificate, randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import type { Config } from '../config.ts'

/** The certificate of the https listener, and the file of the authority that browsers must trust. */
export interface DevelopmentCertificate {
  /** Private key and certificates, concatenated. */
  pem: string
  authorityFile: string
}

const day = 86_400_000
// Apple accepts at most 825 days for authorities that a user has added.
const lifetime = 730 * day
const renewal = 30 * day

/**
 * The certificate of a development folder. It is created on first use, and again when it expires or the names have
 * changed. The authority signs only this certificate, then its key is discarded: trusting the authority means trusting
 * these names and nothing that could be signed later.
 */
export async function developmentCertificate(
  dataDir: string,
  names: string[],
  now: Date,
): Promise<DevelopmentCertificate> {
  const folder = join(dataDir, 'tls')
  const file = join(folder, 'server.pem')
  const authorityFile = join(folder, 'ca.pem')
  const stored = await readFile(file, 'utf8').catch(() => undefined)
  if (stored && serves(stored, names, now)) return { pem: stored, authorityFile }

  const made = await makeCertificate(names, now)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await replaceFile(authorityFile, made.authority, 0o644)
  await replaceFile(file, made.pem, 0o600)
  return { pem: made.pem, authorityFile }
}

/**
 * The hosts that a development server answers on: this machine's, the public URL's, and those of the pools' domains.
 */
export function certificateNames(
  { publicUrl, domainSuffix }: Pick<Config, 'publicUrl' | 'domainSuffix'>,
  customDomains: string[] = [],
): string[] {
  const suffix = domainSuffix.replace(/:\d+$/, '')
  const own = new URL(publicUrl).hostname.replace(/^\[|\]$/g, '')
  const names = ['localhost', '127.0.0.1', '::1', own, suffix, suffix && `*.${suffix}`, ...customDomains]
  return [...new Set(names)].filter((name) => name !== '')
}

function serves(pem: string, names: string[], now: Date): boolean {
  try {
    const certificate = new Certificate(pem)
    const fresh = new Date(certificate.validTo).getTime() - now.getTime() > renewal
    return fresh && names.every((name) => covers(certificate, name))
  } catch {
    return false
  }
}

const covers = (certificate: Certificate, name: string): boolean =>
  (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name.replace('*', 'any'))) !== undefined

export async function makeCertificate(names: string[], now: Date): Promise<{ pem: string; authority: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const makeKeys = () => crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const [authorityKeys, keys] = [await makeKeys(), await makeKeys()]
  const validity = { notBefore: new Date(now.getTime() - day), notAfter: new Date(now.getTime() + lifetime) }

  const authority = await X509CertificateGenerator.createSelfSigned({
    ...validity,
    serialNumber: serialNumber(),
    name: [{ CN: [`Poolhouse development on ${hostname()}`.slice(0, 64)] }],
    keys: authorityKeys,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
      await SubjectKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  })
  const certificate = await X509CertificateGenerator.create({
    ...validity,
    serialNumber: serialNumber(),
    subject: [{ CN: ['localhost'] }],
    issuer: authority.subject,
    publicKey: keys.publicKey,
    signingKey: authorityKeys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value })),
      ),
      await AuthorityKeyIdentifierExtension.create(authorityKeys.publicKey),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  const parts = [block('PRIVATE KEY', key), certificate.toString('pem'), authority.toString('pem')]
  return { pem: parts.map((part) => `${part.trim()}\n`).join(''), authority: `${authority.toString('pem').trim()}\n` }
}

const block = (label: string, base64: string): string =>
  `-----BEGIN ${label}-----\n${base64.match(/.{1,64}/g)?.join('\n')}\n-----END ${label}-----`

/** Positive, and 16 bytes long. */
const serialNumber = (): string => `4${randomBytes(16).toString('hex').slice(1)}`

async function replaceFile(file: string, content: string, mode: number): Promise<void> {
  const draft = `${file}.${process.pid}`
  await writeFile(draft, content, { mode })
  await rename(draft, file)
}
