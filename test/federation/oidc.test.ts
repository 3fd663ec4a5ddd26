import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { type FakeIdp, startFakeIdp } from './fake-idp.ts'
import { createBrowser, type Scene, startScene } from './scene.ts'

let scene: Scene
let idp: FakeIdp
let clientId: string

before(async () => {
  ;[scene, idp] = await Promise.all([
    startScene({
      Schema: [
        { Name: 'given_name', Required: true },
        { Name: 'seat', AttributeDataType: 'String', Mutable: false },
        { Name: 'teams', AttributeDataType: 'String' },
        { Name: 'token', AttributeDataType: 'String', StringAttributeConstraints: { MaxLength: '2048' } },
      ],
    }),
    startFakeIdp(),
  ])
  await scene.cognito.createIdentityProvider({
    UserPoolId: scene.poolId,
    ProviderName: 'Acme',
    ProviderType: 'OIDC',
    ProviderDetails: {
      client_id: 'poolhouse',
      client_secret: 'a-secret-of-the-provider',
      authorize_scopes: 'openid email',
      oidc_issuer: idp.url,
      attributes_request_method: 'GET',
    },
    AttributeMapping: {
      email: 'email',
      email_verified: 'email_verified',
      given_name: 'given_name',
      nickname: 'nick',
      'custom:seat': 'seat',
      'custom:teams': 'teams',
    },
    IdpIdentifiers: ['acme.example'],
    AcrMapping: { Level2: 'silver', Level3: 'gold' },
  })
  clientId = await scene.client(['COGNITO', 'Acme'])
})
after(async () => {
  idp.close()
  await scene.close()
})
beforeEach(() => {
  idp.claims = { sub: 'ann', email: 'ann@acme.example', given_name: 'Ann' }
  idp.profile = { sub: idp.claims.sub }
  idp.sign = undefined
  idp.token = undefined
  idp.slow = undefined
  idp.tokenRequests = []
})

const toAcme = { identity_provider: 'Acme' }

test('the first sign-in makes a profile in the group of its provider', async () => {
  idp.profile = { sub: 'ann', nick: 'annie', email: 'other@acme.example' }
  const { id, access } = await scene.signIn(clientId, toAcme)
  assert.equal(id['cognito:username'], 'Acme_ann')
  assert.equal(access.username, 'Acme_ann')
  assert.deepEqual(id['cognito:groups'], [`${scene.poolId}_Acme`])
  assert.deepEqual(id.amr, ['fed'])
  assert.equal(id.email, 'ann@acme.example', 'the ID token wins over userInfo')
  assert.equal(id.email_verified, false)
  assert.equal(id.nickname, 'annie')
  const [identity] = id.identities as Record<string, unknown>[]
  assert.deepEqual(
    { ...identity, dateCreated: 0 },
    { userId: 'ann', providerName: 'Acme', providerType: 'OIDC', issuer: null, primary: 'true', dateCreated: 0 },
  )

  const user = await scene.cognito.adminGetUser({ UserPoolId: scene.poolId, Username: 'Acme_ann' })
  assert.equal(user.UserStatus, 'EXTERNAL_PROVIDER')
  assert.equal(id.sub, user.UserAttributes!.find(({ Name }) => Name === 'sub')!.Value)
})

test('the second sign-in is of the same user, brought up to date', async () => {
  const { id: first } = await scene.signIn(clientId, toAcme)
  idp.claims = { ...idp.claims, given_name: 'Anna', email: 'anna@acme.example', email_verified: true, nick: '' }
  const { id: second } = await scene.signIn(clientId, toAcme)
  assert.equal(second.sub, first.sub)
  const attributes = await scene.attributes('Acme_ann')
  assert.equal(attributes.given_name, 'Anna')
  assert.equal(attributes.email_verified, 'true')
  assert.equal(attributes.nickname, undefined, 'a blank clears')
  idp.claims = { sub: 'ann', email: 'anna@acme.example' }
  await scene.signIn(clientId, toAcme)
  assert.equal((await scene.attributes('Acme_ann')).given_name, 'Anna', 'what is not said stays')
})

