import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ConsoleScene, startConsole } from './scene.ts'

let scene: ConsoleScene
let UserPoolId: string
let ClientId: string

const script = '<img src=x onerror="globalThis.hacked=1"><script>globalThis.hacked=1</script>'
const huge = 'W'.repeat(1900)

before(async () => {
  scene = await startConsole()
  const { UserPool } = await scene.cognito.createUserPool({
    PoolName: 'shop',
    UserPoolTags: { team: '<svg onload=hacked=1>'.replace(/[<>]/g, '=') },
    VerificationMessageTemplate: {
      EmailSubject: script,
      EmailMessage: `${script}<a href="javascript:globalThis.hacked=1">{####}</a><form action="//evil.example"><input autofocus onfocus="globalThis.hacked=1"></form><style>body{background:url(https://evil.example/x)}</style><p style="background:url(https://evil.example/y)">x</p><iframe srcdoc="<script>parent.hacked=1</script>"></iframe><meta http-equiv="refresh" content="0;url=https://evil.example">`,
    },
    AdminCreateUserConfig: { InviteMessageTemplate: { SMSMessage: `${script.slice(0, 60)} {username} {####}` } },
  })
  UserPoolId = UserPool!.Id!
  await scene.cognito.createGroup({ UserPoolId, GroupName: 'a<b>c', Description: script })
  const { UserPoolClient } = await scene.cognito.createUserPoolClient({
    UserPoolId,
    ClientName: 'app',
    CallbackURLs: ['myapp://x/%3Cscript%3Ehacked=1%3C/script%3E'],
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid'],
    AllowedOAuthFlowsUserPoolClient: true,
    SupportedIdentityProviders: ['COGNITO'],
  })
  ClientId = UserPoolClient!.ClientId!
  await scene.cognito.createIdentityProvider({
    UserPoolId,
    ProviderName: '<b>"\'',
    ProviderType: 'OIDC',
    ProviderDetails: {
      client_id: script,
      client_secret: huge,
      attributes_request_method: 'GET',
      oidc_issuer: 'https://idp.example.com',
      authorize_scopes: 'openid',
      authorize_url: 'https://idp.example.com/a',
      token_url: 'https://idp.example.com/t',
      attributes_url: 'https://idp.example.com/u',
      jwks_uri: 'https://idp.example.com/j',
    },
    AttributeMapping: { name: script, nickname: huge },
  })
  await scene.cognito.createResourceServer({
    UserPoolId,
    Identifier: `javascript:hacked=1//${'i'.repeat(200)}`,
    Name: 'api',
    Scopes: [{ ScopeName: '<i>', ScopeDescription: script }],
  })
})
after(() => scene.close())

test('hostile settings are text on every page: nothing runs, nothing is loaded, nothing breaks out of the page', async () => {
  const tab = await scene.open(`pools/${UserPoolId}/providers`)
  const { page } = tab
  const outside: string[] = []
  page.on('request', (request) => {
    const { host, protocol } = new URL(request.url())
    if (protocol.startsWith('http') && host !== new URL(scene.url).host) outside.push(request.url())
  })
  const paths = [
    'providers',
    `providers/${encodeURIComponent('<b>"\'')}`,
    'apis',
    'groups',
    `groups/${encodeURIComponent('a<b>c')}`,
    `clients/${ClientId}`,
    'settings',
    'messages',
    'triggers',
    'threats',
    'domain',
    'branding',
    'transfer',
    `transfer?q=${encodeURIComponent(script)}`,
  ]
  for (const path of paths) {
    await tab.goTo(`pools/${UserPoolId}/${path}`)
    await page.getByRole('heading', { level: 1 }).first().waitFor()
    await page.setViewportSize({ width: 360, height: 800 })
    assert.equal(await page.evaluate('globalThis.hacked'), undefined, path)
    assert.equal(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0, path)
    const links = (await page.evaluate(
      `[...document.querySelectorAll('[href], [src]')].map((one) => one.getAttribute('href') ?? one.getAttribute('src'))`,
    )) as string[]
    assert.deepEqual(
      links.filter((link) => /^\s*(javascript|vbscript|data:text)/i.test(link)),
      [],
      path,
    )
  }
  await tab.goTo(`pools/${UserPoolId}/messages`)
  const mail = page.frameLocator('iframe[title="Preview: Verification by code"]')
  const link = mail.getByText('123456')
  await link.waitFor()
  assert.equal(await link.getAttribute('href'), null)
  assert.equal(await mail.locator('script, form, iframe, meta, [onerror]').count(), 0)
  for (const frame of page.frames())
    assert.equal(await frame.evaluate('globalThis.hacked').catch(() => undefined), undefined)
  assert.deepEqual(outside, [])
  await tab.look('hostile-messages')
  await tab.close()
})
