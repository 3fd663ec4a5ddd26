import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { createSamlIdp, decode, encode, readRedirect, type Said, type SamlIdp } from './saml-idp.ts'
import { type Browser, callback, createBrowser, type Scene, startScene } from './scene.ts'

let scene: Scene
let idp: SamlIdp
let clientId: string
let acs: string
let audience: string
let metadataServer: Server
let metadata: string

before(async () => {
  scene = await startScene({ Schema: [{ Name: 'groups', AttributeDataType: 'String' }] })
  idp = createSamlIdp()
  acs = `${scene.site}/saml2/idpresponse`
  audience = `urn:amazon:cognito:sp:${scene.poolId}`
  metadata = idp.metadata()
  metadataServer = createServer((_, response) => response.end(metadata))
  await new Promise<void>((resolve) => metadataServer.listen(0, '127.0.0.1', resolve))
  await provider('Corp', { RequestSigningAlgorithm: 'rsa-sha256', IDPSignout: 'true' })
  clientId = await scene.client(['COGNITO', 'Corp'])
})
after(async () => {
  metadataServer.close()
  await scene.close()
})

const provider = (ProviderName: string, details: Record<string, string> = {}) =>
  scene.cognito.createIdentityProvider({
    UserPoolId: scene.poolId,
    ProviderName,
    ProviderType: 'SAML',
    ProviderDetails: { ...(!details.MetadataURL && { MetadataFile: idp.metadata() }), ...details },
    AttributeMapping: { email: 'mail', name: 'cn', 'custom:groups': 'groups' },
  })

/** To the provider and back with what it says; answers where the app is told. */
async function visit(
  browser: Browser,
  name: string,
  answer: (said: Said, requestId: string) => string | Promise<string>,
  client = clientId,
): Promise<URLSearchParams> {
  const departure = await browser.get(scene.authorizeUrl(client, { identity_provider: name }))
  const { id, relayState } = readRedirect(new URL(departure.headers.get('location')!))
  const said = { acs, audience, inResponseTo: id, attributes: { mail: 'ann@corp.example', cn: 'Ann' } }
  const SAMLResponse = await answer(said, id)
  const parked = await createBrowser().post(acs, { SAMLResponse, RelayState: relayState })
  assert.equal(parked.status, 303, await parked.text())
  const pickUp = new URL(parked.headers.get('location')!, acs).href
  const end = await browser.follow(pickUp, (url) => url.href.startsWith(callback))
  return end.searchParams
}

const usual = (said: Said) => idp.answer(said)

test('a request is signed with the pool’s key, and names what it wants', async () => {
  const departure = await createBrowser().get(
    scene.authorizeUrl(clientId, { identity_provider: 'Corp', prompt: 'login' }),
  )
  const location = new URL(departure.headers.get('location')!)
  assert.equal(location.origin + location.pathname, 'https://idp.example.com/sso')
  const { Certificate } = await scene.cognito.getSigningCertificate({ UserPoolId: scene.poolId })
  const { message, valid } = readRedirect(location, Certificate)
  assert.ok(valid)
  assert.match(message, new RegExp(`AssertionConsumerServiceURL="${acs}"`))
  assert.match(message, new RegExp(`>${audience}<`))
  assert.match(message, /ForceAuthn="true"/)
  await provider('Plain')
  const plain = await scene.client(['Plain'])
  const unsigned = await createBrowser().get(scene.authorizeUrl(plain))
  assert.equal(readRedirect(new URL(unsigned.headers.get('location')!)).signed, false)
})

test('a response makes a profile, and the next one brings it up to date', async () => {
  const first = await visit(createBrowser(), 'Corp', (said) =>
    idp.answer({ ...said, attributes: { mail: 'ann@corp.example', cn: 'Ann', groups: ['a', 'b c'] } }),
  )
  assert.ok(first.get('code'), String(first))
  const before = await scene.attributes('Corp_ann')
  assert.deepEqual(
    [before.email, before.email_verified, before.name, before['custom:groups']],
    ['ann@corp.example', 'false', 'Ann', '[a,b+c]'],
  )
  const [identity] = JSON.parse(before.identities!)
  assert.deepEqual(
    [identity.issuer, identity.providerType, identity.userId, identity.primary],
    [idp.entityId, 'SAML', 'ann', true],
  )
  await visit(createBrowser(), 'Corp', (said) => idp.answer({ ...said, attributes: { cn: 'Ann B', groups: '' } }))
  const later = await scene.attributes('Corp_ann')
  assert.deepEqual(
    [later.sub, later.email, later.name, later['custom:groups']],
    [before.sub, 'ann@corp.example', 'Ann B', undefined],
  )
})

