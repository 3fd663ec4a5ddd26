import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { exportSPKI, generateKeyPair, importJWK, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { type FakeIdp, startFakeIdp } from './fake-idp.ts'
import { type Browser, callback, createBrowser, type Scene, startScene } from './scene.ts'

let scene: Scene
let idp: FakeIdp
let other: FakeIdp
let clientId: string

before(async () => {
  ;[scene, idp, other] = await Promise.all([
    startScene({ UsernameAttributes: ['email'], AutoVerifiedAttributes: ['email'] }),
    startFakeIdp(),
    startFakeIdp(),
  ])
  for (const [name, { url }] of [
    ['Acme', idp],
    ['Other', other],
  ] as const)
    await scene.cognito.createIdentityProvider({
      UserPoolId: scene.poolId,
      ProviderName: name,
      ProviderType: 'OIDC',
      ProviderDetails: {
        client_id: 'poolhouse',
        client_secret: 'a-secret-of-at-least-32-bytes-for-hmac',
        authorize_scopes: 'openid email',
        oidc_issuer: url,
        attributes_request_method: 'GET',
      },
      AttributeMapping: { email: 'email', email_verified: 'email_verified' },
    })
  clientId = await scene.client(['COGNITO', 'Acme', 'Other'])
})
after(async () => {
  idp.close()
  other.close()
  await scene.close()
})
beforeEach(() => {
  idp.claims = { sub: 'ann', email: 'ann@acme.example' }
  idp.sign = undefined
  idp.profile = {}
})

const toAcme = { identity_provider: 'Acme' }

async function told(): Promise<string | null> {
  const answer = await scene.visit(createBrowser(), clientId, toAcme)
  assert.equal(answer.get('code'), null)
  assert.equal(answer.get('error'), 'invalid_request')
  return answer.get('error_description')
}

/** As far as the provider, without going there. */
async function depart(
  browser: Browser,
  provider = 'Acme',
): Promise<{ state: string; answer(code?: string): string; url: URL }> {
  const response = await browser.get(scene.authorizeUrl(clientId, { identity_provider: provider }))
  const url = new URL(response.headers.get('location')!)
  const state = url.searchParams.get('state')!
  return {
    state,
    url,
    answer: (code = 'x') => `${scene.site}/oauth2/idpresponse?${new URLSearchParams({ state, code })}`,
  }
}

test('ID tokens that the provider did not sign for this app and sign-in are refused', async () => {
  const complete = (claims: JWTPayload) => ({ ...claims, iat: Date.now() / 1000, exp: Date.now() / 1000 + 60 })
  idp.sign = async (claims) => new UnsecuredJWT(complete(claims)).encode()
  await told()

  // The public key as a secret.
  const keys = (await (await fetch(`${idp.url}/jwks`)).json()) as { keys: [Record<string, string>] }
  const publicKey = (await importJWK(keys.keys[0], 'RS256')) as CryptoKey
  const confused = createSecretKey(Buffer.from(await exportSPKI(await extractable(publicKey, keys.keys[0]))))
  const signed = (alg: string, key: Parameters<SignJWT['sign']>[0], changes: JWTPayload = {}, kid = 'one') => {
    idp.sign = (claims) => new SignJWT(complete({ ...claims, ...changes })).setProtectedHeader({ alg, kid }).sign(key)
  }
  signed('HS256', confused)
  assert.equal(await told(), 'Bad id_token signature')

  const strange = await generateKeyPair('RS256')
  signed('RS256', strange.privateKey)
  assert.equal(await told(), 'Bad id_token signature')
  signed('RS256', strange.privateKey, {}, 'unknown')
  assert.equal(await told(), 'Bad id_token signature')

  idp.sign = undefined
  idp.claims = { sub: 'ann', iss: 'https://evil.example' }
  assert.equal(await told(), 'Bad id_token issuer https://evil.example')
  idp.claims = { sub: 'ann', aud: 'another-app' }
  assert.match((await told())!, /Bad id_token aud/)
  idp.claims = { sub: 'ann', aud: ['poolhouse', 'x'], azp: 'x' }
  await told()
  idp.claims = { sub: 'ann', nonce: 'of-another-sign-in' }
  assert.match((await told())!, /Bad id_token nonce/)
  const mine = { exp: Math.floor(Date.now() / 1000) - 120 }
  signed('HS256', createSecretKey(Buffer.from('a-secret-of-at-least-32-bytes-for-hmac')), mine)
  await told()
  await assert.rejects(scene.attributes('Acme_ann'), { name: 'UserNotFoundException' })
})

test('an ID token signed with the client secret is accepted from providers that use HMAC', async () => {
  idp.claims = { sub: 'hmac', email: 'h@acme.example' }
  idp.sign = (claims) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(createSecretKey(Buffer.from('a-secret-of-at-least-32-bytes-for-hmac')))
  assert.equal((await scene.signIn(clientId, toAcme)).id['cognito:username'], 'Acme_hmac')
})

test('a provider’s response is accepted only from the browser that started, once, and within five minutes', async () => {
  const [ann, eve] = [createBrowser(), createBrowser()]
  const { url, answer } = await depart(ann)
  const back = (await ann.get(url.href)).headers.get('location')!
  // Another browser: login CSRF, or a stolen answer.
  const stolen = await eve.get(back)
  assert.equal(stolen.status, 400)
  assert.match(await stolen.text(), /this browser did not begin it/)
  const mine = await ann.get(back)
  assert.equal(mine.status, 303)
  assert.equal((await ann.get(back)).status, 400)
  assert.equal((await ann.get(answer('again'))).status, 400)

  for (const state of ['', 'x', 'A'.repeat(43), '%00', '../..'])
    assert.equal((await ann.get(`${scene.site}/oauth2/idpresponse?state=${state}&code=x`)).status, 400)
  // Ann is signed in by now.
  ann.clear()
  const two = await depart(ann)
  assert.equal((await ann.get(`${two.answer()}&state=${two.state}`)).status, 400)

  const late = await depart(ann)
  scene.clock.advance({ minutes: 6 })
  try {
    const response = await ann.get(late.answer())
    assert.equal(response.status, 400)
    assert.match(await response.text(), /took too long/)
  } finally {
    scene.clock.advance({ minutes: -6 })
  }
})

test('a code of one provider is never sent to another, and an answer that names another is refused', async () => {
  const browser = createBrowser()
  const { answer, state } = await depart(browser, 'Other')
  other.tokenRequests = []
  const response = await browser.get(`${answer()}&iss=${encodeURIComponent(idp.url)}`)
  const { searchParams } = new URL(response.headers.get('location')!)
  assert.equal(searchParams.get('error'), 'invalid_request')
  assert.equal(other.tokenRequests.length, 0)
  assert.equal((await browser.get(`${scene.site}/oauth2/idpresponse?state=${state}&code=x`)).status, 400)
})

test('a form from another site is parked until the browser shows whose it is', async () => {
  const [ann, eve] = [createBrowser(), createBrowser()]
  const { url, state } = await depart(ann)
  const code = new URL((await ann.get(url.href)).headers.get('location')!).searchParams.get('code')!
  // No cookies come with it: the form is sent by a browser that has none to show.
  const parked = await createBrowser().post(`${scene.site}/oauth2/idpresponse`, { state, code })
  assert.equal(parked.status, 303)
  const pickUp = new URL(parked.headers.get('location')!, scene.url).href
  assert.match(pickUp, /\/oauth2\/idpresponse\?parked=[\w-]{43}$/)
  const foreign = await createBrowser().post(`${scene.site}/oauth2/idpresponse`, { state, code })
  assert.equal((await eve.get(new URL(foreign.headers.get('location')!, scene.url).href)).status, 400)
  const end = await ann.follow(pickUp, (next) => next.href.startsWith(callback))
  assert.ok(end.searchParams.get('code'))
  assert.equal((await ann.get(pickUp)).status, 400)

  const unknown = await createBrowser().post(`${scene.site}/oauth2/idpresponse`, { state: 'A'.repeat(43), code: 'x' })
  assert.equal(unknown.status, 400)
  const json = await fetch(`${scene.site}/oauth2/idpresponse`, { method: 'POST', body: '{}' })
  assert.equal(json.status, 400)
  assert.equal((await fetch(`${scene.site}/oauth2/idpresponse`, { method: 'PUT' })).status, 405)
})

test('an e-mail address at a provider gives no access to an existing account', async () => {
  const UserPoolId = scene.poolId
  const { User } = await scene.cognito.adminCreateUser({
    UserPoolId,
    Username: 'victim@acme.example',
    MessageAction: 'SUPPRESS',
    UserAttributes: [{ Name: 'email_verified', Value: 'true' }],
  })
  const victim = User!.Username!
  idp.claims = { sub: 'm1', email: 'victim@acme.example' }
  const { id: unverified } = await scene.signIn(clientId, toAcme)
  idp.claims = { sub: 'm2', email: 'victim@acme.example', email_verified: true }
  const { id: verified } = await scene.signIn(clientId, toAcme)
  assert.ok(![unverified.sub, verified.sub].includes(victim))
  assert.equal((await scene.attributes('victim@acme.example')).sub, victim)
  // Nor after an administrator has touched the profile.
  await scene.cognito.adminUpdateUserAttributes({
    UserPoolId,
    Username: 'Acme_m2',
    UserAttributes: [
      { Name: 'email', Value: 'victim@acme.example' },
      { Name: 'email_verified', Value: 'true' },
    ],
  })
  assert.equal((await scene.attributes('victim@acme.example')).sub, victim)
  assert.equal((await scene.attributes('Acme_m2')).sub, verified.sub)
})

test('a link by an address does not count where the provider does not vouch for it', async () => {
  const UserPoolId = scene.poolId
  await scene.cognito.adminCreateUser({ UserPoolId, Username: 'ida@acme.example', MessageAction: 'SUPPRESS' })
  const { sub } = await scene.attributes('ida@acme.example')
  await scene.cognito.adminLinkProviderForUser({
    UserPoolId,
    DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: 'ida@acme.example' },
    SourceUser: { ProviderName: 'Acme', ProviderAttributeName: 'email', ProviderAttributeValue: 'ida@acme.example' },
  })
  idp.claims = { sub: 'mallory', email: 'ida@acme.example', email_verified: false }
  assert.notEqual((await scene.signIn(clientId, toAcme)).id.sub, sub)
  idp.claims = { sub: 'ida', email: 'ida@acme.example', email_verified: true }
  assert.equal((await scene.signIn(clientId, toAcme)).id.sub, sub)
  // Known by the subject from now on, whatever the address.
  idp.claims = { sub: 'ida', email: 'ida@elsewhere.example', email_verified: true }
  assert.equal((await scene.signIn(clientId, toAcme)).id.sub, sub)
  idp.claims = { sub: 'later', email: 'ida@acme.example', email_verified: true }
  assert.notEqual((await scene.signIn(clientId, toAcme)).id.sub, sub)
})

