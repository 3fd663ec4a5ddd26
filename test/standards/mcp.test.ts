import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as oidc from 'openid-client'
import { createBrowser } from '../oauth/browser.ts'
import { sendForm } from '../oauth/login-form.ts'
import { claimsOf } from '../oauth/setup.ts'
import { credentials, type Scene, startScene } from './scene.ts'

/** What the Model Context Protocol asks of an authorization server, as its clients go about it. */
let scene: Scene
const callback = 'http://127.0.0.1:33418/callback'
const resource = 'https://mcp.example.com/tools'

before(async () => {
  scene = await startScene({ Profile: 'standard', JwtAccessTokens: true })
  await scene.server.cognito.updateUserPool({
    UserPoolId: scene.poolId,
    DcrConfiguration: { EnableStatus: 'Enabled', OpenDcrEnabled: true },
  })
})
after(() => scene.server.close())

test('a client finds the server by its metadata, registers, signs its user in for a resource, and renews', async () => {
  const metadata = await fetch(`${scene.server.url}/.well-known/oauth-authorization-server/${scene.poolId}`)
  const server = (await metadata.json()) as oidc.ServerMetadata
  assert.ok(server.registration_endpoint)
  assert.deepEqual(server.code_challenge_methods_supported, ['S256'])
  assert.ok(server.token_endpoint_auth_methods_supported!.includes('none'))

  const config = await oidc.dynamicClientRegistration(
    new URL(`${scene.server.url}/${scene.poolId}`),
    {
      client_name: 'An MCP client',
      redirect_uris: [callback],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      scope: 'openid profile offline_access',
    },
    oidc.None(),
    { execute: [oidc.allowInsecureRequests], algorithm: 'oauth2' },
  )
  assert.ok(config.clientMetadata().client_id)
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier()
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: callback,
    scope: 'openid offline_access',
    resource,
    state: 's',
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  })
  const browser = createBrowser()
  const login = await browser.follow(url.href, ({ pathname }) => pathname.endsWith('/login'))
  const signedIn = await sendForm(browser, login, credentials)
  const consent = await browser.follow(new URL(signedIn.headers.get('location')!, login).href, ({ pathname }) =>
    pathname.endsWith('/consent'),
  )
  const allowed = await sendForm(browser, consent, { answer: 'allow' })
  const at = new URL(allowed.headers.get('location')!)
  assert.equal(at.searchParams.get('iss'), scene.base)
  const tokens = await oidc.authorizationCodeGrant(config, at, { pkceCodeVerifier, expectedState: 's' }, { resource })
  assert.equal(claimsOf(tokens.access_token).aud, resource)
  const renewed = await oidc.refreshTokenGrant(config, tokens.refresh_token!, { resource })
  assert.equal(claimsOf(renewed.access_token).aud, resource)
})

test('the metadata of userInfo as a protected resource names its authorization server', async () => {
  const paths = [
    `/.well-known/oauth-protected-resource/${scene.poolId}/oauth2/userInfo`,
    `/${scene.poolId}/.well-known/oauth-protected-resource`,
  ]
  for (const path of paths) {
    const told = (await (await fetch(scene.server.url + path)).json()) as Record<string, unknown>
    assert.equal(told.resource, `${scene.base}/oauth2/userInfo`)
    assert.deepEqual(told.authorization_servers, [scene.base])
  }
  await scene.standards({})
  for (const path of paths) assert.equal((await fetch(scene.server.url + path)).status, 404)
})
