import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { type Dress, dresses } from './dress.ts'
import type { HostedScene } from './scene.ts'
import { addUser, appCode, signIn, startStrict } from './strict-scene.ts'
import { heading, press, tour } from './tour.ts'

let browser: Browser
const scenes = new Map<Dress, HostedScene>()

before(async () => {
  browser = await launchChromium()
  const started = await Promise.all(dresses.map(async (dress) => [dress, await startStrict(dress)] as const))
  for (const [dress, scene] of started) scenes.set(dress, scene)
})
after(async () => {
  await browser?.close()
  for (const scene of scenes.values()) await scene.close()
})

for (const dress of dresses) {
  test(`a second factor is chosen and set up: an app by its QR code: ${dress}`, () =>
    tour(browser, dress, async ({ page, look }) => {
      const scene = scenes.get(dress)!
      await addUser(scene, 'tina', {})
      await signIn(scene, page, 'tina')
      await heading(page, 'Protect your account')
      await look('mfa-setup')
      await press(page, 'Codes by email')
      await heading(page, 'Add your email address')
      await look('mfa-setup-email')
      await press(page, 'Set up another method')
      await press(page, 'Codes by text message')
      await heading(page, 'Add your phone number')
      await look('mfa-setup-sms')
      await press(page, 'Set up another method')
      await press(page, 'Authenticator app')
      await heading(page, 'Set up your authenticator app')
      const secret = (await page.locator('code').innerText()).replace(/\s/g, '')
      assert.match(secret, /^[A-Z2-7]{32,}$/)
      await look('mfa-setup-app')
      await page.getByText(/^Your app will list it as .* \(tina\)\.$/).waitFor()
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
      await press(page, 'Copy key')
      await page.getByRole('button', { name: 'Copied' }).waitFor()
      // Runs in the page.
      const copied = await page.evaluate('navigator.clipboard.readText()')
      assert.equal(copied, secret)
      const right = await appCode(scene, secret)
      await page.getByLabel('Authenticator app code').fill(right === '000000' ? '111111' : '000000')
      await press(page, 'Continue')
      await page.locator('#field-code-error').waitFor()
      await look('mfa-setup-app-error')
      // The secret stays what it was, or what was scanned would be of no use.
      assert.equal((await page.locator('code').innerText()).replace(/\s/g, ''), secret)
      await page.getByLabel('Authenticator app code').fill(await appCode(scene, secret))
      await press(page, 'Continue')
      await page.waitForURL(`${scene.callback}?code=**`)

      await page.context().clearCookies()
      await signIn(scene, page, 'tina')
      await heading(page, 'Enter your authenticator code')
      await look('software-token-mfa')
      await page.getByLabel('Code').fill(await appCode(scene, secret))
      await press(page, 'Continue')
      await page.waitForURL(`${scene.callback}?code=**`)
    }))
}

test('an address is set up by the code that is sent to it', () =>
  tour(browser, 'default', async ({ page }) => {
    const scene = scenes.get('default')!
    await addUser(scene, 'paul', {})
    await signIn(scene, page, 'paul')
    await press(page, 'Codes by text message')
    await page.getByLabel('Country code').selectOption('DE')
    await page.getByLabel('Phone number').fill('0171 555-0123')
    await press(page, 'Continue')
    await heading(page, 'Check your phone')
    const { code } = await scene.message({ to: '+491715550123' })
    await page.getByLabel('Code').fill(code!)
    await press(page, 'Continue')
    await page.waitForURL(`${scene.callback}?code=**`)
  }))
