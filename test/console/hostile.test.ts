import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { createDevTools } from '../../src/dev/dev-tools.ts'
import { adminOf } from '../administration/scene.ts'
import { type ConsoleScene, press, startConsole, told } from './scene.ts'

let scene: ConsoleScene
let UserPoolId: string
let ClientId: string
let triggersDir: string

const script = '<img src=x onerror="globalThis.hacked=1"><script>globalThis.hacked=1</script>'
const huge = 'W'.repeat(1900)

before(async () => {
  triggersDir = await mkdtemp(join(tmpdir(), 'poolhouse-hostile-'))
  const code = `export const handler = async () => { console.log(${JSON.stringify(script)}); throw new Error(${JSON.stringify(script)}) }`
  await writeFile(join(triggersDir, 'evil.mjs'), code)
  scene = await startConsole({ triggersDir }, { devTools: createDevTools() })
  const { UserPool } = await scene.cognito.createUserPool({
    PoolName: 'shop',
    UserPoolTags: { team: '<svg onload=hacked=1>'.replace(/[<>]/g, '=') },
    VerificationMessageTemplate: {
      EmailSubject: script,
      EmailMessage: `${script}<a href="javascript:globalThis.hacked=1">{####}</a><form action="//evil.example"><input autofocus onfocus="globalThis.hacked=1"></form><style>body{background:url(https://evil.example/x)}</style><p style="background:url(https://evil.example/y)">x</p><iframe srcdoc="<script>parent.hacked=1</script>"></iframe><meta http-equiv="refresh" content="0;url=https://evil.example">`,
    },
    AdminCreateUserConfig: {
      InviteMessageTemplate: {
        SMSMessage: `${script.slice(0, 60)} {username} {####}`,
        EmailSubject: script,
        EmailMessage: `${script}<a href="javascript:globalThis.hacked=1">{username} {####}</a>`,
      },
    },
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
after(async () => {
  await scene?.close()
  await rm(triggersDir, { recursive: true })
})

/** Nothing has run, no link runs anything, and nothing breaks out of a phone's width. */
async function requireHarmless(page: Page, name: string): Promise<void> {
  await page.setViewportSize({ width: 360, height: 800 })
  assert.equal(await page.evaluate('globalThis.hacked'), undefined, name)
  assert.equal(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0, name)
  const links = (await page.evaluate(
    `[...document.querySelectorAll('[href], [src]')].map((one) => one.getAttribute('href') ?? one.getAttribute('src'))`,
  )) as string[]
  assert.deepEqual(
    links.filter((link) => /^\s*(javascript|vbscript|data:text)/i.test(link)),
    [],
    name,
  )
  await page.setViewportSize({ width: 1280, height: 900 })
}

/** Requests to other hosts. */
function outsideOf(page: Page): string[] {
  const outside: string[] = []
  page.on('request', (request) => {
    const { host, protocol } = new URL(request.url())
    if (protocol.startsWith('http') && host !== new URL(scene.url).host) outside.push(request.url())
  })
  return outside
}

test('hostile settings are text on every page: nothing runs, nothing is loaded, nothing breaks out of the page', async () => {
  const tab = await scene.open(`pools/${UserPoolId}/providers`)
  const { page } = tab
  const outside = outsideOf(page)
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
    await requireHarmless(page, path)
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

test('hostile users, messages, roles, functions and files are text too', async () => {
  const Username = '<i>"\'</i>'
  await scene.cognito.adminCreateUser({
    UserPoolId,
    Username,
    DesiredDeliveryMediums: ['EMAIL'],
    UserAttributes: [
      { Name: 'email', Value: 'ann@example.com' },
      { Name: 'name', Value: script },
      { Name: 'picture', Value: 'javascript:globalThis.hacked=1' },
      { Name: 'website', Value: 'javascript:globalThis.hacked=1' },
      { Name: 'address', Value: huge },
    ],
  })
  await scene.cognito.adminAddUserToGroup({ UserPoolId, Username, GroupName: 'a<b>c' })
  const admin = adminOf(scene)
  await admin.putRole({ RoleName: 'evil', Description: script.slice(0, 200), ReadyMadePolicy: 'read-only' })
  await admin.createAccessKey({ RoleName: 'evil', ServiceName: 'ci', Description: script.slice(0, 200) })
  const faults = { method: 'POST', body: JSON.stringify({ operation: 'GetUser', type: '<b>', message: script }) }
  assert.equal((await fetch(`${scene.url}/_poolhouse/faults`, faults)).status, 200)
  const { UserPool } = await scene.cognito.createUserPool({
    PoolName: 'functions',
    LambdaConfig: { PostAuthentication: 'arn:aws:lambda:us-east-1:000000000000:function:evil' },
  })

  const tab = await scene.open('pools')
  const { page } = tab
  const outside = outsideOf(page)
  const at = (path: string) => `pools/${UserPoolId}/${path}`
  const pages: [string, string | RegExp][] = [
    [at('users'), Username],
    [at(`users?q=${encodeURIComponent(script)}`), 'Users'],
    [at(`users/${encodeURIComponent(Username)}`), /<img src=x/],
    [at('outbox'), 'Outbox'],
    ['roles', /<img src=x/],
    ['roles/evil', 'evil'],
    ['access-keys', 'evil'],
    ['operators', 'Operators'],
    ['development/inbox', /<img src=x/],
    ['development/tools', 'GetUser'],
    [`pools?q=${encodeURIComponent(script)}`, 'User pools'],
  ]
  for (const [path, text] of pages) {
    await tab.goTo(path)
    await page
      .getByText(text)
      .filter({ visible: true })
      .first()
      .waitFor()
      .catch(() => assert.fail(path))
    await requireHarmless(page, path)
  }
  await tab.goTo(at('audit'))
  await press(page, /Record of CreateGroup/)
  await page.getByText(/"GroupName": "a<b>c"/i).waitFor()
  await requireHarmless(page, 'audit')

  await tab.goTo(at('transfer'))
  const { CSVHeader = [] } = await scene.cognito.getCSVHeader({ UserPoolId })
  const values: Record<string, string> = {
    'cognito:username': '<svg/onload=hacked=1>',
    email_verified: 'true',
    phone_number_verified: 'false',
    'cognito:mfa_enabled': 'false',
  }
  const line = CSVHeader.map((name) => values[name] ?? '')
  const buffer = Buffer.from(`${CSVHeader.join(',')}\r\n${line.join(',')}\r\n`)
  await page.locator('input[type=file]').first().setInputFiles({ name: '<svg>.csv', mimeType: 'text/csv', buffer })
  await told(page, '<svg>.csv')
  await requireHarmless(page, 'transfer')

  await tab.goTo(`pools/${UserPool!.Id}/triggers`)
  await press(page, 'Send a test event: Post authentication')
  await page.getByRole('dialog').getByRole('button', { name: 'Send', exact: true }).click()
  await told(page, /PostAuthentication failed with error/)
  await requireHarmless(page, 'triggers')
  assert.deepEqual(outside, [])
  await tab.look('hostile-function')
  await tab.close()
})
