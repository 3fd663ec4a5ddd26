import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import type { Browser } from 'playwright-core'
import { type SnippetFacts, snippetsFor } from '../../console/pages/client/snippet-texts.ts'
import { launchChromium } from '../support/chromium.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

const run = promisify(execFile)
const Password = 'Correct-horse-1'

let server: TestServer
let browser: Browser
let app: Server
let appUrl: string
let page = ''
let scriptText = ''
let UserPoolId: string

before(async () => {
  ;[server, browser] = await Promise.all([startTestServer(), launchChromium()])
  app = createServer((request, response) => {
    if (request.url === '/app.js') response.setHeader('content-type', 'text/javascript').end(scriptText)
    else response.setHeader('content-type', 'text/html').end(page)
  })
  await new Promise<void>((resolve) => app.listen(0, 'localhost', resolve))
  appUrl = `http://localhost:${(app.address() as AddressInfo).port}/`
  UserPoolId = (await server.cognito.createUserPool({ PoolName: 'shop' })).UserPool!.Id!
  await server.cognito.adminCreateUser({ UserPoolId, Username: 'ann', MessageAction: 'SUPPRESS' })
  await server.cognito.adminSetUserPassword({ UserPoolId, Username: 'ann', Password, Permanent: true })
  await server.cognito.createResourceServer({
    UserPoolId,
    Identifier: 'orders',
    Name: 'orders',
    Scopes: [{ ScopeName: 'read', ScopeDescription: 'read' }],
  })
})
after(async () => {
  await browser?.close()
  app?.close()
  await server?.close()
})

/** What the console shows at a client of this kind, as it is shown. */
async function shown(kind: 'browser' | 'server' | 'machine'): Promise<Record<string, string> & { secret: string }> {
  const isMachine = kind === 'machine'
  const { UserPoolClient } = await server.cognito.createUserPoolClient({
    UserPoolId,
    ClientName: kind,
    GenerateSecret: kind !== 'browser',
    AllowedOAuthFlows: [isMachine ? 'client_credentials' : 'code'],
    AllowedOAuthScopes: isMachine ? ['orders/read'] : ['openid', 'profile'],
    AllowedOAuthFlowsUserPoolClient: true,
    ...(!isMachine && { CallbackURLs: [appUrl], LogoutURLs: [appUrl], SupportedIdentityProviders: ['COGNITO'] }),
  })
  const facts: SnippetFacts = {
    publicUrl: server.url,
    region: 'us-east-1',
    poolId: UserPoolId,
    clientId: UserPoolClient!.ClientId!,
    hasSecret: kind !== 'browser',
    isMachine,
    callbackUrl: isMachine ? '' : appUrl,
    logoutUrl: isMachine ? '' : appUrl,
    scopes: UserPoolClient!.AllowedOAuthScopes!,
  }
  const codes = Object.fromEntries(snippetsFor(facts).map(({ id, code }) => [id, code]))
  return { ...codes, secret: UserPoolClient!.ClientSecret ?? '', id: facts.clientId }
}

/** The snippet as a page of the app, built as Vite would. */
async function serve(contents: string): Promise<void> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname, loader: 'js' },
    bundle: true,
    write: false,
    format: 'esm',
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  scriptText = outputFiles[0]!.text
  page = '<!doctype html><title>App</title><body><script type="module" src="/app.js"></script></body>'
}

test('oidc-client-ts signs in, shows who that is, and signs out', async () => {
  const { 'oidc-client-ts': code } = await shown('browser')
  await serve(code!)
  const tab = await browser.newPage()
  await tab.goto(appUrl)
  await tab.getByRole('button', { name: 'Sign in' }).click()
  await tab.getByLabel('Username').fill('ann')
  await tab.getByLabel('Password').fill(Password)
  await tab.getByRole('button', { name: 'Sign in' }).click()
  await tab.getByRole('button', { name: 'Sign out' }).waitFor()
  assert.match(await tab.locator('pre').innerText(), /"cognito:username": "ann"/)
  await tab.getByRole('button', { name: 'Sign out' }).click()
  await tab.getByText('Signed out').waitFor()
  await tab.close()
})

test('Amplify signs in', async () => {
  const { amplify: code } = await shown('browser')
  const given = `const [username, password] = ['ann', ${JSON.stringify(Password)}]\n`
  await serve(
    `${code}\n;document.title = isSignedIn ? 'in' : nextStep.signInStep`.replace(/(?=\nAmplify\.)/, `\n${given}`),
  )
  const tab = await browser.newPage()
  await tab.goto(appUrl)
  await tab.waitForFunction(() => document.title !== 'App')
  assert.equal(await tab.title(), 'in')
  await tab.close()
})

for (const kind of ['browser', 'server'] as const)
  test(`curl trades a code for tokens: ${kind}`, async () => {
    const { curl, secret, id } = await shown(kind)
    page = '<!doctype html><title>App</title>'
    const tab = await browser.newPage()
    const query = new URLSearchParams({ client_id: id!, response_type: 'code', redirect_uri: appUrl, scope: 'openid' })
    await tab.goto(`${server.url}/${UserPoolId}/login?${query}`)
    await tab.getByLabel('Username').fill('ann')
    await tab.getByLabel('Password').fill(Password)
    await tab.getByRole('button', { name: 'Sign in' }).click()
    await tab.waitForURL(`${appUrl}?code=**`)
    const CODE = new URL(tab.url()).searchParams.get('code')!
    await tab.close()
    const env = { ...process.env, CODE, CLIENT_SECRET: secret }
    const { stdout } = await run('sh', ['-c', curl!], { env })
    assert.ok(JSON.parse(stdout).id_token, stdout)
  })

test('machines get tokens by curl and by Node', async () => {
  const { curl, node, secret } = await shown('machine')
  const env = { ...process.env, CLIENT_SECRET: secret }
  const { stdout } = await run('sh', ['-c', curl!], { env })
  assert.ok(JSON.parse(stdout).access_token, stdout)
  const printed = await run(process.execPath, ['--input-type=module', '--eval', node!], { env })
  assert.match(printed.stdout, /^ey\S+\n$/)
})
