import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import type { Browser } from 'playwright-core'
import { snippetsFor } from '../../console/pages/client/snippet-texts/index.ts'
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

type Kind = 'browser' | 'server' | 'machine'

/** The steps that the console shows at a client of this kind: files by their name, commands by `run`. */
async function shown(kind: Kind, id: string): Promise<Record<string, string> & { clientId: string }> {
  const isMachine = kind === 'machine'
  const { UserPoolClient } = await server.cognito.createUserPoolClient({
    UserPoolId,
    ClientName: kind,
    GenerateSecret: kind !== 'browser',
    AllowedOAuthFlows: [isMachine ? 'client_credentials' : 'code'],
    AllowedOAuthScopes: isMachine ? ['orders/read'] : ['openid', 'profile', 'aws.cognito.signin.user.admin'],
    AllowedOAuthFlowsUserPoolClient: true,
    ...(!isMachine && { CallbackURLs: [appUrl], LogoutURLs: [appUrl], SupportedIdentityProviders: ['COGNITO'] }),
  })
  const clientId = UserPoolClient!.ClientId!
  const snippet = (
    await snippetsFor({
      publicUrl: server.url,
      poolId: UserPoolId,
      clientId,
      secret: UserPoolClient!.ClientSecret,
      isMachine,
      callbackUrls: UserPoolClient!.CallbackURLs ?? [],
      logoutUrls: UserPoolClient!.LogoutURLs ?? [],
      scopes: UserPoolClient!.AllowedOAuthScopes!,
    })
  ).find((snippet) => snippet.id === id)
  return { ...Object.fromEntries(snippet!.steps.map(({ file = 'run', text }) => [file, text])), clientId }
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

test('oidc-client-ts signs in, shows who that is, and signs out of the login pages too', async () => {
  const { 'src/main.js': code } = await shown('browser', 'oidc-client-ts')
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
  assert.equal(tab.url(), appUrl)
  await tab.getByRole('button', { name: 'Sign in' }).click()
  await tab.getByLabel('Password').waitFor()
  await tab.close()
})

test('Amplify signs in, shows who that is, and signs out', async () => {
  const { 'src/main.js': code } = await shown('browser', 'amplify')
  await serve(code!)
  const tab = await browser.newPage()
  await tab.goto(appUrl)
  await tab.getByLabel('Username').fill('ann')
  await tab.getByLabel('Password').fill('wrong')
  await tab.getByRole('button', { name: 'Sign in' }).click()
  await tab.getByText('Incorrect username or password.').waitFor()
  await tab.getByLabel('Password').fill(Password)
  await tab.getByRole('button', { name: 'Sign in' }).click()
  await tab.getByText(/"sub": "[\da-f-]{36}"/).waitFor()
  await tab.getByRole('button', { name: 'Sign out' }).click()
  await tab.getByRole('button', { name: 'Sign in' }).waitFor()
  await tab.close()
})

for (const kind of ['browser', 'server'] as const)
  test(`curl trades a code for tokens: ${kind}`, async () => {
    const { run: command, clientId } = await shown(kind, 'curl')
    page = '<!doctype html><title>App</title>'
    const tab = await browser.newPage()
    const query = new URLSearchParams({
      client_id: clientId,
      response_type: 'code',
      redirect_uri: appUrl,
      scope: 'openid',
    })
    await tab.goto(`${server.url}/${UserPoolId}/login?${query}`)
    await tab.getByLabel('Username').fill('ann')
    await tab.getByLabel('Password').fill(Password)
    await tab.getByRole('button', { name: 'Sign in' }).click()
    await tab.waitForURL(`${appUrl}?code=**`)
    const CODE = new URL(tab.url()).searchParams.get('code')!
    await tab.close()
    const { stdout } = await run('sh', ['-c', `CODE=${CODE}\n${command}`])
    assert.ok(JSON.parse(stdout).id_token, stdout)
  })

test('machines get tokens by curl and by Node', async () => {
  const { run: curl } = await shown('machine', 'curl')
  const { stdout } = await run('sh', ['-c', curl!])
  assert.ok(JSON.parse(stdout).access_token, stdout)
  const { 'token.mjs': node, run: command } = await shown('machine', 'node')
  const folder = await mkdtemp(join(tmpdir(), 'poolhouse-snippet-'))
  await writeFile(join(folder, 'token.mjs'), node!)
  const printed = await run('sh', ['-c', command!], { cwd: folder })
  await rm(folder, { recursive: true })
  assert.match(printed.stdout, /^ey\S+\n$/)
})

test('what others have registered runs no command of its own', async () => {
  const steps = (
    await snippetsFor({
      publicUrl: server.url,
      poolId: UserPoolId,
      clientId: 'app',
      secret: "s'; touch; '",
      isMachine: false,
      callbackUrls: ["http://localhost/x';touch;'$(touch)"],
      logoutUrls: ["http://localhost/x';touch;'$(touch)"],
      scopes: ["orders/'$(touch)"],
    })
  ).find(({ id }) => id === 'curl')!.steps
  const command = steps.at(-1)!.text
  // A shell that says what curl would get.
  const { stdout } = await run('sh', ['-c', `curl() { printf '%s\\n' "$@"; }\ntouch() { echo RAN; }\n${command}`])
  assert.doesNotMatch(stdout, /^RAN/m)
  assert.match(stdout, /\$\(touch\)/)
})
