import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import Provider from 'oidc-provider'
import type { Browser, Page } from 'playwright-core'
import { askToken, claimsOf } from '../oauth/setup.ts'
import { launchChromium } from '../support/chromium.ts'
import { type FakeIdp, startFakeIdp } from './fake-idp.ts'
import { startPysaml2 } from './pysaml2.ts'
import { type Scene, startScene } from './scene.ts'

let scene: Scene
let chromium: Browser
let app: Server
let callback: string
let clientId: string
let oidc: Server
let apple: FakeIdp
let saml: Awaited<ReturnType<typeof startPysaml2>>

const listen = (server: Server, host: string) => new Promise<void>((resolve) => server.listen(0, host, resolve))
const portOf = (server: Server) => (server.address() as AddressInfo).port

before(async () => {
  app = createServer((request, response) => response.end(`the app at ${request.url}`))
  apple = await startFakeIdp('https://appleid.apple.com')
  const identityProviderHosts = { 'appleid.apple.com': apple.url }
  ;[scene, chromium] = await Promise.all([
    startScene({}, { identityProviderHosts }),
    launchChromium(),
    listen(app, '127.0.0.1'),
  ])
  callback = `http://localhost:${portOf(app)}/callback`
  const UserPoolId = scene.poolId
  const { Certificate: certificate } = await scene.cognito.getSigningCertificate({ UserPoolId })
  ;[oidc, saml] = await Promise.all([
    startOidcProvider(),
    startPysaml2({
      entityId: `urn:amazon:cognito:sp:${UserPoolId}`,
      acs: `${scene.site}/saml2/idpresponse`,
      logout: `${scene.site}/saml2/logout`,
      certificate: certificate!,
    }),
  ])
  await scene.cognito.createIdentityProvider({
    UserPoolId,
    ProviderName: 'Acme',
    ProviderType: 'OIDC',
    ProviderDetails: {
      client_id: 'poolhouse',
      client_secret: 'secret-of-the-app',
      authorize_scopes: 'openid email profile',
      oidc_issuer: `http://127.0.0.1:${portOf(oidc)}`,
      attributes_request_method: 'GET',
    },
    AttributeMapping: { email: 'email', email_verified: 'email_verified', name: 'name' },
  })
  await scene.cognito.createIdentityProvider({
    UserPoolId,
    ProviderName: 'Corp',
    ProviderType: 'SAML',
    ProviderDetails: { MetadataURL: saml.metadataUrl, RequestSigningAlgorithm: 'rsa-sha256', IDPSignout: 'true' },
    AttributeMapping: { email: 'urn:oid:0.9.2342.19200300.100.1.3', name: 'urn:oid:2.16.840.1.113730.3.1.241' },
  })
  await scene.cognito.createIdentityProvider({
    UserPoolId,
    ProviderName: 'SignInWithApple',
    ProviderType: 'SignInWithApple',
    ProviderDetails: {
      client_id: 'com.example.app',
      team_id: 'TEAM',
      key_id: 'KEY',
      private_key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
        type: 'pkcs8',
        format: 'pem',
      }) as string,
      authorize_scopes: 'email name',
    },
    AttributeMapping: { email: 'email', name: 'name' },
  })
  clientId = await scene.client(['COGNITO', 'Acme', 'Corp', 'SignInWithApple'], {
    CallbackURLs: [callback],
    LogoutURLs: [callback],
  })
})
after(async () => {
  saml?.close()
  apple?.close()
  oidc?.closeAllConnections()
  oidc?.close()
  app.closeAllConnections()
  app.close()
  await chromium?.close()
  await scene.close()
})