test('several values become one string, and an immutable attribute keeps its first value', async () => {
  idp.claims = { ...idp.claims, sub: 'bea', teams: ['a b', 'ü&c', 'd-e.f_g*'], seat: '12' }
  await scene.signIn(clientId, toAcme)
  const attributes = await scene.attributes('Acme_bea')
  assert.equal(attributes['custom:teams'], '[a+b,%C3%BC%26c,d-e.f_g*]')
  assert.equal(attributes['custom:seat'], '12')
  await scene.signIn(clientId, toAcme)
  idp.claims = { ...idp.claims, seat: '13' }
  const answer = await scene.visit(createBrowser(), clientId, toAcme)
  assert.equal(answer.get('error'), 'invalid_request')
  assert.match(answer.get('error_description')!, /custom:seat: Attribute cannot be updated/)
})

test('a required attribute that is missing, and values that are too long, end at the app', async () => {
  idp.claims = { sub: 'cid' }
  const missing = await scene.visit(createBrowser(), clientId, toAcme)
  assert.deepEqual(
    [missing.get('error'), missing.get('error_description')],
    ['invalid_request', 'attributes required: [given_name]'],
  )
  idp.claims = { sub: 'cid', given_name: 'x'.repeat(2049) }
  const long = await scene.visit(createBrowser(), clientId, toAcme)
  assert.equal(long.get('error'), 'invalid_request')
  idp.claims = { given_name: 'Nobody' }
  idp.profile = {}
  assert.equal((await scene.visit(createBrowser(), clientId, toAcme)).get('error'), 'invalid_request')
  await assert.rejects(scene.attributes('Acme_cid'), { name: 'UserNotFoundException' })
})

test('attributes that the client may not write are passed over', async () => {
  const narrow = await scene.client(['Acme'], { WriteAttributes: ['given_name', 'email'] })
  idp.claims = { ...idp.claims, sub: 'dot', teams: 'none', nick: 'dotty' }
  await scene.signIn(narrow)
  const attributes = await scene.attributes('Acme_dot')
  assert.deepEqual(
    [attributes.nickname, attributes['custom:teams'], attributes.given_name],
    [undefined, undefined, 'Ann'],
  )
})

test('a request goes straight to the provider: by name, by identifier, by domain, or as the only one', async () => {
  const alone = await scene.client(['Acme'])
  const ways: [string, Record<string, string>][] = [
    [clientId, toAcme],
    [clientId, { idp_identifier: 'acme.example' }],
    [clientId, { idp_identifier: 'Ann@Acme.example' }],
    [alone, {}],
  ]
  for (const [client, parameters] of ways) {
    const response = await createBrowser().get(scene.authorizeUrl(client, parameters))
    const location = new URL(response.headers.get('location')!)
    assert.equal(location.origin + location.pathname, `${idp.url}/auth`)
    assert.equal(location.searchParams.get('redirect_uri'), `${scene.site}/oauth2/idpresponse`)
    assert.equal(location.searchParams.get('code_challenge_method'), 'S256')
    assert.equal(location.searchParams.get('scope'), 'openid email')
    assert.ok(location.searchParams.get('nonce'))
  }
  const strangers: Record<string, string>[] = [{ identity_provider: 'Other' }, { idp_identifier: 'nobody.example' }]
  for (const parameters of strangers) {
    const response = await createBrowser().get(scene.authorizeUrl(clientId, parameters))
    assert.equal(response.status, 400)
    assert.match(await response.text(), /Login option is not available/)
  }
  const own = await createBrowser().get(scene.authorizeUrl(clientId, { identity_provider: 'COGNITO' }))
  assert.match(own.headers.get('location')!, /\/login\?/)
  const page = await createBrowser().get(scene.authorizeUrl(clientId))
  assert.match(page.headers.get('location')!, /\/login\?/)
})

test('an issuer may end with a slash, which its setting does not have', async () => {
  idp.claims = { ...idp.claims, sub: 'slash', iss: `${idp.url}/` }
  assert.equal((await scene.signIn(clientId, toAcme)).id['cognito:username'], 'Acme_slash')
})

