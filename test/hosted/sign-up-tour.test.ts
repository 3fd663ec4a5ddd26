import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { type Dress, dressClient, dresses, startDressed } from './dress.ts'
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

async function addTerms({ cognito, poolId }: HostedScene, ClientId: string): Promise<void> {
  for (const TermsName of ['terms-of-use', 'privacy-policy'])
    await cognito.createTerms({
      UserPoolId: poolId,
      ClientId,
      TermsName,
      TermsSource: 'LINK',
      Enforcement: 'NONE',
      Links: { 'cognito:default': `https://acme.example/${TermsName}` },
    })
}

for (const dress of dresses) {
  test(`a new account, confirmed by the second code: ${dress}`, () =>
    tour(browser, dress, async ({ page, look }) => {
      const scene = scenes.get(dress)!
      await page.goto(scene.loginUrl({}, 'signup'))
      await page.getByLabel('Email address').fill('new@example.com')
      await page.getByLabel('Password', { exact: true }).fill(dress === 'classic' ? password : 'short')
      await repeatPassword(page, 'Something-else-1')
      await press(page, 'Create account')
      await page.locator(dress === 'classic' ? '#field-repeated-error' : '#field-password-error').waitFor()
      assert.equal(await page.getByLabel('Email address').inputValue(), 'new@example.com')
      await look('sign-up-error')
      await page.getByLabel('Password', { exact: true }).fill(password)
      await repeatPassword(page, password)
      await press(page, 'Create account')
      await heading(page, 'Confirm your account')
      const first = await nextCode(scene, 'new@example.com')
      await press(page, 'Send a new code')
      await page.getByText('A new code is on its way.').waitFor()
      await look('confirm-resent')
      await page.getByLabel('Confirmation code').fill('000000')
      await press(page, 'Confirm account')
      await page.locator('#field-code-error').waitFor()
      await look('confirm-error')
      const { code } = await nextCode(scene, 'new@example.com', first.id)
      await page.getByLabel('Confirmation code').fill(code)
      await press(page, 'Confirm account')
      await page.getByText('Your account is confirmed.').waitFor()
      await look('login-confirmed')
    }))
}

// The classic pages name none.
for (const dress of ['default', 'branded'] as const) {
  test(`the terms that a new user agrees to are linked: ${dress}`, () =>
    tour(browser, dress, async ({ page, look }) => {
      const scene = scenes.get(dress)!
      const client_id = await scene.addClient({})
      await dressClient(scene, dress, client_id)
      await addTerms(scene, client_id)
      await page.goto(scene.loginUrl({ client_id }, 'signup'))
      await page.getByRole('link', { name: 'Privacy policy' }).waitFor()
      await look('sign-up-terms')
    }))
}