test('the signature may be of the response instead of the assertion', async () => {
  const answer = await visit(createBrowser(), 'Corp', (said) =>
    Buffer.from(idp.sign(idp.response(said, idp.assertion(said)), 'Response')).toString('base64'),
  )
  assert.ok(answer.get('code'), String(answer))
})

test('a linked user signs in, by the subject or by a mapped attribute', async () => {
  const UserPoolId = scene.poolId
  await scene.cognito.adminCreateUser({ UserPoolId, Username: 'local', MessageAction: 'SUPPRESS' })
  const link = (attribute: string, value: string) =>
    scene.cognito.adminLinkProviderForUser({
      UserPoolId,
      DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: 'local' },
      SourceUser: { ProviderName: 'Corp', ProviderAttributeName: attribute, ProviderAttributeValue: value },
    })
  await link('Cognito_Subject', 'bob')
  await link('email', 'bob2@corp.example')
  for (const said of [{ nameId: 'bob' }, { nameId: 'bob-2', attributes: { mail: 'bob2@corp.example' } }]) {
    const answer = await visit(createBrowser(), 'Corp', (usualSaid) => idp.answer({ ...usualSaid, ...said } as Said))
    assert.ok(answer.get('code'))
  }
  const identities = JSON.parse((await scene.attributes('local')).identities!)
  assert.deepEqual(
    identities.map(({ userId, primary }: { userId: string; primary: boolean }) => [userId, primary]),
    [
      ['bob', false],
      ['bob-2', false],
    ],
  )
  await assert.rejects(scene.attributes('Corp_bob'), { name: 'UserNotFoundException' })
  // Unlinked, they become a user of their own.
  await scene.cognito.adminDisableProviderForUser({
    UserPoolId,
    User: { ProviderName: 'Corp', ProviderAttributeName: 'Cognito_Subject', ProviderAttributeValue: 'bob-2' },
  })
  await visit(createBrowser(), 'Corp', (said) => idp.answer({ ...said, nameId: 'bob-2' }))
  assert.ok((await scene.attributes('Corp_bob-2')).sub)
  // Who has a profile can't be linked any more.
  await assert.rejects(link('Cognito_Subject', 'bob-2'), /Merging is not currently supported/)
})

test('encrypted responses are read, and others refused where they must be encrypted', async () => {
  const { IdentityProvider } = await provider('Sealed', { EncryptedResponses: 'true' })
  const client = await scene.client(['Sealed'])
  const certificate = IdentityProvider!.ProviderDetails!.ActiveEncryptionCertificate!
  const sealed = await visit(createBrowser(), 'Sealed', (said) => idp.encrypted(said, certificate), client)
  assert.ok(sealed.get('code'), String(sealed))
  const open = await visit(createBrowser(), 'Sealed', usual, client)
  assert.equal(open.get('error'), 'server_error')
  assert.match(open.get('error_description')!, /must be encrypted/)
})

