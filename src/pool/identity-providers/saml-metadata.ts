import { X509Certificate } from 'node:crypto'
import { InvalidParameter } from '../../model/errors.ts'

/** The metadata of a SAML provider, as far as a sign-in needs it. */
export interface SamlMetadata {
  entityId: string
  /** HTTP-Redirect. */
  signOnUrl: string
  logoutUrl: string | undefined
  /** Any of these keys may sign; in base64. */
  certificates: string[]
}

const namespaces = {
  metadata: 'urn:oasis:names:tc:SAML:2.0:metadata',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
  redirect: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect',
}

const maxCertificateLength = 4096

/** @throws InvalidParameterException for anything but the metadata of an identity provider */
export async function readSamlMetadata(document: string, now: Date): Promise<SamlMetadata> {
  const root = (await parseXml(document)).documentElement
  const isEntity = root?.namespaceURI === namespaces.metadata && root.localName === 'EntityDescriptor'
  const entityId = isEntity ? root.getAttribute('entityID') : null
  const provider = isEntity ? children(root, namespaces.metadata, 'IDPSSODescriptor')[0] : undefined
  if (!entityId || !provider) throw invalid('no EntityDescriptor with an IDPSSODescriptor')

  const signOnUrl = redirectLocation(provider, 'SingleSignOnService')
  if (!signOnUrl) throw invalid('no SingleSignOnService with the HTTP-Redirect binding')
  const certificates = children(provider, namespaces.metadata, 'KeyDescriptor')
    .filter((key) => key.getAttribute('use') !== 'encryption')
    .flatMap((key) => [...Array.from(key.getElementsByTagNameNS(namespaces.signature, 'X509Certificate'))])
    .map((element) => (element.textContent ?? '').replace(/\s+/g, ''))
  if (certificates.length === 0) throw invalid('no signing certificate')
  requireUsable(certificates, now)
  return { entityId, signOnUrl, logoutUrl: redirectLocation(provider, 'SingleLogoutService'), certificates }
}

/** Document types are refused: entities can expand without limit, and read files. */
export async function parseXml(text: string): Promise<Document> {
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) throw invalid('a document type is not allowed')
  const { DOMParser } = await import('@xmldom/xmldom')
  const fail = () => {
    throw invalid('it is not well-formed')
  }
  const errorHandler = { warning: fail, error: fail, fatalError: fail }
  const document = new DOMParser({ locator: {}, errorHandler }).parseFromString(text, 'text/xml')
  return document?.documentElement ? document : fail()
}

function requireUsable(certificates: string[], now: Date): void {
  const ends = certificates.map((certificate) => {
    if (certificate.length > maxCertificateLength) throw invalid('a certificate is too long')
    try {
      return new X509Certificate(Buffer.from(certificate, 'base64')).validToDate
    } catch {
      throw invalid('a certificate can not be read')
    }
  })
  if (ends.every((end) => end < now)) throw invalid('its signing certificate has expired')
}

const redirectLocation = (provider: Element, service: string): string | undefined =>
  children(provider, namespaces.metadata, service)
    .filter((element) => element.getAttribute('Binding') === namespaces.redirect)
    .map((element) => element.getAttribute('Location') ?? '')
    .find((location) => URL.canParse(location) && /^https?:$/.test(new URL(location).protocol))

const children = (parent: Element, namespace: string, name: string): Element[] =>
  Array.from(parent.childNodes as unknown as Element[]).filter(
    (node) => node.namespaceURI === namespace && node.localName === name,
  )

const invalid = (why: string): Error => new InvalidParameter(`The SAML metadata is not valid: ${why}.`)
