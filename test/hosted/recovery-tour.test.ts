import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { type Dress, dresses, startDressed } from './dress.ts'
import { repeatPassword } from './repeat-password.ts'
import { type HostedScene, password } from './scene.ts'
import { heading, nextCode, press, tour } from './tour.ts'

let browser: Browser
const scenes = new Map<Dress, HostedScene>()

before(async () => {
  browser = await launchChromium()
  const started = await Promise.all(dresses.map(async (dress) => [dress, await startDressed(dress)] as const))
  for (const [dress, scene] of started) scenes.set(dress, scene)
})
after(async () => {
  await browser?.close()
  for (const scene of scenes.values()) await scene.close()
})

for (const dress of dresses) {
  test(`a forgotten password, with mistakes on the way: ${dress}`, () =>
    tour(browser, dress, async ({ page, look }) => {
      const scene = scenes.get(dress)!
      const fresh = 'Brand-new-password-1'
      await scene.addUser('ann@example.com')
      await page.goto(scene.loginUrl())
      await look('login')
      await page.getByLabel('Email address').fill('ann@example.com')
      await page.getByLabel('Password').fill('Wrong-password-1')
      await press(page, 'Sign in')
      await page.locator('#field-password-error').waitFor()
      await look('login-error')
      await page.getByRole('link', { name: 'Forgot your password?' }).click()
      await heading(page, 'Forgot your password?')
      await look('forgot-password')
      await page.getByLabel('Email address').fill('ann@example.com')
      await press(page, 'Send code')
      await heading(page, 'Set a new password')
      await look('confirm-forgot-password')
      const { code } = await nextCode(scene, 'ann@example.com')
      await page.getByLabel('Code').fill(code === '000000' ? '111111' : '000000')
      await page.getByLabel('New password', { exact: true }).fill(fresh)
      await repeatPassword(page, fresh)
      await press(page, 'Change password')
      await page.locator('#field-code-error').waitFor()
      await look('confirm-forgot-password-error')
      await page.getByLabel('Code').fill(code)
      await page.getByLabel('New password', { exact: true }).fill(fresh)
      await repeatPassword(page, fresh)
      await press(page, 'Change password')
      await page.getByText('Your password has been changed.').waitFor()
      await look('login-password-changed')
      await page.getByLabel('Password').fill(fresh)
      await press(page, 'Sign in')
      await page.waitForURL(`${scene.callback}?code=**`)
    }))

  test(`a step that took too long leads back to the start, with a sentence: ${dress}`, () =>
    tour(browser, dress, async ({ page, look }) => {
      const scene = scenes.get(dress)!
      await scene.addUser('late@example.com', { temporary: true })
      await page.goto(scene.loginUrl())
      await page.getByLabel('Email address').fill('late@example.com')
      await page.getByLabel('Password').fill(password)
      await press(page, 'Sign in')
      await heading(page, 'Choose a new password')
      scene.clock.advance({ minutes: 9 })
      await page.getByLabel('New password', { exact: true }).fill(password)
      await repeatPassword(page, password)
      await press(page, 'Save and continue')
      await page.getByText('Your sign-in timed out').waitFor()
      await look('login-session-over')
      scene.clock.advance({ hours: 2 })
      await page.getByLabel('Email address').fill('late@example.com')
      await page.getByLabel('Password').fill(password)
      await press(page, 'Sign in')
      await heading(page, 'Please start again')
      await look('sign-in-expired')
      await page.getByRole('link', { name: 'Start again' }).click()
      await heading(page, 'Sign in')
      assert.equal(await page.locator('.alert').count(), 0)
    }))
}