test('a sign-in may begin at the provider, where the provider and the client allow it', async () => {
  await provider('Portal')
  const mixed = await scene.client(['COGNITO', 'Portal'])
  await scene.cognito.updateIdentityProvider({
    UserPoolId: scene.poolId,
    ProviderName: 'Portal',
    ProviderDetails: { MetadataFile: idp.metadata(), IDPInit: 'true' },
  })
  const client = await scene.client(['Portal'])
  const relay = (id: string, more: Record<string, string> = {}) =>
    new URLSearchParams({
      identity_provider: 'Portal',
      client_id: id,
      redirect_uri: callback,
      response_type: 'code',
      scope: 'openid',
      ...more,
    }).toString()
  const said = { acs, audience, nameId: 'pat' }
  const post = (RelayState: string, changes: Partial<Said> = {}) =>
    createBrowser().post(acs, { SAMLResponse: idp.answer({ ...said, ...changes }), RelayState })

  const browser = createBrowser()
  const SAMLResponse = idp.answer(said)
  const begun = await createBrowser().post(acs, { SAMLResponse, RelayState: relay(client) })
  assert.equal(begun.status, 303, await begun.text())
  const end = await browser.follow(new URL(begun.headers.get('location')!, acs).href, (url) =>
    url.href.startsWith(callback),
  )
  assert.ok(end.searchParams.get('code'), end.href)
  assert.ok((await scene.attributes('Portal_pat')).sub)

  const again = await createBrowser().post(acs, { SAMLResponse, RelayState: relay(client) })
  assert.equal(again.status, 400)
  assert.match(await again.text(), /used before/)
  assert.equal((await post(relay(mixed))).status, 400)
  await assert.rejects(scene.client(['COGNITO', 'Portal']), { name: 'InvalidParameterException', message: /IDPInit/ })
  assert.ok(await scene.client(['Corp', 'Portal']), 'beside another SAML provider')
  const plain = await scene.client(['Corp'])
  assert.equal((await post(relay(plain, { identity_provider: 'Corp' }))).status, 400)
  assert.equal((await post(relay(client), { issuedAt: Date.now() - 8 * 60_000, minutes: 20 })).status, 400)
  assert.equal((await post(relay(client), { inResponseTo: '_of-somebody' })).status, 400)
  assert.equal((await post('')).status, 400)
  // An address that the app has not registered ends at a page.
  const away = await post(relay(client, { redirect_uri: 'https://evil.example/' }))
  const refused = await createBrowser().get(new URL(away.headers.get('location')!, acs).href)
  assert.equal(refused.status, 400)
  assert.equal(refused.headers.get('location'), null)
})

test('signing out goes by the provider, and comes back to where the app wanted', async () => {
  const browser = createBrowser()
  await visit(browser, 'Corp', (said) => idp.answer({ ...said, nameId: 'sue', sessionIndex: 'index-7' }))
  const bye = new URLSearchParams({ client_id: clientId, logout_uri: 'https://app.example.com/bye' })
  const away = await browser.get(`${scene.site}/logout?${bye}`)
  const location = new URL(away.headers.get('location')!)
  assert.equal(location.origin + location.pathname, 'https://idp.example.com/slo')
  const { Certificate } = await scene.cognito.getSigningCertificate({ UserPoolId: scene.poolId })
  const { message, id, relayState, valid } = readRedirect(location, Certificate)
  assert.ok(valid, 'a logout request is always signed')
  assert.match(message, />sue</)
  assert.match(message, />index-7</)

  const logout = `${scene.site}/saml2/logout`
  const forged = createSamlIdp(idp.entityId)
  const wrong = await createBrowser().post(logout, {
    SAMLResponse: forged.logoutResponse(id, logout),
    RelayState: relayState,
  })
  assert.equal(wrong.status, 400)
  const stale = await createBrowser().post(logout, {
    SAMLResponse: idp.logoutResponse(id, logout),
    RelayState: relayState,
  })
  assert.equal(stale.status, 400, 'a way back is tried once')

  const other = createBrowser()
  await visit(other, 'Corp', (said) => idp.answer({ ...said, nameId: 'sue' }))
  const leaving = readRedirect(new URL((await other.get(`${scene.site}/logout?${bye}`)).headers.get('location')!))
  const back = await createBrowser().post(logout, {
    SAMLResponse: idp.logoutResponse(leaving.id, logout),
    RelayState: leaving.relayState,
  })
  assert.equal(back.status, 303)
  assert.equal(back.headers.get('location'), 'https://app.example.com/bye')
  assert.equal((await fetch(logout)).status, 405)
})