test('prompt, login_hint and acr_values are passed on, and the level that comes back counts', async () => {
  idp.claims = { ...idp.claims, acr: 'gold' }
  const { id } = await scene.signIn(clientId, {
    ...toAcme,
    prompt: 'login consent',
    login_hint: 'ann',
    acr_values: 'urn:cognito:loa:3 urn:cognito:loa:2 urn:cognito:loa:4',
  })
  assert.equal(idp.asked.get('prompt'), 'login consent')
  assert.equal(idp.asked.get('login_hint'), 'ann')
  assert.equal(idp.asked.get('acr_values'), 'gold silver')
  assert.equal(id.acr, 'urn:cognito:loa:3')
  idp.claims = { ...idp.claims, acr: 'unheard of' }
  assert.equal((await scene.signIn(clientId, toAcme)).id.acr, 'urn:cognito:loa:1')
})

test('the provider’s known methods are in amr, and do not raise the level', async () => {
  const claimsFor = async (amr: unknown) => {
    idp.claims = { ...idp.claims, acr: undefined, amr }
    return (await scene.signIn(clientId, toAcme)).access
  }
  const known = await claimsFor(['pwd', 'otp', 'face'])
  assert.deepEqual([known.amr, known.acr], [['pwd', 'otp', 'mfa'], 'urn:cognito:loa:1'])
  assert.deepEqual((await claimsFor(['mfa'])).amr, ['mfa'])
  for (const amr of [[], ['face'], 'pwd', { 0: 'pwd' }, undefined])
    assert.deepEqual((await claimsFor(amr)).amr, ['fed'], JSON.stringify(amr))
})

test('an ID token of a federated sign-in has a nonce: the app’s, or a generated one that stays', async () => {
  const { id } = await scene.signIn(clientId, toAcme)
  assert.match(String(id.nonce), /^[\w-]{43}$/)
  assert.notEqual((await scene.signIn(clientId, toAcme)).id.nonce, id.nonce)
  assert.equal((await scene.signIn(clientId, { ...toAcme, nonce: 'of-the-app' })).id.nonce, 'of-the-app')
})

test('the provider is called as it was set up: secret in the form, a verifier of our own', async () => {
  await scene.signIn(clientId, toAcme)
  const { parameters } = idp.tokenRequests[0]!
  assert.equal(parameters.get('client_secret'), 'a-secret-of-the-provider')
  assert.equal(parameters.get('redirect_uri'), `${scene.site}/oauth2/idpresponse`)
  assert.match(parameters.get('code_verifier')!, /^[\w-]{43}$/)
})

test('a session of the provider signs in again at once, and no other provider’s does', async () => {
  const browser = createBrowser()
  await scene.signIn(clientId, toAcme, browser)
  idp.tokenRequests = []
  await scene.signIn(clientId, toAcme, browser)
  await scene.signIn(clientId, {}, browser)
  assert.equal(idp.tokenRequests.length, 0)
  await scene.cognito.createIdentityProvider({
    UserPoolId: scene.poolId,
    ProviderName: 'Beta',
    ProviderType: 'OIDC',
    ProviderDetails: {
      client_id: 'other',
      client_secret: 'secret',
      authorize_scopes: 'openid',
      oidc_issuer: idp.url,
      attributes_request_method: 'POST',
    },
    AttributeMapping: { given_name: 'given_name' },
  })
  const both = await scene.client(['Acme', 'Beta'])
  idp.profileRequests = []
  const { id } = await scene.signIn(both, { identity_provider: 'Beta' }, browser)
  assert.equal(id['cognito:username'], 'Beta_ann')
  assert.equal(idp.profileRequests[0]!.method, 'POST')
})

