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

test('a demo is made once, and one that was deleted stays deleted', async () => {
  const first = (await ensureDemo(server.ctx))!
  assert.deepEqual(await ensureDemo(server.ctx), first)
  await server.cognito.deleteUserPool({ UserPoolId: first.poolId })
  assert.equal(await ensureDemo(server.ctx), undefined)
})
