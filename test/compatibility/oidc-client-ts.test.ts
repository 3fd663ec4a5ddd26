import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

// A single-page app of another origin: the demo's files on a server of their own, so that every call is cross-origin.
const files: Record<string, [type: string, url: URL]> = {
  '/': ['text/html', new URL('../../views/dev/demo.html', import.meta.url)],
  '/demo.js': ['text/javascript', new URL('../../views/dev/demo.js', import.meta.url)],
  '/demo.css': ['text/css', new URL('../../views/dev/demo.css', import.meta.url)],
  '/oidc-client-ts.js': [
    'text/javascript',
    new URL('../browser/oidc-client-ts.min.js', import.meta.resolve('oidc-client-ts')),
  ],
}

let server: TestServer
let browser: Browser
let app: Server
let appUrl: string
let config = ''

before(async () => {
  server = await startTestServer()
  browser = await launchChromium()
  app = createServer(async (req, res) => {
    const path = new URL(req.url!, 'http://app').pathname
    if (path === '/config.json') return res.setHeader('content-type', 'application/json').end(config)
    const file = files[path]
    if (!file) return res.writeHead(404).end()
    res.setHeader('content-type', file[0]).end(await readFile(file[1]))
  })
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve))
  appUrl = `http://localhost:${(app.address() as AddressInfo).port}/`
})
after(async () => {
  await browser?.close()
  app?.closeAllConnections()
  app?.close()
  await server?.close()
})

test('an app of another origin signs in, renews without a page, asks userInfo and signs out', async () => {
  const { cognito } = server
  const { UserPool } = await cognito.createUserPool({ PoolName: 'spa', UsernameAttributes: ['email'] })
  const UserPoolId = UserPool!.Id!
  const { UserPoolClient } = await cognito.createUserPoolClient({
    UserPoolId,
    ClientName: 'spa',
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid', 'email', 'profile', 'aws.cognito.signin.user.admin'],
    SupportedIdentityProviders: ['COGNITO'],
    CallbackURLs: [appUrl],
    LogoutURLs: [appUrl],
    RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
    ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'],
  })
  config = JSON.stringify({ authority: `${server.url}/${UserPoolId}`, client_id: UserPoolClient!.ClientId })
  const person = { UserPoolId, Username: 'ann@example.com' }
  await cognito.adminCreateUser({ ...person, MessageAction: 'SUPPRESS' })
  await cognito.adminSetUserPassword({ ...person, Password: 'Correct-horse-1', Permanent: true })

  const page = await browser.newPage()
  await page.goto(appUrl)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(/\/login\?/)
  await page.locator('input[name=username]').fill('ann@example.com')
  await page.locator('input[name=password]').fill('Correct-horse-1')
  await page.locator('input[name=password]').press('Enter')
  await page.locator('#signed-in').waitFor()
  assert.equal(page.url(), appUrl)
  const first = JSON.parse((await page.locator('#access-token').textContent())!)

  // Twice, so that the second renewal is by the rotated token of the first.
  for (let renewal = 0; renewal < 2; renewal++) {
    const before = await page.locator('#access-token').textContent()
    await page.getByRole('button', { name: 'Refresh' }).click()
    await page.waitForFunction(
      (text) =>
        (globalThis as never as { document: Document }).document.getElementById('access-token')!.textContent !== text,
      before,
    )
  }
  const renewed = JSON.parse((await page.locator('#access-token').textContent())!)
  assert.equal(renewed.origin_jti, first.origin_jti)

  await page.getByRole('button', { name: 'userInfo' }).click()
  await page.locator('#user-info-answer').waitFor()
  assert.equal(JSON.parse((await page.locator('#user-info-claims').textContent())!).sub, first.sub)

  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.locator('#signed-out').waitFor()
  assert.equal(page.url(), appUrl)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator('input[name=password]').waitFor()
})
