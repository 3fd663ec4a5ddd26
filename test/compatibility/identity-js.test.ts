import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { alwaysRemembered, deviceScene } from '../devices/scene.ts'
import { rightPassword } from '../sign-in/scene.ts'
import { startAppPage } from '../support/app-page.ts'
import { launchChromium } from '../support/chromium.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

// amazon-cognito-identity-js where it is at home. Its other ways are in test/devices and test/sign-in, without a browser.
let server: TestServer
let app: Awaited<ReturnType<typeof startAppPage>>
let browser: Browser

before(async () => {
  server = await startTestServer()
  app = await startAppPage('test/compatibility/identity-js-page.js')
  browser = await launchChromium()
})
after(async () => {
  await browser?.close()
  app?.close()
  await server?.close()
})

interface PageWindow {
  signIn(settings: object, username: string, password: string): Promise<string>
  sendCode(code: string): Promise<string>
}

test('a browser that has given a second factor is remembered, and another is not', async () => {
  const scene = await deviceScene(server, alwaysRemembered)
  const phone_number = '+12065550160'
  await scene.addUser('ann', { attributes: { phone_number } })
  await scene.prefer('ann', 'SMSMfaSettings')
  const settings = { UserPoolId: scene.UserPoolId, ClientId: scene.ClientId, endpoint: server.url }
  const signIn = async (page: Page) => {
    await page.goto(app.url)
    return page.evaluate(
      ([settings, password]) => (window as unknown as PageWindow).signIn(settings, 'ann', password),
      [settings, rightPassword] as const,
    )
  }

  const page = await browser.newPage()
  assert.equal(await signIn(page), 'SMS_MFA')
  const code = await scene.lastCode(phone_number)
  assert.equal(await page.evaluate((code) => (window as unknown as PageWindow).sendCode(code), code), 'signed in')
  assert.equal(await signIn(page), 'signed in', 'the device has proven itself')
  assert.equal(await signIn(await browser.newPage()), 'SMS_MFA')
})
