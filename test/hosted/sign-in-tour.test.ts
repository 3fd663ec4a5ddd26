import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { type Dress, startDressed } from './dress.ts'
import { repeatPassword } from './repeat-password.ts'
import { type HostedScene, password } from './scene.ts'
import { nextCode, press, tour } from './tour.ts'

let browser: Browser
let scenes: Record<'default' | 'branded', HostedScene>

before(async () => {
  const start = async (dress: Dress) => {
    const scene = await startDressed(
      dress,
      { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN', 'EMAIL_OTP'] } } },
      { ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] },
    )
    await scene.addUser('ann@example.com')
    return scene
  }
  browser = await launchChromium()
  const [plain, branded] = await Promise.all([start('default'), start('branded')])
  scenes = { default: plain, branded }
})
after(async () => {
  await browser?.close()
  await Promise.all(Object.values(scenes ?? {}).map((scene) => scene.close()))
})

async function addAuthenticator(page: Page): Promise<void> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

// The classic pages know neither.
for (const dress of ['default', 'branded'] as const) {
  test(`a name first, then one of the ways that its user has: ${dress}`, () =>
    tour(browser, dress, async ({ page, look }) => {
      const scene = scenes[dress]
      await page.goto(scene.loginUrl())
      await look('login-name')
      await page.getByLabel('Email address').fill('ann@example.com')
      await press(page, 'Continue')
      await page.getByRole('heading', { name: 'Choose how to sign in' }).waitFor()
      await look('select-challenge')

      await press(page, 'Use your password')
      await page.getByLabel('Password').fill('Wrong-password-1')
      await press(page, 'Sign in')
      await page.getByText('Incorrect username or password.').waitFor()
      await look('password-error')
      await press(page, 'Try another way')

      await press(page, 'Get a code by email')
      await page.getByRole('heading', { name: 'Check your email' }).waitFor()
      await look('email-otp')
      const first = await nextCode(scene, 'ann@example.com')
      await press(page, 'Send a new code')
      await page.getByText('A new code is on its way.').waitFor()
      const { code } = await nextCode(scene, 'ann@example.com', first.id)
      await page.getByLabel('Code').fill(code === '00000000' ? '11111111' : '00000000')
      await press(page, 'Continue')
      await page.locator('#field-code-error').waitFor()
      await look('email-otp-error')
      await page.getByLabel('Code').fill(code)
      await press(page, 'Continue')
      await page.waitForURL(`${scene.callback}?code=**`)
    }))

  test(`a new account is offered a passkey, which signs in from then on: ${dress}`, () =>
    tour(browser, dress, async ({ page, context, look }) => {
      const scene = scenes[dress]
      await addAuthenticator(page)
      await page.goto(scene.loginUrl())
      await page.getByRole('link', { name: 'Create an account' }).click()
      await page.getByLabel('Email address').fill('new@example.com')
      await page.getByLabel('Password', { exact: true }).pressSequentially('Abcdefg')
      assert.equal(await page.locator('.rules .kept').count(), 2)
      await look('sign-up-rules')
      await page.getByLabel('Password', { exact: true }).fill(password)
      await repeatPassword(page, password)
      await press(page, 'Create account')
      const { code } = await nextCode(scene, 'new@example.com')
      await look('confirm')
      await page.getByLabel('Confirmation code').fill(code)
      await press(page, 'Confirm account')
      await page.waitForLoadState()
      if (page.url().includes('/login')) {
        await press(page, 'Continue')
        await press(page, 'Use your password')
        await page.getByLabel('Password').fill(password)
        await press(page, 'Sign in')
      }
      await page.getByRole('heading', { name: 'Sign in faster with a passkey' }).waitFor()
      await look('add-passkey')
      await press(page, 'Create a passkey')
      await page.waitForURL(`${scene.callback}?code=**`)

      // The account chooser, and a passkey that is added by somebody who is signed in.
      await page.goto(scene.loginUrl({ prompt: 'select_account' }))
      await look('accounts')
      await press(page, 'new@example.com')
      await page.waitForURL(`${scene.callback}?code=**`)
      await page.goto(scene.loginUrl({}, 'passkeys/add'))
      await look('add-passkey-directly')
      await press(page, 'Not now')
      await page.waitForURL(`${scene.callback}?code=**`)

      await context.clearCookies()
      await page.goto(scene.loginUrl({ state: 'by-passkey' }))
      // Chromium's virtual authenticator gives its passkey as soon as it is asked for among the names.
      await page.waitForURL(`${scene.callback}?**`)
      assert.equal(new URL(page.url()).searchParams.get('state'), 'by-passkey')

      await context.clearCookies()
      await context.addInitScript('PublicKeyCredential.isConditionalMediationAvailable = async () => false')
      await page.goto(scene.loginUrl({ state: 'by-choice' }))
      await page.getByLabel('Email address').fill('new@example.com')
      await press(page, 'Continue')
      await press(page, 'Use a passkey')
      await page.getByRole('heading', { name: 'Sign in with a passkey' }).waitFor()
      await look('web-authn')
      await press(page, 'Use passkey')
      await page.waitForURL(`${scene.callback}?**`)
      assert.equal(new URL(page.url()).searchParams.get('state'), 'by-choice')
    }))
}
