import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { askToken, claimsOf } from '../oauth/setup.ts'
import { launchChromium } from '../support/chromium.ts'
import { type Keycloak, startKeycloak } from './keycloak.ts'
import { type Scene, startScene } from './scene.ts'

let scene: Scene
let keycloak: Keycloak
let chromium: Browser
let app: Server
let callback: string
let clientId: string

before(async () => {
  app = createServer((_, response) => response.end('the app'))
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve))
  callback = `http://localhost:${(app.address() as AddressInfo).port}/callback`
  ;[scene, chromium] = await Promise.all([startScene(), launchChromium()])
  keycloak = await startKeycloak({
    realm: 'corp',
    enabled: true,
    users: [
      {
        username: 'ann',
        enabled: true,
        email: 'ann@corp.example',
        emailVerified: true,
        firstName: 'Ann',
        lastName: 'Doe',
        credentials: [{ type: 'password', value: 'correct-horse', temporary: false }],
      },
    ],
    clients: [
      {
        clientId: 'poolhouse',
        secret: 'secret-of-the-app',
        redirectUris: [`${scene.site}/oauth2/idpresponse`],
        attributes: { 'pkce.code.challenge.method': 'S256' },
      },
    ],
  })
  const UserPoolId = scene.poolId
  await scene.cognito.createIdentityProvider({
    UserPoolId,
    ProviderName: 'Oidc',
    ProviderType: 'OIDC',
    ProviderDetails: {
      client_id: 'poolhouse',
      client_secret: 'secret-of-the-app',
      authorize_scopes: 'openid email profile',
      oidc_issuer: keycloak.url,
      attributes_request_method: 'GET',
    },
    AttributeMapping: { email: 'email', email_verified: 'email_verified', name: 'name' },
  })
  const { IdentityProvider } = await scene.cognito.createIdentityProvider({
    UserPoolId,
    ProviderName: 'Saml',
    ProviderType: 'SAML',
    ProviderDetails: {
      MetadataURL: `${keycloak.url}/protocol/saml/descriptor`,
      RequestSigningAlgorithm: 'rsa-sha256',
      EncryptedResponses: 'true',
      IDPSignout: 'true',
    },
    AttributeMapping: { email: 'email' },
  })
  const { Certificate } = await scene.cognito.getSigningCertificate({ UserPoolId })
  await keycloak.post('/corp/clients', {
    clientId: `urn:amazon:cognito:sp:${UserPoolId}`,
    protocol: 'saml',
    frontchannelLogout: true,
    redirectUris: [`${scene.site}/saml2/*`],
    attributes: {
      saml_assertion_consumer_url_post: `${scene.site}/saml2/idpresponse`,
      saml_single_logout_service_url_post: `${scene.site}/saml2/logout`,
      saml_name_id_format: 'username',
      'saml.authnstatement': 'true',
      'saml.force.post.binding': 'true',
      'saml.server.signature': 'true',
      'saml.client.signature': 'true',
      'saml.signing.certificate': Certificate,
      'saml.encrypt': 'true',
      'saml.encryption.certificate': IdentityProvider!.ProviderDetails!.ActiveEncryptionCertificate,
    },
    protocolMappers: [
      {
        name: 'email',
        protocol: 'saml',
        protocolMapper: 'saml-user-property-mapper',
        config: { 'user.attribute': 'email', 'attribute.name': 'email', 'attribute.nameformat': 'Basic' },
      },
    ],
  })
  clientId = await scene.client(['COGNITO', 'Oidc', 'Saml'], { CallbackURLs: [callback], LogoutURLs: [callback] })
})
after(async () => {
  await keycloak?.close()
  await chromium?.close()
  app.closeAllConnections()
  app.close()
  await scene?.close()
})

async function signIn(page: Page, provider: string): Promise<Record<string, unknown>> {
  await page.goto(scene.authorizeUrl(clientId, { redirect_uri: callback }))
  await page.click(`a[href*="identity_provider=${provider}"]`)
  await page.fill('#username', 'ann')
  await page.fill('#password', 'correct-horse')
  await page.click('#kc-login')
  await page.waitForURL(`${callback}**`)
  const code = new URL(page.url()).searchParams.get('code')
  assert.ok(code, page.url())
  const form = { grant_type: 'authorization_code', code, redirect_uri: callback, client_id: clientId }
  return claimsOf((await askToken(scene.site, form)).body.id_token!)
}

async function withPage(use: (page: Page) => Promise<void>): Promise<void> {
  const context = await chromium.newContext()
  try {
    await use(await context.newPage())
  } finally {
    await context.close()
  }
}

test('Keycloak signs in a user by OpenID Connect, the first and the second time', async () => {
  let sub: unknown
  await withPage(async (page) => {
    const claims = await signIn(page, 'Oidc')
    assert.match(claims['cognito:username'] as string, /^Oidc_[0-9a-f-]{36}$/)
    assert.deepEqual([claims.email, claims.email_verified, claims.name], ['ann@corp.example', true, 'Ann Doe'])
    sub = claims.sub
  })
  await withPage(async (page) => {
    assert.equal((await signIn(page, 'Oidc')).sub, sub)
  })
})

test('Keycloak signs in a user by SAML, encrypted, and signs out here and there', async () => {
  await withPage(async (page) => {
    const first = await signIn(page, 'Saml')
    assert.deepEqual([first['cognito:username'], first.email], ['Saml_ann', 'ann@corp.example'])
    await page.goto(`${scene.site}/logout?${new URLSearchParams({ client_id: clientId, logout_uri: callback })}`)
    await page.waitForURL(callback)
    // Asked for the password again: the session there has ended.
    assert.equal((await signIn(page, 'Saml')).sub, first.sub)
  })
})
