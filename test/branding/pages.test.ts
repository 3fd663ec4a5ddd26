import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { type HostedScene, startScene } from '../hosted/scene.ts'
import { Visitor } from '../hosted/visitor.ts'
import { startTestServer } from '../support/server.ts'
import { asset, createStyle, drawing } from './brand-scene.ts'
import { ico, png } from './scene.ts'

let scene: HostedScene

before(async () => {
  scene = await startScene()
})
after(() => scene?.close())

async function page(client_id: string, path = 'login'): Promise<string> {
  const seen = await new Visitor().open(scene.loginUrl({ client_id }, path))
  assert.equal(seen.status, 200, seen.body)
  return seen.body
}

const sheets = (body: string): string[] =>
  [...body.matchAll(/<link rel="stylesheet" href="([^"]+)">/g)].map(([, href]) => decode(href!))
const decode = (text: string) => text.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&')
const load = (path: string) => fetch(new URL(path, scene.url))

async function themeOf(client_id: string): Promise<string> {
  const [theme] = sheets(await page(client_id))
  const response = await load(theme!)
  assert.equal(response.status, 200)
  return response.text()
}

const red = { components: { primaryButton: { lightMode: { defaults: { backgroundColor: 'c01020ff' } } } } }
const blue = { components: { primaryButton: { lightMode: { defaults: { backgroundColor: '1020c0ff' } } } } }

