import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { dressClient, startDressed } from './dress.ts'
import { type HostedScene, password } from './scene.ts'
import { appCode } from './strict-scene.ts'
import { heading, nextCode, press, tour } from './tour.ts'

let browser: Browser
let scene: HostedScene
let account: string

before(async () => {
  ;[browser, scene] = await Promise.all([
    launchChromium(),
    startDressed('default', {
      UserPoolAddOns: { AdvancedSecurityMode: 'AUDIT' },
      DeviceConfiguration: { ChallengeRequiredOnNewDevice: false },
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
    }),
  ])
  const UserPoolId = scene.poolId
  await scene.cognito.setUserPoolMfaConfig({
    UserPoolId,
    MfaConfiguration: 'OPTIONAL',
    SoftwareTokenMfaConfiguration: { Enabled: true },
    WebAuthnConfiguration: { RelyingPartyId: 'localhost' },
  })
  await scene.cognito.setUserPoolSessionConfiguration({
    UserPoolId,
    UserSessionTracking: 'ENABLED',
    TokenSession: { MaxPerUser: 5 },
  })
  account = `${scene.url}/${UserPoolId}/account`
})
after(async () => {
  await browser?.close()
  await scene?.close()
})

async function signIn(page: Page, email: string, clientId = scene.clientId, secret = password): Promise<void> {
  await page.goto(`${account}?client_id=${clientId}`)
  await page.getByLabel('Email address').fill(email)
  await page.getByLabel('Password').fill(secret)
  await press(page, 'Sign in')
}

const follow = (page: Page, name: string) => page.getByRole('link', { name, exact: true }).click()
const told = (page: Page, text: string) => page.getByRole('status').filter({ hasText: text }).waitFor()

test('a user looks after an account: profile, address, password, authenticator app, passkeys, sessions', () =>
  tour(browser, 'default', async ({ page, look }) => {
    await scene.addUser('ann@example.com')
    await signIn(page, 'ann@example.com')
    await heading(page, 'Your account')
    await look('account')

    await follow(page, 'Edit Personal details')
    await page.getByLabel('First name').fill('Ann')
    await page.getByLabel('Last name').fill('Example')
    await look('account-profile')
    await press(page, 'Save')
    await told(page, 'Your changes have been saved.')
    await page.getByText('Example', { exact: true }).waitFor()

    await follow(page, 'Change Email address')
    await page.getByLabel('Email address').fill('ann@new.example')
    await look('account-email')
    await press(page, 'Save')
    await page.getByText('We sent a code to a***@n***').waitFor()
    await look('account-verify')
    const { code } = await nextCode(scene, 'ann@new.example')
    await page.getByLabel('Code').fill(code)
    await press(page, 'Verify')
    await told(page, 'Your changes have been saved.')

    await follow(page, 'Change Password')
    await page.getByLabel('Current password').fill('Wrong-horse-1')
    await page.getByLabel('New password', { exact: true }).fill('Another-horse-2')
    await press(page, 'Change password')
    await page.locator('#field-current-error').waitFor()
    await look('account-password-error')
    await page.getByLabel('Current password').fill(password)
    await page.getByLabel('New password', { exact: true }).fill('Another-horse-2')
    await press(page, 'Change password')
    await told(page, 'Your password has been changed.')

    await follow(page, 'Manage Two-step verification')
    await look('account-two-step')
    await follow(page, 'Set up Authenticator app')
    await heading(page, 'Set up your authenticator app')
    const secret = (await page.locator('code').innerText()).replace(/\s/g, '')
    await look('account-authenticator')
    const right = await appCode(scene, secret)
    await page.getByLabel('Authenticator app code').fill(right === '000000' ? '111111' : '000000')
    await press(page, 'Continue')
    await page.locator('#field-code-error').waitFor()
    await page.getByLabel('Authenticator app code').fill(await appCode(scene, secret))
    await press(page, 'Continue')
    await told(page, 'Your changes have been saved.')
    await page.getByRole('button', { name: 'Turn off Authenticator app' }).waitFor()
    const { UserMFASettingList } = await scene.cognito.adminGetUser({
      UserPoolId: scene.poolId,
      Username: 'ann@new.example',
    })
    assert.deepEqual(UserMFASettingList, ['SOFTWARE_TOKEN_MFA'])
    await follow(page, 'Back to your account')

    await addAuthenticator(page)
    await follow(page, 'Manage Passkeys')
    await page.getByText('You don’t have any passkeys yet.').waitFor()
    await look('account-passkeys-none')
    await press(page, 'Create a passkey')
    await told(page, 'Your passkey has been added.')
    await look('account-passkeys')
    await page.getByRole('button', { name: /^Remove / }).click()
    await told(page, 'Your passkey has been removed.')
    await follow(page, 'Back to your account')

    await follow(page, 'View Recent activity')
    await page.getByText('Password changed').first().waitFor()
    await look('account-activity')
    await follow(page, 'Back to your account')
    await look('account-full')

    // A fresh sign-in now takes the app's code as well.
    scene.clock.advance({ minutes: 11 })
    await follow(page, 'Download your data A copy of your data')
    await page.getByLabel('Password').fill('Another-horse-2')
    await press(page, 'Sign in')
    await page.getByLabel('Code').fill(await appCode(scene, secret))
    await press(page, 'Continue')
    await heading(page, 'Your data')
    await look('account-data')
    const download = page.waitForEvent('download')
    await press(page, 'Download your data')
    assert.equal((await download).suggestedFilename(), 'account.json')
    await follow(page, 'Back to your account')

    await follow(page, 'Manage Where you’re signed in')
    await page.getByText('This browser').waitFor()
    await look('account-sessions')
    await press(page, 'Sign out everywhere')
    await heading(page, 'You’re signed out')
  }))

test('an account in the style of its app, on a phone, and its end', () =>
  tour(browser, 'branded', async ({ page, look }) => {
    const clientId = await scene.addClient({})
    await dressClient(scene, 'branded', clientId)
    await scene.addUser('ben@example.com')
    await signIn(page, 'ben@example.com', clientId)
    await heading(page, 'Your account')
    await look('account')
    await page.setViewportSize({ width: 360, height: 800 })
    for (const path of [
      '',
      '/profile',
      '/email',
      '/password',
      '/two-step',
      '/authenticator',
      '/passkeys',
      '/sessions',
    ]) {
      await page.goto(account + path)
      const width = await page.evaluate('document.documentElement.scrollWidth')
      assert.equal(width, 360, path)
    }
    await page.goto(`${account}?lang=ar`)
    await look('account-phone-ar')
    await page.goto(`${account}/delete?lang=en`)
    await look('account-delete')
    await page.getByLabel('Type ben@example.com to confirm').fill('ben@example.com')
    await press(page, 'Delete your account')
    await heading(page, 'Account deleted')
    await look('account-deleted')
  }))

async function addAuthenticator(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
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
