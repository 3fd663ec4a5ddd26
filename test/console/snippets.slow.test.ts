import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { freePort } from '../../bench/frame/server.ts'
import type { Snippet } from '../../console/pages/client/snippet-texts/facts.ts'
import { snippetsFor } from '../../console/pages/client/snippet-texts/index.ts'
import { launchChromium } from '../support/chromium.ts'
import { openTerminal } from '../support/guide.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

// Every snippet of an app client's page, pasted step by step in a fresh folder, with what it installs.

const Password = 'Correct-horse-1'
const email = 'ann@example.com'

let server: TestServer
let browser: Browser
let UserPoolId: string

before(async () => {
  ;[server, browser] = await Promise.all([startTestServer(), launchChromium()])
  UserPoolId = (await server.cognito.createUserPool({ PoolName: 'shop', UsernameAttributes: ['email'] })).UserPool!.Id!
  await server.cognito.adminCreateUser({
    UserPoolId,
    Username: email,
    MessageAction: 'SUPPRESS',
    UserAttributes: [
      { Name: 'email', Value: email },
      { Name: 'email_verified', Value: 'true' },
    ],
  })
  await server.cognito.adminSetUserPassword({ UserPoolId, Username: email, Password, Permanent: true })
  await server.cognito.createResourceServer({
    UserPoolId,
    Identifier: 'orders',
    Name: 'orders',
    Scopes: [{ ScopeName: 'read', ScopeDescription: 'read' }],
  })
})
after(async () => {
  await browser?.close()
  await server?.close()
})

/** The snippets of a client of this kind, whose callback URL is the one that the console suggests, at a free port. */
async function shown(kind: 'browser' | 'server' | 'machine', id: string): Promise<Snippet> {
  const isMachine = kind === 'machine'
  const home = `http://localhost:${await freePort()}/`
  const settings = {
    UserPoolId,
    ClientName: kind,
    AllowedOAuthFlows: [isMachine ? ('client_credentials' as const) : ('code' as const)],
    AllowedOAuthScopes: isMachine ? ['orders/read'] : ['openid', 'email', 'profile', 'aws.cognito.signin.user.admin'],
    AllowedOAuthFlowsUserPoolClient: true,
    ...(!isMachine && { SupportedIdentityProviders: ['COGNITO'] }),
  }
  const callback: string[] = { browser: [home], server: [`${home}callback`], machine: [] }[kind]
  const { UserPoolClient } = await server.cognito.createUserPoolClient({
    ...settings,
    GenerateSecret: kind !== 'browser',
    CallbackURLs: callback,
  })
  const clientId = UserPoolClient!.ClientId!
  const snippet = (
    await snippetsFor({
      publicUrl: server.url,
      poolId: UserPoolId,
      clientId,
      secret: UserPoolClient!.ClientSecret,
      isMachine,
      callbackUrls: callback,
      logoutUrls: [],
      scopes: settings.AllowedOAuthScopes,
    })
  ).find((snippet) => snippet.id === id)!
  // The button that the console shows where the framework comes back to an address of its own.
  const { callbackUrl } = snippet
  if (callbackUrl && !callback.includes(callbackUrl))
    await server.cognito.updateUserPoolClient({ ...settings, ClientId: clientId, CallbackURLs: [callbackUrl] })
  return snippet
}

interface Pasted {
  /** What the last step has printed, of a program that ends. */
  output: string
  close(): void
}

async function paste({ id, steps, open }: Snippet): Promise<Pasted> {
  const folder = mkdtempSync(join(tmpdir(), `poolhouse-snippet-${id}-`))
  const terminal = openTerminal(folder, { CI: undefined, GOFLAGS: '-mod=mod' })
  const close = () => {
    terminal.close()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  let output = ''
  try {
    for (const [index, { file, text }] of steps.entries())
      if (file) await terminal.run(`mkdir -p '${dirname(file)}'\ncat > '${file}' <<'END-OF-FILE'\n${text}END-OF-FILE`)
      else if (open && index === steps.length - 1) await terminal.serve(text, Number(new URL(open).port), '/')
      else output = await terminal.run(text)
  } catch (error) {
    close()
    throw error
  }
  return { output, close }
}

async function signIn(page: Page): Promise<void> {
  await page.getByLabel('Email address').fill(email)
  await page.getByLabel('Password').fill(Password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

for (const [kind, id] of [
  ['server', 'openid-client'],
  ['server', 'next-auth'],
  ['server', 'spring'],
  ['server', 'authlib'],
  ['server', 'django'],
  ['server', 'go'],
  ['browser', 'oidc-client-ts'],
] as const)
  test(`${id}: the pasted app signs in`, async () => {
    const snippet = await shown(kind, id)
    const { close } = await paste(snippet)
    const page = await browser.newPage()
    try {
      await page.goto(snippet.open!)
      const button = page.getByRole('button', { name: 'Sign in', exact: true })
      if ((await page.getByText('Signed out').count()) > 0) await button.click()
      await signIn(page)
      await page.waitForURL((url) => url.origin === new URL(snippet.open!).origin)
      await page.getByText(email).first().waitFor()
    } finally {
      await page.close()
      close()
    }
  })

test('amplify: the pasted app signs in', async () => {
  const snippet = await shown('browser', 'amplify')
  const { close } = await paste(snippet)
  const page = await browser.newPage()
  try {
    await page.goto(snippet.open!)
    await page.getByLabel('Username').fill(email)
    await page.getByLabel('Password').fill(Password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText(email).first().waitFor()
  } finally {
    await page.close()
    close()
  }
})

for (const id of ['go', 'node', 'curl'])
  test(`${id}: the pasted machine gets a token`, async () => {
    const { output, close } = await paste(await shown('machine', id))
    close()
    assert.match(output, /\bey[\w-]+\.[\w-]+\.[\w-]+/)
  })
