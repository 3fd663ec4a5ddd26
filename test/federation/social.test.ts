import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, before, test } from 'node:test'
import { jwtVerify } from 'jose'
import { type FakeIdp, startFakeIdp } from './fake-idp.ts'
import { callback, createBrowser, type Scene, startScene } from './scene.ts'

let scene: Scene
let idp: FakeIdp
let google: FakeIdp
let apple: FakeIdp
let clientId: string
const appleKey = generateKeyPairSync('ec', { namedCurve: 'P-256' })

before(async () => {
  ;[idp, google, apple] = await Promise.all([
    startFakeIdp(),
    startFakeIdp('https://accounts.google.com'),
    startFakeIdp('https://appleid.apple.com'),
  ])
  scene = await startScene(
    { UsernameConfiguration: { CaseSensitive: false } },
    {
      identityProviderHosts: {
        'www.facebook.com': idp.url,
        'graph.facebook.com': idp.url,
        'www.amazon.com': idp.url,
        'api.amazon.com': idp.url,
        'accounts.google.com': google.url,
        'www.googleapis.com': google.url,
        'people.googleapis.com': google.url,
        'appleid.apple.com': apple.url,
      },
    },
  )
  const common = { UserPoolId: scene.poolId }
  const app = { client_id: 'an-app', client_secret: 'a-secret' }
  await scene.cognito.createIdentityProvider({
    ...common,
    ProviderName: 'Facebook',
    ProviderType: 'Facebook',
    ProviderDetails: { ...app, authorize_scopes: 'public_profile, email' },
    AttributeMapping: { email: 'email', name: 'name' },
  })
  await scene.cognito.createIdentityProvider({
    ...common,
    ProviderName: 'LoginWithAmazon',
    ProviderType: 'LoginWithAmazon',
    ProviderDetails: { ...app, authorize_scopes: 'profile postal_code' },
    AttributeMapping: { email: 'email', name: 'name' },
  })
  await scene.cognito.createIdentityProvider({
    ...common,
    ProviderName: 'Google',
    ProviderType: 'Google',
    ProviderDetails: { ...app, authorize_scopes: 'email profile openid' },
    AttributeMapping: { email: 'email', name: 'names', birthdate: 'birthdays' },
  })
  await scene.cognito.createIdentityProvider({
    ...common,
    ProviderName: 'SignInWithApple',
    ProviderType: 'SignInWithApple',
    ProviderDetails: {
      client_id: 'com.example.app',
      team_id: 'TEAM',
      key_id: 'KEY',
      private_key: appleKey.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      authorize_scopes: 'email name',
    },
    AttributeMapping: { email: 'email', email_verified: 'email_verified', given_name: 'firstName', name: 'name' },
  })
  clientId = await scene.client(['COGNITO', 'Facebook', 'LoginWithAmazon', 'Google', 'SignInWithApple'])
})
after(async () => {
  for (const one of [idp, google, apple]) one.close()
  await scene.close()
})

test('Facebook is asked for the mapped attributes, and its users are identified by id', async () => {
  idp.profile = { id: 'Fb1001', name: 'Ann', email: 'Ann@example.com' }
  idp.profileRequests = []
  const { id } = await scene.signIn(clientId, { identity_provider: 'Facebook' })
  assert.equal(id['cognito:username'], 'facebook_fb1001', 'a pool that ignores case shows lower case')
  assert.deepEqual([id.name, id.email], ['Ann', 'ann@example.com'])
  assert.equal(idp.asked.get('scope'), 'public_profile,email')
  assert.equal(idp.tokenRequests.at(-1)!.method, 'GET')
  const fields = new URL(idp.profileRequests[0]!.url, idp.url).searchParams.get('fields')!
  assert.deepEqual(fields.split(',').sort(), ['email', 'id', 'name'])
  const [identity] = id.identities as Record<string, string>[]
  assert.deepEqual([identity!.userId, identity!.providerType], ['Fb1001', 'Facebook'])

  idp.profile = {}
  const nobody = await scene.visit(createBrowser(), clientId, { identity_provider: 'Facebook' })
  assert.equal(nobody.get('error'), 'invalid_request')
})