test('the refusals of the provider, and its failures, reach the app in words', async () => {
  const told = async () => {
    const answer = await scene.visit(createBrowser(), clientId, toAcme)
    return [answer.get('error'), answer.get('error_description')]
  }
  idp.token = () => ({ status: 503, body: {} })
  assert.deepEqual(await told(), ['invalid_request', 'Acme Error - 503 error getting token'])
  idp.token = () => ({ status: 400, body: { error: 'invalid_grant' } })
  assert.deepEqual(await told(), ['invalid_request', 'Acme Error - 400 invalid_grant'])
  idp.token = () => ({ status: 200, body: { access_token: 'x', token_type: 'Bearer' } })
  assert.equal((await told())[0], 'invalid_request')
  idp.token = undefined
  idp.profile = 500
  idp.claims = { ...idp.claims, sub: 'eli' }
  assert.ok((await scene.signIn(clientId, toAcme)).id, 'no userInfo is nothing said')

  const refuse = async (answer: Record<string, string>, client = clientId, more: Record<string, string> = {}) => {
    const browser = createBrowser()
    const departure = await browser.get(scene.authorizeUrl(client, { ...toAcme, ...more }))
    const state = new URL(departure.headers.get('location')!).searchParams.get('state')!
    const response = await browser.get(`${scene.site}/oauth2/idpresponse?${new URLSearchParams({ state, ...answer })}`)
    return new URL(response.headers.get('location')!)
  }
  for (const [description, said] of [
    ['No thanks', 'No thanks'],
    ['Zugriff für Ann verweigert', 'Zugriff für Ann verweigert'],
    ['two\r\nlines', 'two  lines'],
    ['', 'access_denied'],
  ] as const) {
    const { searchParams } = await refuse({ error: 'access_denied', error_description: description })
    assert.deepEqual([searchParams.get('error'), searchParams.get('error_description')], ['access_denied', said])
  }
  const implicit = await scene.client(['Acme'], { AllowedOAuthFlows: ['implicit'] })
  const { hash, search } = await refuse({ error: 'access_denied' }, implicit, { response_type: 'token' })
  assert.deepEqual([search, new URLSearchParams(hash.slice(1)).get('error')], ['', 'access_denied'])
})

test('tokens of the provider are for an attribute that is mapped, and else for nobody', async () => {
  await scene.cognito.createIdentityProvider({
    UserPoolId: scene.poolId,
    ProviderName: 'Tokens',
    ProviderType: 'OIDC',
    ProviderDetails: {
      client_id: 'poolhouse',
      client_secret: 'secret',
      authorize_scopes: 'openid',
      oidc_issuer: idp.url,
      attributes_request_method: 'GET',
    },
    AttributeMapping: { given_name: 'given_name', 'custom:token': 'access_token', 'custom:teams': 'id_token' },
  })
  const client = await scene.client(['Tokens'])
  const { id } = await scene.signIn(client)
  assert.equal(id['custom:token'], 'an-access-token')
  assert.match(id['custom:teams'] as string, /^eyJ/)
  const plain = await scene.signIn(clientId, toAcme)
  assert.doesNotMatch(JSON.stringify(plain), /an-access-token/)
  idp.claims = { ...idp.claims, long: 'x'.repeat(3000) }
  const long = await scene.visit(createBrowser(), client)
  assert.equal(long.get('error'), 'invalid_request')
  assert.match(long.get('error_description')!, /custom:teams/)
})

test('a provider that can’t be reached or has no keys causes a readable error', async () => {
  await scene.cognito.createIdentityProvider({
    UserPoolId: scene.poolId,
    ProviderName: 'Gone',
    ProviderType: 'OIDC',
    ProviderDetails: {
      client_id: 'poolhouse',
      authorize_scopes: 'openid',
      oidc_issuer: idp.url,
      attributes_request_method: 'GET',
      authorize_url: `${idp.url}/auth`,
      token_url: 'http://127.0.0.1:9/token',
      attributes_url: `${idp.url}/me`,
      jwks_uri: `${idp.url}/jwks`,
    },
    AttributeMapping: { given_name: 'given_name' },
  })
  const gone = await scene.client(['Gone'])
  const told = async (client: string) => (await scene.visit(createBrowser(), client)).get('error_description')
  assert.equal(await told(gone), 'Gone Error - the provider could not be reached')
  const change = (more: Record<string, string>) =>
    scene.cognito.updateIdentityProvider({
      UserPoolId: scene.poolId,
      ProviderName: 'Gone',
      ProviderDetails: {
        client_id: 'poolhouse',
        authorize_scopes: 'openid',
        oidc_issuer: idp.url,
        attributes_request_method: 'GET',
        authorize_url: `${idp.url}/auth`,
        token_url: `${idp.url}/token`,
        attributes_url: `${idp.url}/me`,
        ...more,
      },
    })
  await change({ jwks_uri: `${idp.url}/nothing` })
  assert.equal(await told(gone), 'Gone Error - 404 error getting the key set')
  await change({ jwks_uri: `${idp.url}/me` })
  assert.equal(await told(gone), 'Gone Error - 200 error getting the key set')
  await change({ jwks_uri: `${idp.url}/jwks`, attributes_url: 'http://127.0.0.1:9/me' })
  assert.ok((await scene.signIn(gone)).id, 'no userInfo is nothing said')
  const { parameters } = idp.tokenRequests.at(-1)!
  assert.deepEqual([parameters.get('client_id'), parameters.has('client_secret')], ['poolhouse', false])
})