test('a profile of another subject at the userInfo endpoint is ignored', async () => {
  idp.claims = { sub: 'joe' }
  idp.profile = { sub: 'root', email: 'root@acme.example' }
  const { id } = await scene.signIn(clientId, toAcme)
  assert.equal(id.email, undefined)
})

test('in production a provider can not be at a private address, whatever its name', async () => {
  const server = await startScene({}, { allowPrivateAddresses: false })
  try {
    const create = (oidc_issuer: string) =>
      server.cognito.createIdentityProvider({
        UserPoolId: server.poolId,
        ProviderName: 'Inside',
        ProviderType: 'OIDC',
        ProviderDetails: {
          client_id: 'c',
          authorize_scopes: 'openid',
          attributes_request_method: 'GET',
          oidc_issuer,
        },
      })
    for (const issuer of [
      idp.url,
      'https://127.0.0.1',
      'https://localhost',
      'https://[::1]',
      'https://169.254.169.254',
      'https://10.0.0.1',
    ])
      await assert.rejects(create(issuer), { name: 'InvalidParameterException' })
    for (const MetadataURL of [`${idp.url}/metadata`, 'https://192.168.1.1/metadata', 'https://localhost/metadata'])
      await assert.rejects(
        server.cognito.createIdentityProvider({
          UserPoolId: server.poolId,
          ProviderName: 'Inside',
          ProviderType: 'SAML',
          ProviderDetails: { MetadataURL },
        }),
        { name: 'InvalidParameterException' },
      )
  } finally {
    await server.close()
  }
})

async function extractable(key: CryptoKey, jwk: Record<string, string>): Promise<CryptoKey> {
  return key.extractable ? key : ((await importJWK(jwk, 'RS256', { extractable: true })) as CryptoKey)
}