test('an id that differs only in case does not sign in as another user', async () => {
  idp.profile = { id: 'abc', name: 'Gus', email: 'gus@example.com' }
  await scene.signIn(clientId, { identity_provider: 'Facebook' })
  idp.profile = { id: 'ABC', name: 'Hal', email: 'hal@example.com' }
  const answer = await scene.visit(createBrowser(), clientId, { identity_provider: 'Facebook' })
  assert.equal(answer.get('error_description'), 'Already found an entry for username facebook_abc')
  assert.equal((await scene.attributes('facebook_abc')).name, 'Gus')
})

test('users of Login with Amazon are identified by user_id', async () => {
  idp.profile = { user_id: 'amzn1.account.AF', name: 'Bob', email: 'bob@example.com', postal_code: '1' }
  const { id } = await scene.signIn(clientId, { identity_provider: 'LoginWithAmazon' })
  assert.equal(id['cognito:username'], 'loginwithamazon_amzn1.account.af')
  assert.equal(idp.asked.get('scope'), 'profile postal_code')
})

test('Google’s ID token is verified, and its People API asked for the fields that are mapped', async () => {
  google.claims = { sub: '1', email: 'cat@gmail.example', email_verified: true }
  google.profile = {
    names: [{ displayName: 'Other' }, { displayName: 'Cat', metadata: { primary: true } }],
    birthdays: [{ date: { year: 1990, month: 2, day: 3 } }],
  }
  const { id } = await scene.signIn(clientId, {
    identity_provider: 'Google',
    login_hint: 'cat',
    prompt: 'select_account',
  })
  assert.equal(id['cognito:username'], 'google_1')
  assert.deepEqual([id.name, id.birthdate, id.email], ['Cat', '1990-02-03', 'cat@gmail.example'])
  assert.equal(google.asked.get('prompt'), 'select_account')
  assert.equal(google.asked.get('login_hint'), null, 'hints are for OIDC providers')
  const asked = new URL(google.profileRequests[0]!.url, google.url)
  assert.equal(asked.searchParams.get('personFields'), 'names,birthdays')
})

test('Apple’s secret is signed with the key, and its form brings the name', async () => {
  apple.claims = { sub: '000.a', email: 'dee@privaterelay.example', email_verified: 'true' }
  const browser = createBrowser()
  const departure = await browser.get(scene.authorizeUrl(clientId, { identity_provider: 'SignInWithApple' }))
  const location = new URL(departure.headers.get('location')!)
  assert.equal(location.searchParams.get('response_mode'), 'form_post')
  const page = await (await fetch(location)).text()
  const inputs = Array.from(page.matchAll(/name="(\w+)" value="([^"]*)"/g), ([, name, value]) => [name!, value!])
  const user = JSON.stringify({ name: { firstName: 'Dee', lastName: 'Doe' }, email: 'forged@example.com' })
  const back = `${scene.site}/oauth2/idpresponse`
  const parked = await createBrowser().post(back, { ...Object.fromEntries(inputs), user })
  const end = await browser.follow(new URL(parked.headers.get('location')!, back).href, (url) =>
    url.href.startsWith(callback),
  )
  assert.ok(end.searchParams.get('code'), end.href)
  const attributes = await scene.attributes('signinwithapple_000.a')
  assert.deepEqual(
    [attributes.given_name, attributes.name, attributes.email, attributes.email_verified],
    ['Dee', 'Dee Doe', 'dee@privaterelay.example', 'true'],
  )
  const secret = apple.tokenRequests[0]!.parameters.get('client_secret')!
  const { payload, protectedHeader } = await jwtVerify(secret, appleKey.publicKey, {
    issuer: 'TEAM',
    subject: 'com.example.app',
    audience: 'https://appleid.apple.com',
  })
  assert.deepEqual([protectedHeader.alg, protectedHeader.kid], ['ES256', 'KEY'])
  assert.ok(payload.exp! - payload.iat! <= 300)
})