async function startOidcProvider(): Promise<Server> {
  const server = createServer((request, response) => provider.callback()(request, response))
  await listen(server, '127.0.0.1')
  const provider = new Provider(`http://127.0.0.1:${portOf(server)}`, {
    clients: [
      {
        client_id: 'poolhouse',
        client_secret: 'secret-of-the-app',
        token_endpoint_auth_method: 'client_secret_post',
        redirect_uris: [`${scene.site}/oauth2/idpresponse`],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@acme.example`, email_verified: true, name: `${id} of Acme` }),
    }),
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true } },
    cookies: { keys: ['a key of the test'] },
  })
  provider.on('server_error', (_, error) => console.error(error))
  return server
}

const start = (parameters: Record<string, string> = {}): string =>
  scene.authorizeUrl(clientId, { redirect_uri: callback, ...parameters })

async function claimsAt(page: Page): Promise<Record<string, unknown>> {
  await page.waitForURL(`${callback}**`)
  const code = new URL(page.url()).searchParams.get('code')
  assert.ok(code, page.url())
  const { body } = await askToken(scene.site, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: callback,
    client_id: clientId,
  })
  return claimsOf(body.id_token!)
}

async function link(name: string, provider: string, value: string): Promise<string> {
  const UserPoolId = scene.poolId
  const { User } = await scene.cognito.adminCreateUser({ UserPoolId, Username: name, MessageAction: 'SUPPRESS' })
  await scene.cognito.adminLinkProviderForUser({
    UserPoolId,
    DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: name },
    SourceUser: { ProviderName: provider, ProviderAttributeName: 'Cognito_Subject', ProviderAttributeValue: value },
  })
  return User!.Attributes!.find(({ Name }) => Name === 'sub')!.Value!
}

async function withPage(use: (page: Page) => Promise<void>): Promise<void> {
  const context = await chromium.newContext()
  try {
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    await use(page)
  } finally {
    await context.close()
  }
}

/** At oidc-provider's own pages. */
async function atAcme(page: Page, user: string): Promise<void> {
  await page.fill('input[name=login]', user)
  await page.fill('input[name=password]', 'any')
  await page.click('button[type=submit]')
  await page.click('button[type=submit]')
}

async function atCorp(page: Page, user: string): Promise<void> {
  await page.fill('input[name=user]', user)
  await page.click('button')
}

test('from the login page through an OIDC provider, the first and the second time', async () => {
  await withPage(async (page) => {
    await page.goto(start())
    await page.click('a[href*="identity_provider=Acme"]')
    await atAcme(page, 'ann')
    const first = await claimsAt(page)
    assert.deepEqual(
      [first['cognito:username'], first.email, first.email_verified, first.name],
      ['Acme_ann', 'ann@acme.example', true, 'ann of Acme'],
    )
    await page.goto(`${scene.site}/logout?${new URLSearchParams({ client_id: clientId, logout_uri: callback })}`)
    await page.goto(start({ identity_provider: 'Acme' }))
    assert.equal((await claimsAt(page)).sub, first.sub)
  })
})

test('from the login page through a SAML provider, the first and the second time, and out again', async () => {
  await withPage(async (page) => {
    await page.goto(start())
    await page.click('a[href*="identity_provider=Corp"]')
    await atCorp(page, 'bob')
    const first = await claimsAt(page)
    assert.deepEqual([first['cognito:username'], first.email, first.name], ['Corp_bob', 'bob@corp.example', 'Bob'])
    // Out here and there, by a signed request and a signed answer.
    await page.goto(`${scene.site}/logout?${new URLSearchParams({ client_id: clientId, logout_uri: callback })}`)
    await page.waitForURL(callback)
    await page.goto(start({ identity_provider: 'Corp' }))
    await atCorp(page, 'bob')
    assert.equal((await claimsAt(page)).sub, first.sub)
  })
})

test('a form that Apple has the browser send from its own site finds the browser’s sign-in', async () => {
  apple.claims = { sub: '000.eve', email: 'eve@privaterelay.example' }
  apple.form = { user: JSON.stringify({ name: { firstName: 'Eve', lastName: 'Doe' } }) }
  await withPage(async (page) => {
    await page.goto(start())
    await page.click('a[href*="identity_provider=SignInWithApple"]')
    const claims = await claimsAt(page)
    assert.equal(apple.asked.get('response_mode'), 'form_post')
    assert.deepEqual([claims['cognito:username'], claims.name], ['SignInWithApple_000.eve', 'Eve Doe'])
  })
})

test('a linked user is who signs in, through either', async () => {
  const [cat, dan] = await Promise.all([link('cat', 'Acme', 'cat-there'), link('dan', 'Corp', 'dan-there')])
  await withPage(async (page) => {
    await page.goto(start({ identity_provider: 'Acme' }))
    await atAcme(page, 'cat-there')
    const claims = await claimsAt(page)
    assert.deepEqual([claims.sub, claims['cognito:username']], [cat, 'cat'])
  })
  await withPage(async (page) => {
    await page.goto(start({ identity_provider: 'Corp' }))
    await atCorp(page, 'dan-there')
    const claims = await claimsAt(page)
    assert.deepEqual([claims.sub, claims['cognito:username'], claims.email], [dan, 'dan', 'dan-there@corp.example'])
  })
})
