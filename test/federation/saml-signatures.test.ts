import assert from 'node:assert/strict'
import { createPublicKey, X509Certificate } from 'node:crypto'
import { after, before, test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { SignedXml } from 'xml-crypto'
import { createSamlIdp, decode, encode, readRedirect, type Said, type SamlIdp } from './saml-idp.ts'
import { callback, createBrowser, type Scene, startScene } from './scene.ts'

let scene: Scene
let idp: SamlIdp
let clientId: string
let acs: string
let audience: string
let sealFor: string

before(async () => {
  scene = await startScene()
  idp = createSamlIdp()
  acs = `${scene.site}/saml2/idpresponse`
  audience = `urn:amazon:cognito:sp:${scene.poolId}`
  await provider('Corp')
  const { IdentityProvider } = await provider('Sealed', { EncryptedResponses: 'true' })
  sealFor = IdentityProvider!.ProviderDetails!.ActiveEncryptionCertificate!
  clientId = await scene.client(['Corp', 'Sealed'])
})
after(() => scene.close())

const provider = (ProviderName: string, details: Record<string, string> = {}) =>
  scene.cognito.createIdentityProvider({
    UserPoolId: scene.poolId,
    ProviderName,
    ProviderType: 'SAML',
    ProviderDetails: { MetadataFile: idp.metadata(), ...details },
    AttributeMapping: { email: 'mail', name: 'cn' },
  })

/** What the app is told of a response: `signed in`, or why not. */
async function told(make: (said: Said) => string | Promise<string>, name = 'Corp'): Promise<string> {
  const browser = createBrowser()
  const departure = await browser.get(scene.authorizeUrl(clientId, { identity_provider: name }))
  const { id, relayState } = readRedirect(new URL(departure.headers.get('location')!))
  const SAMLResponse = await make({ acs, audience, inResponseTo: id, nameId: 'eve' })
  const parked = await createBrowser().post(acs, { SAMLResponse, RelayState: relayState })
  const end = await browser.follow(new URL(parked.headers.get('location')!, acs).href, (url) =>
    url.href.startsWith(callback),
  )
  return end.searchParams.has('code') ? 'signed in' : end.searchParams.get('error_description')!
}

const because = (reason: string): string => `Invalid SAML response received: ${reason}`
const badSignature = because('SAML Assertion signature is invalid.')

test('signatures with SHA-1 are still accepted, since some providers use them by default', async () => {
  const old = { hash: 'sha1' } as const
  const inner = (said: Said) => idp.sign(idp.assertion(said), 'Assertion', old)
  assert.equal(await told((said) => encode(idp.response(said, inner(said)))), 'signed in')
  assert.equal(await told((said) => idp.encrypted(said, sealFor, { inner: inner(said) }), 'Sealed'), 'signed in')
})

test('a signature is by the key of the metadata, whatever key it brings or makes of it', async () => {
  const stranger = createSamlIdp(idp.entityId)
  const withKey = (said: Said) => {
    const keyInfo = `<KeyInfo><X509Data><X509Certificate>${stranger.certificate}</X509Certificate></X509Data></KeyInfo>`
    return stranger
      .sign(stranger.assertion(said), 'Assertion')
      .replace('</SignatureValue>', `</SignatureValue>${keyInfo}`)
  }
  assert.equal(await told((said) => encode(idp.response(said, withKey(said)))), badSignature)

  // The public key as a secret.
  const certificate = new X509Certificate(Buffer.from(idp.certificate, 'base64'))
  const publicKey = createPublicKey(certificate.publicKey.export({ type: 'spki', format: 'pem' }))
  for (const secret of [certificate.toString(), publicKey.export({ type: 'spki', format: 'pem' }) as string]) {
    const forge = (said: Said) => {
      const signature = new SignedXml({
        privateKey: secret,
        signatureAlgorithm: 'http://www.w3.org/2000/09/xmldsig#hmac-sha1',
        canonicalizationAlgorithm: 'http://www.w3.org/2001/10/xml-exc-c14n#',
      })
      signature.enableHMAC()
      const xpath = "//*[local-name(.)='Assertion']"
      signature.addReference({
        xpath,
        digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
        transforms: [
          'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
          'http://www.w3.org/2001/10/xml-exc-c14n#',
        ],
      })
      signature.computeSignature(idp.assertion(said), {
        location: { reference: `${xpath}/*[local-name(.)='Issuer']`, action: 'after' },
      })
      return encode(idp.response(said, signature.getSignedXml()))
    }
    assert.notEqual(await told(forge), 'signed in')
    assert.equal(await told((said) => encode(decode(forge(said)).replace('hmac-sha1', 'hmac-sha256'))), badSignature)
  }
})

test('a signature that transforms what it is of is refused', async () => {
  const sheet =
    '<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0"><xsl:template match="/"><xsl:value-of select="document(\'file:///etc/passwd\')"/></xsl:template></xsl:stylesheet>'
  const transforms = [
    `<Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116">${sheet}</Transform>`,
    '<Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><XPath>not(self::node())</XPath></Transform>',
    '<Transform Algorithm="http://www.w3.org/2002/06/xmldsig-filter2"/>',
  ]
  const signed = (said: Said) => decode(idp.answer({ ...said, nameId: 'admin' }))
  for (const transform of transforms) {
    const added = await told((said) => encode(signed(said).replace('<Transforms>', `<Transforms>${transform}`)))
    const instead = await told((said) =>
      encode(signed(said).replace(/<Transforms>.*<\/Transforms>/s, `<Transforms>${transform}</Transforms>`)),
    )
    assert.deepEqual([added, instead], [badSignature, badSignature])
  }
  // A reference to nothing, or to everything.
  for (const uri of ['', '#', '#_nothing', 'https://evil.example/', "#x' or '1'='1"])
    assert.notEqual(await told((said) => encode(signed(said).replace(/URI="[^"]*"/, `URI="${uri}"`))), 'signed in')
  await assert.rejects(scene.attributes('Corp_admin'), { name: 'UserNotFoundException' })
})

test('what providers encrypt with is read, with GCM or with CBC', async (t) => {
  // A library has an opinion on some.
  t.mock.method(console, 'warn', () => {})
  const ciphers = [
    'http://www.w3.org/2009/xmlenc11#aes128-gcm',
    'http://www.w3.org/2001/04/xmlenc#aes128-cbc',
    'http://www.w3.org/2001/04/xmlenc#aes256-cbc',
    'http://www.w3.org/2001/04/xmlenc#tripledes-cbc',
  ]
  for (const cipher of ciphers)
    assert.equal(await told((said) => idp.encrypted(said, sealFor, { cipher }), 'Sealed'), 'signed in', cipher)
  // The response signed around it, as others do.
  const around = async (said: Said) =>
    encode(idp.sign(decode(await idp.encrypted(said, sealFor, { inner: idp.assertion(said) })), 'Response'))
  assert.equal(await told(around, 'Sealed'), 'signed in')
})

test('encrypted assertions must be signed as well, and errors reveal nothing of their content', async () => {
  const cbc = { cipher: 'http://www.w3.org/2001/04/xmlenc#aes256-cbc' }
  const stranger = createSamlIdp(idp.entityId)
  const flipped = async (said: Said) => {
    const xml = decode(await idp.encrypted(said, sealFor, cbc))
    const at = xml.lastIndexOf('</e:CipherValue>') - 60
    return encode(`${xml.slice(0, at)}${xml[at] === 'A' ? 'B' : 'A'}${xml.slice(at + 1)}`)
  }
  const wrong: [string, (said: Said) => Promise<string>][] = [
    ['unsigned', (said) => idp.encrypted(said, sealFor, { inner: idp.assertion(said) })],
    ['of a stranger', (said) => stranger.encrypted(said, sealFor)],
    ['for somebody else', (said) => idp.encrypted(said, stranger.certificate)],
    ['changed', flipped],
    ['no XML', (said) => idp.encrypted(said, sealFor, { ...cbc, inner: 'nothing of the kind' })],
    ['no assertion', (said) => idp.encrypted(said, sealFor, { ...cbc, inner: '<a/>' })],
    ['two', (said) => idp.encrypted(said, sealFor, { inner: `<a>${idp.sign(idp.assertion(said), 'Assertion')}</a>` })],
    ['with a document type', (said) => idp.encrypted(said, sealFor, { inner: `<!DOCTYPE a>${idp.assertion(said)}` })],
  ]
  for (const [what, make] of wrong) assert.equal(await told(make, 'Sealed'), badSignature, what)

  const rsa15 = { wrap: 'http://www.w3.org/2001/04/xmlenc#rsa-1_5' }
  assert.equal(
    await told((said) => idp.encrypted(said, sealFor, rsa15), 'Sealed'),
    because('Encryption with RSA 1.5 is not accepted.'),
  )
  assert.equal(
    await told((said) => idp.encrypted(said, sealFor)),
    because('Encryption is not set up for this provider.'),
  )
})

test('names may be indented, and be no more than a username can', async () => {
  const indented = (said: Said) =>
    idp.answer({
      ...said,
      audience: `\n  ${audience}\n`,
      nameId: '\n    carlos\n  ',
      attributes: { mail: '\n carlos@corp.example ' },
    })
  assert.equal(await told(indented), 'signed in')
  assert.equal((await scene.attributes('Corp_carlos')).email, 'carlos@corp.example')

  const names: [string, string][] = [
    ['Ann@Corp.example', 'Ann@Corp.example'],
    ['CORP\\ann', 'CORP\\ann'],
    ['O’Brien_ü', 'O’Brien_ü'],
    ['&lt;script&gt;', '<script>'],
    ["a'or'1'='1", "a'or'1'='1"],
    ['CN=ann,OU=a%20b', 'CN=ann,OU=a%20b'],
  ]
  for (const [nameId, subject] of names) {
    assert.equal(await told((said) => idp.answer({ ...said, nameId })), 'signed in', nameId)
    const [identity] = JSON.parse((await scene.attributes(`Corp_${subject}`)).identities!)
    assert.equal(identity.userId, subject)
  }
  for (const nameId of ['two words', 'tab\there', 'x'.repeat(200), 'line\nbreak'])
    assert.match(await told((said) => idp.answer({ ...said, nameId })), /an id that can not be a username/)
  for (const nameId of [' ', '<!-- ann -->', '<b>ann</b>'])
    assert.equal(await told((said) => idp.answer({ ...said, nameId })), because('NameID is missing.'))
  // An attribute of that name is no NameID.
  const unnamed = { nameId: '', attributes: { nameID: 'admin', NameID: 'admin' } }
  assert.equal(await told((said) => idp.answer({ ...said, ...unnamed })), because('NameID is missing.'))
})

test('characters of four bytes are not accepted in attributes', async () => {
  const smile = { attributes: { cn: 'Ann 😐' } }
  assert.equal(
    await told((said) => idp.answer({ ...said, ...smile })),
    because('An attribute has a character of four bytes.'),
  )
  assert.equal(await told((said) => idp.answer({ ...said, attributes: { cn: 'Ann ☺ ü' } })), 'signed in')
})

test('compressed responses are none, and huge forms are not read', async () => {
  const bomb = deflateRawSync(Buffer.alloc(50_000_000, 'a')).toString('base64')
  assert.ok(bomb.length < 100_000)
  const began = Date.now()
  assert.equal(await told(() => bomb), because('The response is not a document that is allowed.'))
  assert.equal(
    await told((said) => deflateRawSync(decode(idp.answer(said))).toString('base64')),
    because('The response is not a document that is allowed.'),
  )
  assert.ok(Date.now() - began < 3000)
  const logout = `${scene.site}/saml2/logout`
  for (const url of [acs, logout]) {
    const huge = await createBrowser().post(url, { SAMLResponse: 'A'.repeat(3_000_000), RelayState: 'x' })
    assert.equal(huge.status, 400)
    const gzip = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-encoding': 'gzip' },
      body: new Uint8Array(deflateRawSync(Buffer.alloc(1000))),
    })
    assert.ok(gzip.status >= 400 && gzip.status < 500)
    assert.equal((await createBrowser().post(url, { SAMLRequest: bomb, RelayState: 'x' })).status, 400)
  }
})