test('a client shows its own style, and no other does', async () => {
  const [one, other] = [await scene.addClient({}), await scene.addClient({})]
  await createStyle(scene, one, red)
  assert.match(await themeOf(one), /--button-background:#c01020ff/)
  assert.match(await themeOf(other), /--button-background:#0972d3ff/)
})

test('a change shows on the next page of every node', async () => {
  const masterKey = randomBytes(32)
  const first = await startTestServer({}, { masterKey })
  const second = await startTestServer({}, { masterKey, connection: first.connection })
  try {
    const { UserPool } = await first.cognito.createUserPool({ PoolName: 'nodes' })
    const UserPoolId = UserPool!.Id!
    const { UserPoolClient } = await first.cognito.createUserPoolClient({
      UserPoolId,
      ClientName: 'app',
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid'],
      SupportedIdentityProviders: ['COGNITO'],
      CallbackURLs: ['http://localhost/callback'],
    })
    const ClientId = UserPoolClient!.ClientId!
    const themeAt = async (url: string) => {
      const query = new URLSearchParams({
        client_id: ClientId,
        response_type: 'code',
        redirect_uri: 'http://localhost/callback',
      })
      const { body } = await new Visitor().open(`${url}/${UserPoolId}/login?${query}`)
      return (await fetch(new URL(sheets(body)[0]!, url))).text()
    }
    const both = [first.url, second.url]
    const given = { UserPoolId, ClientId, Settings: red }
    const { ManagedLoginBranding } = await first.cognito.createManagedLoginBranding(given)
    for (const url of both) assert.match(await themeAt(url), /#c01020ff/)

    const { ManagedLoginBrandingId } = ManagedLoginBranding!
    await second.cognito.updateManagedLoginBranding({ UserPoolId, ManagedLoginBrandingId, Settings: blue })
    for (const url of both) assert.match(await themeAt(url), /#1020c0ff/)

    await first.cognito.deleteManagedLoginBranding({ UserPoolId, ManagedLoginBrandingId })
    for (const url of both) assert.match(await themeAt(url), /#0972d3ff/)
  } finally {
    await second.close()
    await first.close()
  }
})

test('a stylesheet is cached forever under the hash of its content, and not under another', async () => {
  const client = await scene.addClient({})
  const id = await createStyle(scene, client, red)
  const [before] = sheets(await page(client))
  const response = await load(before!)
  assert.equal(response.headers.get('cache-control'), 'public, max-age=31536000, immutable')
  assert.match(response.headers.get('content-type')!, /^text\/css/)
  await scene.cognito.updateManagedLoginBranding({
    UserPoolId: scene.poolId,
    ManagedLoginBrandingId: id,
    Settings: blue,
  })
  const [now] = sheets(await page(client))
  assert.notEqual(now, before)
  const old = await load(before!)
  assert.equal(old.headers.get('cache-control'), 'no-store')
  assert.match(await old.text(), /#1020c0ff/)
  assert.equal((await load(before!.replace(client, 'nobody'))).status, 404)
})

test('pictures are served by the hash of their content, as what they are', async () => {
  const client = await scene.addClient({})
  const comment = '<!-- drawn by hand -->'
  await createStyle(
    scene,
    client,
    {
      categories: { global: { pageHeader: { enabled: true } } },
      components: { pageHeader: { logo: { enabled: true } }, form: { logo: { enabled: true } } },
    },
    [
      asset('PAGE_HEADER_LOGO', 'LIGHT', 'SVG', comment + drawing('<circle r="5"/>')),
      asset('FORM_LOGO', 'LIGHT', 'PNG', png),
    ],
  )
  const body = await page(client)
  const [header, form] = [...body.matchAll(/<img src="([^"]+)"/g)].map(([, src]) => src!)
  const svg = await load(header!)
  assert.equal(svg.headers.get('content-type'), 'image/svg+xml')
  assert.equal(svg.headers.get('cache-control'), 'public, max-age=31536000, immutable')
  assert.equal(svg.headers.get('x-content-type-options'), 'nosniff')
  assert.match(svg.headers.get('content-security-policy')!, /default-src 'none'.*sandbox/)
  assert.equal(await svg.text(), drawing('<circle r="5"/>'))
  const pixels = await load(form!)
  assert.equal(pixels.headers.get('content-type'), 'image/png')
  assert.deepEqual(Buffer.from(await pixels.arrayBuffer()), png)

  const other = await scene.cognito.createUserPool({ PoolName: 'other' })
  for (const wrong of [
    form!.replace(scene.poolId, other.UserPool!.Id!),
    form!.replace('.png', '.svg'),
    form!.replace(/[\w-]{32}/, 'x'.repeat(32)),
    form!.replace('/branding/', '/branding/../'),
  ])
    assert.equal((await load(wrong)).status, 404, wrong)
  assert.equal((await fetch(new URL(form!, scene.url), { method: 'POST' })).status, 404)
})

test('bars, logos and icons stand where the style puts them', async () => {
  const client = await scene.addClient({})
  const logo = { enabled: true, location: 'END', position: 'BOTTOM', formInclusion: 'OUT' }
  await createStyle(
    scene,
    client,
    {
      categories: {
        global: { colorSchemeMode: 'DYNAMIC', pageHeader: { enabled: true }, pageFooter: { enabled: true } },
        form: { location: { horizontal: 'START', vertical: 'END' }, displayGraphics: false },
      },
      components: {
        pageHeader: { logo: { enabled: true, location: 'CENTER' } },
        form: { logo },
        favicon: { enabledTypes: ['ICO', 'SVG'] },
      },
    },
    [
      asset('PAGE_HEADER_LOGO', 'LIGHT', 'SVG', drawing('<g id="light"/>')),
      asset('PAGE_HEADER_LOGO', 'DARK', 'SVG', drawing('<g id="dark"/>')),
      asset('FORM_LOGO', 'DYNAMIC', 'PNG', png),
      asset('FAVICON_ICO', 'DYNAMIC', 'ICO', ico),
      asset('FAVICON_SVG', 'LIGHT', 'SVG', drawing('<g id="l"/>')),
      asset('FAVICON_SVG', 'DARK', 'SVG', drawing('<g id="d"/>')),
      asset('PASSWORD_GRAPHIC', 'LIGHT', 'PNG', png),
    ],
  )
  const body = await page(client)
  assert.match(body, /<header class="bar top at-center"><picture><source srcset="[^"]+\.svg" media="[^"]+dark\)">/)
  assert.match(body, /<footer class="bar bottom at-start"><\/footer>/)
  assert.match(body, /<\/div>\n<div class="logo at-end"><img src="[^"]+\.png" alt="">/)
  assert.match(body, /<link rel="icon" href="[^"]+\.ico" type="image\/x-icon">/)
  assert.match(
    body,
    /<link rel="icon" href="[^"]+\.svg" type="image\/svg\+xml" media="\(prefers-color-scheme: dark\)">/,
  )
  const theme = await themeOf(client)
  assert.match(theme, /--form-inline:start;--form-block:end;--graphics:none/)
  assert.match(await page(client, 'forgotPassword'), /<div class="graphic-image"><img src="[^"]+\.png"/)
})

test('a picture for the other colour scheme is not shown', async () => {
  const client = await scene.addClient({})
  const components = { form: { logo: { enabled: true } } }
  await createStyle(scene, client, { components }, [asset('FORM_LOGO', 'DARK', 'PNG', png)])
  assert.doesNotMatch(await page(client), /<img/)
})

test('providers stand before or after the form, in the order of the style', async () => {
  for (const ProviderName of ['Google', 'LoginWithAmazon'] as const)
    await scene.cognito.createIdentityProvider({
      UserPoolId: scene.poolId,
      ProviderName,
      ProviderType: ProviderName,
      ProviderDetails: { client_id: 'id', client_secret: 'secret', authorize_scopes: 'profile' },
    })
  const providers = { SupportedIdentityProviders: ['COGNITO', 'Google', 'LoginWithAmazon'] }
  const names = (body: string) => [...body.matchAll(/data-provider="(\w+)"|<(form) /g)].map(([, a, b]) => a ?? b)
  const client = await scene.addClient(providers)
  assert.deepEqual(names(await page(client)), ['Google', 'LoginWithAmazon', 'form'])

  const method = (type: string) => [{ display: 'BUTTON', type }]
  const order = (authMethodOrder: object[][]) => ({
    categories: { auth: { authMethodOrder, federation: { order: ['LoginWithAmazon'] } } },
  })
  const id = await createStyle(scene, client, order([method('USERNAME_PASSWORD'), method('FEDERATED')]), [
    asset('IDP_BUTTON_ICON', 'DYNAMIC', 'SVG', drawing('<g/>'), 'Google'),
  ])
  const body = await page(client)
  assert.deepEqual(names(body), ['form', 'LoginWithAmazon', 'Google'])
  assert.match(body, /identity_provider&#x3D;Google[^>]*><img src="[^"]+\.svg" alt=""><span>Continue with Google/)
  const update = async (Settings: object) =>
    scene.cognito.updateManagedLoginBranding({
      UserPoolId: scene.poolId,
      ManagedLoginBrandingId: id,
      Settings: Settings as never,
    })
  await update(order([method('USERNAME_PASSWORD')]))
  assert.deepEqual(names(await page(client)), ['form'])
  await update(order([method('FEDERATED')]))
  assert.deepEqual(names(await page(client)), ['LoginWithAmazon', 'Google'])
})

test('sign-up names the terms where the client has both documents', async () => {
  const client = await scene.addClient({})
  const create = (TermsName: string, Links: Record<string, string>) =>
    scene.cognito.createTerms({
      UserPoolId: scene.poolId,
      ClientId: client,
      TermsName,
      TermsSource: 'LINK',
      Enforcement: 'NONE',
      Links,
    })
  await create('terms-of-use', {
    'cognito:default': 'https://example.com/any',
    'cognito:english': 'https://example.com/en',
  })
  assert.doesNotMatch(await page(client, 'signup'), /Terms of use/)
  await create('privacy-policy', { 'cognito:default': 'https://example.com/privacy"onclick="x' })
  const text = await page(client, 'signup')
  assert.match(text, /you agree to our <a href="https:\/\/example.com\/en" [^>]+>Terms of use<\/a> and <a href="[^"]+"/)
  assert.doesNotMatch(text, /"onclick/)
})

test('a domain of version 1 shows the classic style, of the client or of all', async () => {
  const classic = await startScene()
  try {
    const UserPoolId = classic.poolId
    await classic.cognito.createUserPoolDomain({ UserPoolId, Domain: 'classic-brand' })
    await createStyle(classic, classic.clientId, red)
    const open = async () => (await new Visitor().open(classic.loginUrl())).body
    const plain = await open()
    assert.doesNotMatch(plain, /branding/)
    const light = await fetch(new URL(sheets(plain)[0]!, classic.url))
    assert.match(await light.text(), /^:root\{color-scheme:light;(?!.*@media)/)

    const CSS = '.submitButton-customizable{background-color:#135;position:fixed} .label-customizable{font-weight:400}'
    await classic.cognito.setUICustomization({ UserPoolId, CSS, ImageFile: png })
    const body = await open()
    const [theme, , own] = sheets(body)
    assert.match(await (await fetch(new URL(theme!, classic.url))).text(), /color-scheme:light;.*#0972d3ff/)
    assert.equal(
      await (await fetch(new URL(own!, classic.url))).text(),
      ':root .submitButton-customizable{background-color:#135}:root .label-customizable{font-weight:400}',
    )
    const [, logo] = /<img class="logo-customizable" src="([^"]+)"/.exec(body)!
    assert.deepEqual(Buffer.from(await (await fetch(new URL(logo!, classic.url))).arrayBuffer()), png)

    await classic.cognito.setUICustomization({
      UserPoolId,
      ClientId: classic.clientId,
      CSS: '.banner-customizable{padding:1px}',
    })
    assert.doesNotMatch(await open(), /logo-customizable/)
    await classic.cognito.updateUserPoolDomain({ UserPoolId, Domain: 'classic-brand', ManagedLoginVersion: 2 })
    assert.match(await open(), /\.managed\.[\w-]+\.css/)
  } finally {
    await classic.close()
  }
})

test('messages look like the app that their address names, unless it is one of another pool', async () => {
  const client_id = await scene.addClient({})
  await createStyle(scene, client_id, red)
  const open = async (path: string, client = client_id) =>
    (
      await new Visitor().get(
        `${scene.url}/${scene.poolId}/${path}${path.includes('?') ? '&' : '?'}client_id=${client}`,
      )
    ).body
  const { UserPool } = await scene.cognito.createUserPool({ PoolName: 'another' })
  const { UserPoolClient } = await scene.cognito.createUserPoolClient({
    UserPoolId: UserPool!.Id!,
    ClientName: 'foreign',
  })
  for (const path of [
    'error?error=x',
    'confirmUser',
    'oauth2/authorize?response_type=code&redirect_uri=https://elsewhere.example',
    'logout',
    'signedout',
  ]) {
    assert.match(await open(path), new RegExp(`${client_id}\\.managed`), path)
    for (const stranger of [UserPoolClient!.ClientId!, 'nobody', '%00'])
      assert.doesNotMatch(await open(path, stranger), /\.managed\./, `${path} ${stranger}`)
  }
})

test('where the installation is strict, a client without a style has no pages', async () => {
  const strict = await startScene({}, {}, { strict: true })
  try {
    const open = async () => new Visitor().open(strict.loginUrl())
    const unavailable = await open()
    assert.equal(unavailable.status, 403)
    assert.match(unavailable.body, /Sign-in pages unavailable/)
    await strict.cognito.createManagedLoginBranding({
      UserPoolId: strict.poolId,
      ClientId: strict.clientId,
      UseCognitoProvidedValues: true,
    })
    assert.equal((await open()).status, 200)
  } finally {
    await strict.close()
  }
})
