import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { type HostedScene, password, startScene } from './scene.ts'
import { startTour, type Tour } from './tour.ts'

let browser: Browser
let scene: HostedScene

before(async () => {
  browser = await launchChromium()
  scene = await startScene(
    {
      Policies: {
        SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN', 'EMAIL_OTP'] },
      },
    },
    { ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] },
  )
  await scene.addUser('ann@example.com')
})
after(async () => {
  await browser?.close()
  await scene?.close()
})

async function tour(name: string, work: (tour: Tour) => Promise<void>): Promise<void> {
  const started = await startTour(browser)
  try {
    await work(started)
  } catch (error) {
    throw new Error(`${name} at ${started.page.url()}: ${(error as Error).message}`, { cause: error })
  } finally {
    await started.close()
  }
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

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

async function codeFor(to: string, before?: string): Promise<{ id: string; code: string }> {
  for (let waited = 0; waited < 5000; waited += 50) {
    const { id, code } = await scene.message({ to })
    if (id !== before) return { id, code: code! }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`No newer message to ${to}`)
}

test('a name first, then one of the ways that its user has', () =>
  tour('choice', async ({ page, look }) => {
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
    const first = await codeFor('ann@example.com')
    await press(page, 'Send a new code')
    await page.getByText('A new code is on its way.').waitFor()
    const { code } = await codeFor('ann@example.com', first.id)
    await page.getByLabel('Code').fill(code === '00000000' ? '11111111' : '00000000')
    await press(page, 'Continue')
    await page.locator('#field-code-error').waitFor()
    await look('email-otp-error')
    await page.getByLabel('Code').fill(code)
    await press(page, 'Continue')
    await page.waitForURL(`${scene.callback}?code=**`)
  }))

test('a new account is offered a passkey, which signs in from then on', () =>
  tour('passkey', async ({ page, context, look }) => {
    await addAuthenticator(page)
    await page.goto(scene.loginUrl())
    await page.getByRole('link', { name: 'Create an account' }).click()
    await page.getByLabel('Email address').fill('new@example.com')
    await page.getByLabel('Password', { exact: true }).pressSequentially('Abcdefg')
    assert.equal(await page.locator('.rules .kept').count(), 2)
    await look('sign-up-rules')
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByLabel('Repeat password').fill(password)
    await press(page, 'Create account')
    const { code } = await codeFor('new@example.com')
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
