import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createSamlIdp, decode, encode, readRedirect, type Said, type SamlIdp } from './saml-idp.ts'
import { callback, createBrowser, type Scene, startScene } from './scene.ts'

let scene: Scene
let idp: SamlIdp
let clientId: string
let acs: string
let audience: string

before(async () => {
  scene = await startScene()
  idp = createSamlIdp()
  acs = `${scene.site}/saml2/idpresponse`
  audience = `urn:amazon:cognito:sp:${scene.poolId}`
  for (const ProviderName of ['Corp', 'Other'])
    await scene.cognito.createIdentityProvider({
      UserPoolId: scene.poolId,
      ProviderName,
      ProviderType: 'SAML',
      ProviderDetails: {
        MetadataFile: (ProviderName === 'Corp' ? idp : createSamlIdp('https://other.example')).metadata(),
      },
      AttributeMapping: { email: 'mail' },
    })
  clientId = await scene.client(['Corp', 'Other'])
})
after(() => scene.close())

async function depart(name = 'Corp') {
  const browser = createBrowser()
  const departure = await browser.get(scene.authorizeUrl(clientId, { identity_provider: name }))
  return { browser, ...readRedirect(new URL(departure.headers.get('location')!)) }
}

/** What the app is told of a response that somebody has made up. */
async function told(make: (said: Said) => string, name = 'Corp'): Promise<string> {
  const { browser, id, relayState } = await depart(name)
  const said: Said = { acs, audience, inResponseTo: id, nameId: 'eve', attributes: { mail: 'eve@corp.example' } }
  const parked = await createBrowser().post(acs, { SAMLResponse: make(said), RelayState: relayState })
  assert.equal(parked.status, 303)
  const end = await browser.follow(new URL(parked.headers.get('location')!, acs).href, (url) =>
    url.href.startsWith(callback),
  )
  if (end.searchParams.has('code')) return 'signed in'
  assert.equal(end.searchParams.get('error'), 'server_error')
  return end.searchParams.get('error_description')!
}

test('responses that are unsigned, or signed by another key, are refused', async () => {
  const wrong = 'Invalid SAML response received: SAML Assertion signature is invalid.'
  assert.equal(await told((said) => encode(idp.response(said, idp.assertion(said)))), wrong)
  const stranger = createSamlIdp(idp.entityId)
  assert.equal(await told((said) => stranger.answer(said)), wrong)
  assert.equal(await told((said) => encode(decode(idp.answer(said)).replace('>eve<', '>admin<'))), wrong)
  assert.equal(
    await told((said) => encode(decode(idp.answer(said)).replace('eve@corp.example', 'admin@corp.example'))),
    wrong,
  )
  const bare = /<(ds:)?Signature[ >].*<\/(ds:)?Signature>/s
  assert.equal(await told((said) => encode(decode(idp.answer(said)).replace(bare, ''))), wrong)
})

test('a signed assertion wrapped into a forged response is refused, wherever it is put', async () => {
  const forged = (said: Said) => idp.assertion({ ...said, nameId: 'admin' })
  const real = (said: Said) => idp.sign(idp.assertion(said), 'Assertion')
  const signatureOf = (xml: string) => /<Signature[ >].*<\/Signature>/s.exec(xml)![0]
  const wraps: ((said: Said) => string)[] = [
    // Beside, before and after.
    (said) => idp.response(said, forged(said) + real(said)),
    (said) => idp.response(said, real(said) + forged(said)),
    // Below the forged one, as an extension or in its signature's object.
    (said) => idp.response(said, forged(said).replace('</saml:Assertion>', `${real(said)}</saml:Assertion>`)),
    (said) => idp.response({ ...said, before: `<samlp:Extensions>${real(said)}</samlp:Extensions>` }, forged(said)),
    (said) => {
      const signed = real(said)
      const signature = signatureOf(signed)
      const object = `<Object xmlns="http://www.w3.org/2000/09/xmldsig#">${signed.replace(signature, '')}</Object>`
      const carrier = signature.replace('</Signature>', `${object}</Signature>`)
      return idp.response(said, forged(said).replace('</saml:Issuer>', `</saml:Issuer>${carrier}`))
    },
    // With the id of the signed one.
    (said) => {
      const signed = real({ ...said, id: '_same' })
      return idp.response(
        said,
        idp
          .assertion({ ...said, id: '_same', nameId: 'admin' })
          .replace('</saml:Subject>', `</saml:Subject>${signatureOf(signed)}`),
      )
    },
    // In a response within a response.
    (said) => idp.response(said, idp.response(said, real(said)) + forged(said)),
  ]
  for (const [index, wrap] of wraps.entries())
    assert.match(await told((said) => encode(wrap(said))), /^Invalid SAML response received/, `wrap ${index}`)
  await assert.rejects(scene.attributes('Corp_admin'), { name: 'UserNotFoundException' })
})

