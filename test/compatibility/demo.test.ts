import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { ensureDemo } from '../../src/dev/demo.ts'
import { launchChromium } from '../support/chromium.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

// What `npm start` offers: one click in the demo app, which is oidc-client-ts as its package ships it.
let server: TestServer
let browser: Browser
let page: Page

before(async () => {
  server = await startTestServer()
  browser = await launchChromium()
  page = await browser.newPage()
})
after(async () => {
  await browser?.close()
  await server?.close()
})

test('the demo app signs in, refreshes, asks userInfo and signs out', async () => {
  const demo = (await ensureDemo(server.ctx))!
  await page.goto(demo.appUrl)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(/\/login\?/)
  await page.locator('input[name=username]').fill(demo.username)
  await page.locator('input[name=password]').fill(demo.password)
  await page.locator('input[name=password]').press('Enter')

  await page.locator('#signed-in').waitFor()
  assert.equal(new URL(page.url()).pathname, '/_poolhouse/demo/')
  assert.equal(new URL(page.url()).search, '')
  const before = JSON.parse(await page.locator('#access-token').innerText())
  assert.equal(before.client_id, demo.clientId)
  assert.equal(await page.locator('#name').innerText(), demo.username)

  await page.getByRole('button', { name: 'Refresh' }).click()
  await page.getByText('New tokens came.').waitFor()
  const refreshed = JSON.parse(await page.locator('#access-token').innerText())
  assert.equal(refreshed.origin_jti, before.origin_jti)
  assert.notEqual(refreshed.jti, before.jti)

  await page.getByRole('button', { name: 'userInfo' }).click()
  await page.locator('#user-info-answer').waitFor()
  assert.equal(JSON.parse(await page.locator('#user-info-claims').innerText()).email, demo.username)
  await page.screenshot({ path: 'test/artefacts/demo-signed-in.png', fullPage: true })

  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.locator('#signed-out').waitFor()
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator('input[name=password]').waitFor()
})

test('the demo shows groups, an authenticator app, a service and the code of each', async () => {
  const demo = (await ensureDemo(server.ctx))!
  await page.goto(demo.appUrl)
  await page.getByRole('button', { name: 'Ask for a token' }).click()
  await page.locator('#service-token').waitFor()
  const service = JSON.parse(await page.locator('#service-token').innerText())
  assert.equal(service.scope, 'demo-api/read')
  for (const summary of await page.locator('#more summary').all()) await summary.click()
  const code = (await page.locator('#more details pre').allInnerTexts()).join('\n')
  assert.match(code, new RegExp(`curl .*${demo.poolId}/oauth2/token .*-u ${service.client_id}:\\w+ `, 's'))
  assert.doesNotMatch(code, /\{(authority|client_id|pool|service|secret)\}/)
  await page.screenshot({ path: 'test/artefacts/demo.png', fullPage: true })

  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator('input[name=username]').fill('totp@example.com')
  await page.locator('input[name=password]').fill(demo.password)
  await page.locator('input[name=password]').press('Enter')
  const field = page.locator('input[autocomplete=one-time-code]')
  await field.waitFor()
  const { more } = (await (await fetch(`${demo.appUrl}config.json`)).json()) as { more: { totp: { code: string } } }
  await field.fill(more.totp.code)
  await field.press('Enter')
  await page.locator('#signed-in').waitFor()
  assert.equal(await page.locator('#name').innerText(), 'totp@example.com')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.locator('#signed-out').waitFor()
})

test('the second app takes a code by e-mail, and the others then ask nothing', async () => {
  const demo = (await ensureDemo(server.ctx))!
  await page.goto(`${demo.appUrl}passwordless/`)
  await page.getByRole('heading', { name: 'A second app of the same pool' }).waitFor()
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator('input[name=username]').fill(demo.username)
  await page.locator('input[name=username]').press('Enter')
  await page.getByRole('button', { name: /e-?mail/i }).click()
  const { code } = await server.message({ to: demo.username })
  await page.locator('input[autocomplete=one-time-code]').fill(code!)
  await page.locator('input[autocomplete=one-time-code]').press('Enter')
  await page.locator('#signed-in').waitFor()
  assert.equal(new URL(page.url()).pathname, '/_poolhouse/demo/passwordless/')

  for (const path of ['', 'branded/']) {
    await page.goto(demo.appUrl + path)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.locator('#signed-in').waitFor()
    assert.equal(new URL(page.url()).pathname, `/_poolhouse/demo/${path}`)
    assert.deepEqual(JSON.parse(await page.locator('#id-token').innerText())['cognito:groups'], ['editors'])
  }
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.locator('#signed-out').waitFor()
})

test('the third app signs in on pages in its own style', async () => {
  const demo = (await ensureDemo(server.ctx))!
  await page.goto(`${demo.appUrl}branded/`)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator('input[name=password]').waitFor()
  const button = page.locator('form button[type=submit]').first()
  assert.equal(await button.evaluate((element) => getComputedStyle(element).backgroundColor), 'rgb(138, 36, 86)')
  await page.screenshot({ path: 'test/artefacts/demo-branded.png' })
})

test('another website learns nothing of the demo', async () => {
  const demo = (await ensureDemo(server.ctx))!
  const foreign: Record<string, string>[] = [
    { origin: 'https://attacker.example' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'empty' },
  ]
  for (const headers of foreign) {
    const answer = await fetch(`${demo.appUrl}config.json`, { headers })
    assert.equal(answer.status, 403)
  }
})

test('a demo is made once, and one that was deleted stays deleted', async () => {
  const first = (await ensureDemo(server.ctx))!
  assert.deepEqual(await ensureDemo(server.ctx), first)
  await server.cognito.deleteUserPool({ UserPoolId: first.poolId })
  assert.equal(await ensureDemo(server.ctx), undefined)
})