test('a provider ends the sessions of a subject', async () => {
  const browser = createBrowser()
  await visit(browser, 'Corp', (said) => idp.answer({ ...said, nameId: 'tom' }))
  const isSignedIn = async () => {
    const response = await browser.get(scene.authorizeUrl(clientId, { prompt: 'none' }))
    return new URL(response.headers.get('location')!).searchParams.has('code')
  }
  assert.ok(await isSignedIn())
  const logout = `${scene.site}/saml2/logout`
  const post = (SAMLRequest: string) => createBrowser().post(logout, { SAMLRequest, RelayState: 'theirs' })
  assert.equal((await post(idp.logoutRequest('tom', logout, { signed: false }))).status, 400)
  assert.equal((await post(idp.logoutRequest('tom', logout, { issuedAt: Date.now() - 600_000 }))).status, 400)
  assert.equal((await post(idp.logoutRequest('tom', 'https://other.example/saml2/logout'))).status, 400)
  const other = decode(idp.logoutRequest('somebody', logout)).replace('>somebody<', '>tom<')
  assert.equal((await post(encode(other))).status, 400)
  assert.equal((await post(createSamlIdp(idp.entityId).logoutRequest('tom', logout))).status, 400)
  assert.ok(await isSignedIn())
  const ended = await post(idp.logoutRequest('tom', logout))
  assert.equal(ended.status, 303)
  const location = new URL(ended.headers.get('location')!)
  assert.match(readRedirect(location).message, /status:Success/)
  assert.equal(location.searchParams.get('RelayState'), 'theirs')
  assert.equal(await isSignedIn(), false)
})

test('of a provider that is set up twice, the session ends by whichever it began', async () => {
  const logout = `${scene.site}/saml2/logout`
  for (const name of ['Ajar', 'Zone']) await provider(name)
  const twice = await scene.client(['Ajar', 'Zone'])
  for (const name of ['Ajar', 'Zone']) {
    const browser = createBrowser()
    await visit(browser, name, (said) => idp.answer({ ...said, nameId: 'uma' }), twice)
    const isSignedIn = async () => {
      const response = await browser.get(scene.authorizeUrl(twice, { prompt: 'none' }))
      return new URL(response.headers.get('location')!).searchParams.has('code')
    }
    assert.ok(await isSignedIn(), name)
    const ended = await createBrowser().post(logout, { SAMLRequest: idp.logoutRequest('uma', logout) })
    assert.match(readRedirect(new URL(ended.headers.get('location')!)).message, /status:Success/)
    assert.equal(await isSignedIn(), false, name)
  }
})

test('a new certificate of the provider is found where its metadata has an address', async () => {
  const url = `http://127.0.0.1:${(metadataServer.address() as AddressInfo).port}/metadata`
  await provider('Rolling', { MetadataURL: url })
  const client = await scene.client(['Rolling'])
  assert.ok((await visit(createBrowser(), 'Rolling', usual, client)).get('code'))
  const successor = createSamlIdp(idp.entityId)
  const next = (said: Said) => successor.answer(said)
  assert.equal((await visit(createBrowser(), 'Rolling', next, client)).get('error'), 'server_error')
  metadata = idp.metadata({ certificates: [idp.certificate, successor.certificate] })
  scene.clock.advance({ minutes: 2 })
  try {
    assert.ok((await visit(createBrowser(), 'Rolling', next, client)).get('code'))
    assert.ok((await visit(createBrowser(), 'Rolling', usual, client)).get('code'), 'the old one is good meanwhile')
  } finally {
    scene.clock.advance({ minutes: -2 })
  }
})

test('metadata is fetched again after six hours, and if that fails the previous one stays in use', async () => {
  const url = `http://127.0.0.1:${(metadataServer.address() as AddressInfo).port}/metadata`
  metadata = idp.metadata()
  await provider('Moving', { MetadataURL: url })
  const client = await scene.client(['Moving'])
  const goesTo = async () => {
    const response = await createBrowser().get(scene.authorizeUrl(client))
    return response.headers.get('location')!.split('?')[0]
  }
  metadata = idp.metadata({ signOn: 'https://new.example.com/sso' })
  scene.clock.advance({ minutes: 300 })
  assert.equal(await goesTo(), 'https://idp.example.com/sso')
  scene.clock.advance({ minutes: 61 })
  assert.equal(await goesTo(), 'https://new.example.com/sso')
  metadata = '<nothing/>'
  scene.clock.advance({ minutes: 361 })
  assert.equal(await goesTo(), 'https://new.example.com/sso')
  metadata = idp.metadata()
  scene.clock.advance({ minutes: 2 })
  assert.equal(await goesTo(), 'https://idp.example.com/sso', 'asked again after a while')
})
