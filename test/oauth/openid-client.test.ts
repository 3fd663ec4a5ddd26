import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as oidc from 'openid-client'
import { startTestServer, type TestServer } from '../support/server.ts'
import { createBrowser } from './browser.ts'
import { signInByForm } from './login-form.ts'
import { callback } from './setup.ts'

/** A library that apps use, against the server as it is, by its own login pages. */
let server: TestServer
let poolId: string
const password = 'Correct-horse-1'
const credentials = { username: 'ann', password }

before(async () => {
  server = await startTestServer()
  const { UserPool } = await server.cognito.createUserPool({ PoolName: 'oidc' })
  poolId = UserPool!.Id!
  await server.cognito.adminCreateUser({
    UserPoolId: poolId,
    Username: 'ann',
    MessageAction: 'SUPPRESS',
    UserAttributes: [{ Name: 'email', Value: 'ann@example.com' }],
  })
  await server.cognito.adminSetUserPassword({
    UserPoolId: poolId,
    Username: 'ann',
    Password: password,
    Permanent: true,
  })
})
after(() => server.close())

async function discover(settings: { secret?: boolean; flows?: ('code' | 'client_credentials')[]; scopes?: string[] }) {
  const flows = settings.flows ?? ['code']
  const { UserPoolClient } = await server.cognito.createUserPoolClient({
    UserPoolId: poolId,
    ClientName: 'app',
    GenerateSecret: settings.secret ?? false,
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: flows,
    AllowedOAuthScopes: settings.scopes ?? ['openid', 'email', 'profile'],
    SupportedIdentityProviders: ['COGNITO'],
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    CallbackURLs: flows.includes('code') ? [callback] : undefined,
    LogoutURLs: flows.includes('code') ? ['https://app.example.com/bye'] : undefined,
  })
  const { ClientId, ClientSecret } = UserPoolClient!
  const authentication = ClientSecret ? oidc.ClientSecretBasic(ClientSecret) : oidc.None()
  return oidc.discovery(new URL(`${server.url}/${poolId}`), ClientId!, undefined, authentication, {
    execute: [oidc.allowInsecureRequests],
  })
}

for (const secret of [true, false]) {
  test(`${secret ? 'a web app with a secret' : 'a public app'}: sign in, userInfo, refresh, revoke, sign out`, async () => {
    const config = await discover({ secret })
    const browser = createBrowser()
    const pkceCodeVerifier = oidc.randomPKCECodeVerifier()
    const expectedState = oidc.randomState()
    const expectedNonce = oidc.randomNonce()
    const url = oidc.buildAuthorizationUrl(config, {
      redirect_uri: callback,
      scope: 'openid email',
      code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: expectedState,
      nonce: expectedNonce,
    })
    const at = await signInByForm(browser, url, credentials)
    const tokens = await oidc.authorizationCodeGrant(config, at, { pkceCodeVerifier, expectedState, expectedNonce })
    const { sub } = tokens.claims()!
    const info = await oidc.fetchUserInfo(config, tokens.access_token, sub)
    assert.equal(info.email, 'ann@example.com')
    const refreshed = await oidc.refreshTokenGrant(config, tokens.refresh_token!)
    assert.equal(refreshed.claims()!.sub, sub)

    await oidc.tokenRevocation(config, tokens.refresh_token!)
    await assert.rejects(oidc.fetchUserInfo(config, refreshed.access_token, sub))
    await assert.rejects(oidc.refreshTokenGrant(config, tokens.refresh_token!), { error: 'invalid_grant' })

    const { client_id } = config.clientMetadata()
    const bye = oidc.buildEndSessionUrl(config, { client_id, logout_uri: 'https://app.example.com/bye' })
    assert.equal((await browser.get(bye.href)).headers.get('location'), 'https://app.example.com/bye')
    url.searchParams.set('prompt', 'none')
    const asked = await browser.follow(url.href, (next) => next.host !== url.host)
    assert.equal(asked.searchParams.get('error'), 'login_required')
  })
}

test('a service gets a token with the client credentials grant', async () => {
  await server.cognito.createResourceServer({
    UserPoolId: poolId,
    Identifier: 'jobs',
    Name: 'jobs',
    Scopes: [{ ScopeName: 'run', ScopeDescription: 'run' }],
  })
  const config = await discover({ secret: true, flows: ['client_credentials'], scopes: ['jobs/run'] })
  const tokens = await oidc.clientCredentialsGrant(config, { scope: 'jobs/run' })
  assert.equal(tokens.expires_in, 3600)
  await assert.rejects(oidc.clientCredentialsGrant(config, { scope: 'jobs/stop' }), { error: 'invalid_scope' })
})

test('a bookmark of the login page leads through the OAuth endpoint to the same page', async () => {
  const config = await discover({})
  const url = oidc.buildAuthorizationUrl(config, { redirect_uri: callback, scope: 'openid' })
  url.pathname = `/${poolId}/login`
  url.searchParams.set('response_type', 'code')
  const browser = createBrowser()
  const begun = await browser.get(url.href)
  const at = await signInByForm(browser, new URL(begun.headers.get('location')!, url), credentials)
  assert.ok(at.searchParams.get('code'))
})

test('a browser without cookies sees an error instead of a redirect loop', async () => {
  const config = await discover({})
  const url = oidc.buildAuthorizationUrl(config, { redirect_uri: callback, scope: 'openid', response_type: 'code' })
  let next = url.href
  for (let hops = 0; hops < 6; hops++) {
    const response = await fetch(next, { redirect: 'manual' })
    const location = response.headers.get('location')
    if (!location) {
      assert.equal(response.status, 400)
      return
    }
    next = new URL(location, next).href
  }
  assert.fail('it never stopped')
})