test('a comment in a name does not cut it', async () => {
  const answer = await told((said) =>
    encode(decode(idp.answer({ ...said, nameId: 'admin.evil.example' })).replace('admin.evil', 'admin<!-- -->.evil')),
  )
  // The signature is of the text without the comment, and that is the name.
  if (answer === 'signed in') assert.ok((await scene.attributes('Corp_admin.evil.example')).sub)
  await assert.rejects(scene.attributes('Corp_admin'), { name: 'UserNotFoundException' })
  const own = await told((said) => idp.answer({ ...said, nameId: 'root<!---->.evil.example' }))
  if (own === 'signed in') assert.ok((await scene.attributes('Corp_root.evil.example')).sub)
  await assert.rejects(scene.attributes('Corp_root'), { name: 'UserNotFoundException' })
})

test('responses for others, of others, or for other requests are refused', async () => {
  const cases: [Partial<Said>, RegExp][] = [
    [{ audience: 'urn:amazon:cognito:sp:us-east-1_another' }, /Audience/],
    [{ recipient: 'https://evil.example/acs' }, /Recipient/],
    [{ destination: 'https://evil.example/acs' }, /Destination/],
    [{ inResponseTo: '_another' }, /InResponseTo/],
    [{ inResponseTo: undefined }, /InResponseTo/],
    [{ issuer: 'https://evil.example' }, /issuer/],
    [{ nameId: '' }, /NameID/],
    [{ issuedAt: Date.now() - 20 * 60_000 }, /not valid at this time/],
    [{ issuedAt: Date.now() + 20 * 60_000 }, /not valid at this time/],
  ]
  for (const [changes, reason] of cases)
    assert.match(await told((said) => idp.answer({ ...said, ...changes })), reason, JSON.stringify(changes))
  assert.match(await told((said) => idp.answer(said), 'Other'), /signature is invalid/)
})

test('an assertion is used once', async () => {
  const assertionOf = new Map<string, string>()
  const first = await told((said) => {
    assertionOf.set('one', idp.sign(idp.assertion({ ...said, id: '_once' }), 'Assertion'))
    return encode(idp.response(said, assertionOf.get('one')!))
  })
  assert.equal(first, 'signed in')
  assert.match(await told((said) => idp.answer({ ...said, id: '_once' })), /used before/)
})

test('document types, oversized and malformed documents are refused at once', async () => {
  const bomb = `<!DOCTYPE r [<!ENTITY a "${'a'.repeat(100)}">${Array.from({ length: 9 }, (_, i) => `<!ENTITY b${i} "${`&${i ? `b${i - 1}` : 'a'};`.repeat(10)}">`).join('')}]>`
  const external = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
  const began = Date.now()
  for (const head of [bomb, external]) {
    const reason = await told((said) => encode(head + decode(idp.answer(said)).replace('>eve<', '>&x;<')))
    assert.match(reason, /not a document that is allowed/)
  }
  assert.match(await told((said) => idp.answer({ ...said, attributes: { mail: 'x'.repeat(120_000) } })), /too long/)
  assert.match(await told(() => 'not base64 at all!'), /base64/)
  assert.match(await told(() => encode('<a><b></a>')), /not a document/)
  assert.match(await told(() => encode('<a/>')), /no SAML response/)
  assert.match(await told((said) => encode(idp.response(said, ''))), /one assertion/)
  assert.ok(Date.now() - began < 5000)
})

test('an answer is for the browser that asked, and RelayState is no way to anywhere else', async () => {
  const { id, relayState } = await depart()
  const SAMLResponse = idp.answer({ acs, audience, inResponseTo: id })
  const parked = await createBrowser().post(acs, { SAMLResponse, RelayState: relayState })
  const foreign = await createBrowser().get(new URL(parked.headers.get('location')!, acs).href)
  assert.equal(foreign.status, 400)
  for (const RelayState of ['https://evil.example/', '//evil.example', 'javascript:alert(1)', '']) {
    const response = await createBrowser().post(acs, { SAMLResponse, RelayState })
    assert.equal(response.status, 400)
    assert.equal(response.headers.get('location'), null)
  }
  const got = await createBrowser().get(
    `${acs}?SAMLResponse=${encodeURIComponent(SAMLResponse)}&RelayState=${relayState}`,
  )
  assert.equal(got.status, 400)
})

test('a refusal by the provider is reported to the app', async () => {
  const reason = await told((said) => encode(idp.response(said, '').replace('status:Success', 'status:AuthnFailed')))
  assert.match(reason, /SAML provider returned AuthnFailed/)
})