test('keys and profiles that hang are waited for five seconds each', { timeout: 30_000 }, async () => {
  idp.slow = { path: '/jwks', milliseconds: 6500 }
  const keys = await scene.visit(createBrowser(), clientId, toAcme)
  assert.equal(keys.get('error_description'), 'Timeout in calling jwks uri')
  idp.slow = { path: '/me', milliseconds: 6500 }
  idp.claims = { ...idp.claims, sub: 'slow' }
  assert.equal((await scene.signIn(clientId, toAcme)).id['cognito:username'], 'Acme_slow')
})

test('a provider that hangs is waited for five seconds, and holds nobody else', { timeout: 20_000 }, async () => {
  idp.slow = { path: '/token', milliseconds: 6500 }
  const hanging = scene.visit(createBrowser(), clientId, toAcme)
  await new Promise((resolve) => setTimeout(resolve, 300))
  const began = Date.now()
  await scene.cognito.describeUserPool({ UserPoolId: scene.poolId })
  assert.ok(Date.now() - began < 1000)
  const answer = await hanging
  assert.deepEqual(
    [answer.get('error'), answer.get('error_description')],
    ['invalid_request', 'Timeout occurred in calling IdP token endpoint'],
  )
})

test('two first sign-ins at once make one user', async () => {
  idp.claims = { ...idp.claims, sub: 'twin' }
  const all = await Promise.all(Array.from({ length: 4 }, () => scene.signIn(clientId, toAcme)))
  assert.equal(new Set(all.map(({ id }) => id.sub)).size, 1)
})

test('a disabled user, and a name that a local user has, are refused', async () => {
  idp.claims = { ...idp.claims, sub: 'gus' }
  await scene.signIn(clientId, toAcme)
  await scene.cognito.adminDisableUser({ UserPoolId: scene.poolId, Username: 'Acme_gus' })
  const disabled = await scene.visit(createBrowser(), clientId, toAcme)
  assert.equal(disabled.get('error_description'), 'User is disabled.')

  await scene.cognito.adminCreateUser({ UserPoolId: scene.poolId, Username: 'Acme_hal', MessageAction: 'SUPPRESS' })
  idp.claims = { ...idp.claims, sub: 'hal' }
  const taken = await scene.visit(createBrowser(), clientId, toAcme)
  assert.equal(taken.get('error_description'), 'Already found an entry for username Acme_hal')
})

test('a profile that an administrator gives a password signs in with that as well', async () => {
  idp.claims = { ...idp.claims, sub: 'ivy' }
  const { id } = await scene.signIn(clientId, toAcme)
  const user = { UserPoolId: scene.poolId, Username: 'Acme_ivy' }
  await scene.cognito.adminSetUserPassword({ ...user, Password: 'Correct-horse-1', Permanent: true })
  assert.equal((await scene.cognito.adminGetUser(user)).UserStatus, 'CONFIRMED')
  const local = await scene.client(['COGNITO'], { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] })
  const { AuthenticationResult } = await scene.cognito.initiateAuth({
    ClientId: local,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'Acme_ivy', PASSWORD: 'Correct-horse-1' },
  })
  assert.ok(AuthenticationResult)
  assert.equal((await scene.signIn(clientId, toAcme)).id.sub, id.sub)
})

test('users are listed with their identities, and recovery is not for those of a provider', async () => {
  idp.claims = { ...idp.claims, sub: 'jan', email_verified: true }
  await scene.signIn(clientId, toAcme)
  const { Users } = await scene.cognito.listUsers({
    UserPoolId: scene.poolId,
    Filter: 'username = "Acme_jan"',
    AttributesToGet: ['identities'],
  })
  assert.equal(JSON.parse(Users![0]!.Attributes![0]!.Value!)[0].userId, 'jan')
  await assert.rejects(scene.cognito.forgotPassword({ ClientId: clientId, Username: 'Acme_jan' }), {
    name: 'NotAuthorizedException',
  })
})
