import { generateKeyPairSync, randomBytes, verify } from 'node:crypto'
import { promisify } from 'node:util'
import { inflateRawSync } from 'node:zlib'
import { SignedXml } from 'xml-crypto'
import { type EncryptionAlgorithm, encrypt, type KeyEncryptionAlgorithm } from 'xml-encryption'
import { selfSignedCertificate } from '../../src/lib/self-signed-certificate.ts'

const redirect = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'
const xmldsig = 'http://www.w3.org/2000/09/xmldsig#'
const xmlenc = 'http://www.w3.org/2001/04/xmlenc#'
const xmlenc11 = 'http://www.w3.org/2009/xmlenc11#'
const protocol = 'urn:oasis:names:tc:SAML:2.0:protocol'
const assertionNamespace = 'urn:oasis:names:tc:SAML:2.0:assertion'

export interface Said {
  acs: string
  audience: string
  inResponseTo?: string
  nameId?: string
  attributes?: Record<string, string | string[]>
  issuer?: string
  recipient?: string
  destination?: string
  sessionIndex?: string
  issuedAt?: number
  minutes?: number
  id?: string
  /** Inside the Response, before the assertion. */
  before?: string
}

type Signing = Partial<ConstructorParameters<typeof SignedXml>[0] & object>

/** An identity provider whose messages can be right or wrong in every part. */
export function createSamlIdp(entityId = 'https://idp.example.com/saml') {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const [from, to] = [new Date(Date.now() - 1000), new Date(Date.now() + 1e10)]
  const certificate = selfSignedCertificate(privateKey, { commonName: 'idp', from, to }).toString('base64')
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string

  const sign = (
    xml: string,
    element: string,
    { hash = 'sha256', ...more }: { hash?: 'sha1' | 'sha256' } & Signing = {},
  ): string => {
    const signature = new SignedXml({
      privateKey: key,
      signatureAlgorithm: hash === 'sha1' ? `${xmldsig}rsa-sha1` : 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
      canonicalizationAlgorithm: exclusive,
      ...more,
    })
    const xpath = `//*[local-name(.)='${element}']`
    signature.addReference({
      xpath,
      digestAlgorithm: hash === 'sha1' ? `${xmldsig}sha1` : `${xmlenc}sha256`,
      transforms: [enveloped, exclusive],
    })
    const reference = `${xpath}/*[local-name(.)='Issuer']`
    signature.computeSignature(xml, { location: { reference, action: 'after' } })
    return signature.getSignedXml()
  }

  const assertion = (said: Said): string => {
    const issued = said.issuedAt ?? Date.now()
    const at = new Date(issued).toISOString()
    const end = new Date(issued + (said.minutes ?? 5) * 60_000).toISOString()
    const asked = said.inResponseTo ? ` InResponseTo="${said.inResponseTo}"` : ''
    const attributes = Object.entries(said.attributes ?? {})
      .map(([name, values]) => {
        const list = [values].flat().map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`)
        return `<saml:Attribute Name="${name}">${list.join('')}</saml:Attribute>`
      })
      .join('')
    return `<saml:Assertion xmlns:saml="${assertionNamespace}" ID="${said.id ?? `_${randomBytes(16).toString('hex')}`}" Version="2.0" IssueInstant="${at}"><saml:Issuer>${said.issuer ?? entityId}</saml:Issuer><saml:Subject>${
      said.nameId === ''
        ? ''
        : `<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">${said.nameId ?? 'ann'}</saml:NameID>`
    }<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="${end}" Recipient="${said.recipient ?? said.acs}"${asked}/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="${at}" NotOnOrAfter="${end}"><saml:AudienceRestriction><saml:Audience>${said.audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="${at}" SessionIndex="${said.sessionIndex ?? 'session-1'}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>${
      attributes && `<saml:AttributeStatement>${attributes}</saml:AttributeStatement>`
    }</saml:Assertion>`
  }

  const response = (said: Said, inner: string): string => {
    const asked = said.inResponseTo ? ` InResponseTo="${said.inResponseTo}"` : ''
    return `<samlp:Response xmlns:samlp="${protocol}" ID="_${randomBytes(16).toString('hex')}" Version="2.0" IssueInstant="${new Date().toISOString()}" Destination="${said.destination ?? said.acs}"${asked}><saml:Issuer xmlns:saml="${assertionNamespace}">${entityId}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>${said.before ?? ''}${inner}</samlp:Response>`
  }

  return {
    entityId,
    certificate,
    key,
    sign,
    assertion,
    response,
    metadata: ({ signOn = 'https://idp.example.com/sso', certificates = [certificate] } = {}) =>
      `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}"><md:IDPSSODescriptor protocolSupportEnumeration="${protocol}">${certificates
        .map(
          (one) =>
            `<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${one}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`,
        )
        .join(
          '',
        )}<md:SingleLogoutService Binding="${redirect}" Location="https://idp.example.com/slo"/><md:SingleSignOnService Binding="${redirect}" Location="${signOn}"/></md:IDPSSODescriptor></md:EntityDescriptor>`,
    /** A response as a provider would send it: the assertion signed. */
    answer: (said: Said): string => encode(response(said, sign(assertion(said), 'Assertion'))),
    /** The same, encrypted for a certificate; or whatever else is to be in there. */
    async encrypted(
      said: Said,
      for_: string,
      {
        inner = sign(assertion(said), 'Assertion'),
        cipher = `${xmlenc11}aes256-gcm`,
        wrap = `${xmlenc}rsa-oaep-mgf1p`,
      } = {},
    ): Promise<string> {
      const sealed = await promisify(encrypt)(inner, {
        rsa_pub: createPem(for_),
        pem: createPem(for_),
        encryptionAlgorithm: cipher as EncryptionAlgorithm,
        keyEncryptionAlgorithm: wrap as KeyEncryptionAlgorithm,
        disallowEncryptionWithInsecureAlgorithm: false,
        warnInsecureAlgorithm: false,
      })
      const wrapped = `<saml:EncryptedAssertion xmlns:saml="${assertionNamespace}">${sealed}</saml:EncryptedAssertion>`
      return encode(response(said, wrapped))
    },
    logoutResponse: (inResponseTo: string, destination: string): string =>
      encode(
        sign(
          `<samlp:LogoutResponse xmlns:samlp="${protocol}" ID="_${randomBytes(16).toString('hex')}" Version="2.0" IssueInstant="${new Date().toISOString()}" Destination="${destination}" InResponseTo="${inResponseTo}"><saml:Issuer xmlns:saml="${assertionNamespace}">${entityId}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status></samlp:LogoutResponse>`,
          'LogoutResponse',
        ),
      ),
    logoutRequest: (nameId: string, destination: string, { signed = true, issuedAt = Date.now() } = {}): string => {
      const xml = `<samlp:LogoutRequest xmlns:samlp="${protocol}" ID="_${randomBytes(16).toString('hex')}" Version="2.0" IssueInstant="${new Date(issuedAt).toISOString()}" Destination="${destination}"><saml:Issuer xmlns:saml="${assertionNamespace}">${entityId}</saml:Issuer><saml:NameID xmlns:saml="${assertionNamespace}">${nameId}</saml:NameID></samlp:LogoutRequest>`
      return encode(signed ? sign(xml, 'LogoutRequest') : xml)
    },
  }
}

const createPem = (certificate: string): Buffer => {
  const pem = `-----BEGIN CERTIFICATE-----\n${certificate.match(/.{1,64}/g)!.join('\n')}\n-----END CERTIFICATE-----`
  return Buffer.from(pem)
}

export const encode = (xml: string): string => Buffer.from(xml).toString('base64')
export const decode = (encoded: string): string => Buffer.from(encoded, 'base64').toString()

/** What a redirect carries, and whether the certificate's key has signed it. */
export function readRedirect(url: URL, certificate?: string) {
  const message = inflateRawSync(
    Buffer.from(url.searchParams.get('SAMLRequest') ?? url.searchParams.get('SAMLResponse')!, 'base64'),
  ).toString()
  const signed = ['SAMLRequest', 'SAMLResponse', 'RelayState', 'SigAlg']
    .filter((name) => url.searchParams.has(name))
    .map((name) => `${name}=${encodeURIComponent(url.searchParams.get(name)!)}`)
    .join('&')
  const signature = url.searchParams.get('Signature')
  return {
    message,
    id: / ID="([^"]+)"/.exec(message)![1]!,
    relayState: url.searchParams.get('RelayState')!,
    signed: signature !== null,
    valid:
      signature !== null &&
      certificate !== undefined &&
      verify('sha256', Buffer.from(signed), createPem(certificate), Buffer.from(signature, 'base64')),
  }
}

export type SamlIdp = ReturnType<typeof createSamlIdp>
