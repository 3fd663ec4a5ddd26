import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { generate } from 'otplib'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { type HostedScene, password, startScene } from './scene.ts'
import { startTour, type Tour } from './tour.ts'

let browser: Browser
let scene: HostedScene

before(async () => {
  browser = await launchChromium()
  scene = await startScene({
    UsernameAttributes: [],
    AutoVerifiedAttributes: ['email'],
    AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'admin_only', Priority: 1 }] },
    EmailConfiguration: {
      EmailSendingAccount: 'DEVELOPER',
      SourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/id@example.com',
    },
    Schema: [
      { Name: 'name', Required: true, Mutable: true },
      { Name: 'birthdate', Required: true, Mutable: true },
      { Name: 'phone_number', Required: true, Mutable: true },
      { Name: 'address', Required: true, Mutable: true },
      { Name: 'website', Required: true, Mutable: true },
    ],
  })
  await scene.cognito.setUserPoolMfaConfig({
    UserPoolId: scene.poolId,
    MfaConfiguration: 'ON',
    SoftwareTokenMfaConfiguration: { Enabled: true },
    EmailMfaConfiguration: {},
    SmsMfaConfiguration: {
      SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms', ExternalId: 'x' },
    },
  })
})
after(async () => {
  await browser?.close()
  await scene?.close()
})

async function addUser(Username: string, attributes: Record<string, string>, permanent = true): Promise<void> {
  const UserPoolId = scene.poolId
  const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }))
  await scene.cognito.adminCreateUser({
    UserPoolId,
    Username,
    UserAttributes,
    TemporaryPassword: password,
    MessageAction: 'SUPPRESS',
  })
  if (permanent) await scene.cognito.adminSetUserPassword({ UserPoolId, Username, Password: password, Permanent: true })
}

async function tour(work: (tour: Tour) => Promise<void>): Promise<void> {
  const started = await startTour(browser)
  try {
    await work(started)
  } catch (error) {
    throw new Error(`At ${started.page.url()}: ${(error as Error).message}`, { cause: error })
  } finally {
    await started.close()
  }
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true }).waitFor()

async function signIn(page: Page, username: string): Promise<void> {
  await page.goto(scene.loginUrl())
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('Password').fill(password)
  await press(page, 'Sign in')
}

async function appCode(secret: string): Promise<string> {
  scene.clock.advance({ seconds: 30 })
  return generate({ secret, epoch: Math.floor(scene.clock.now().getTime() / 1000) })
}

test('a second factor is chosen and set up: an app by its QR code', () =>
  tour(async ({ page, look }) => {
    await addUser('tina', {})
    await signIn(page, 'tina')
    await heading(page, 'Protect your account')
    await look('mfa-setup')
    await press(page, 'Codes by email')
    await heading(page, 'Add your email address')
    await look('mfa-setup-email')
    await press(page, 'Set up something else')
    await press(page, 'Codes by text message')
    await heading(page, 'Add your phone number')
    await look('mfa-setup-sms')
    await press(page, 'Set up something else')
    await press(page, 'Authenticator app')
    await heading(page, 'Set up your authenticator app')
    const secret = (await page.locator('code').innerText()).replace(/\s/g, '')
    assert.match(secret, /^[A-Z2-7]{32,}$/)
    await look('mfa-setup-app')
    const right = await appCode(secret)
    await page.getByLabel('Code of the app').fill(right === '000000' ? '111111' : '000000')
    await press(page, 'Continue')
    await page.locator('#field-code-error').waitFor()
    await look('mfa-setup-app-error')
    // The secret stays what it was, or what was scanned would be of no use.
    assert.equal((await page.locator('code').innerText()).replace(/\s/g, ''), secret)
    await page.getByLabel('Code of the app').fill(await appCode(secret))
    await press(page, 'Continue')
    await page.waitForURL(`${scene.callback}?code=**`)

    await page.context().clearCookies()
    await signIn(page, 'tina')
    await heading(page, 'Enter the code of your app')
    await look('software-token-mfa')
    await page.getByLabel('Code').fill(await appCode(secret))
    await press(page, 'Continue')
    await page.waitForURL(`${scene.callback}?code=**`)
  }))

test('an address is set up by the code that is sent to it', () =>
  tour(async ({ page }) => {
    await addUser('paul', {})
    await signIn(page, 'paul')
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

test('who has two second factors chooses', () =>
  tour(async ({ page, look }) => {
    await addUser('sam', { email: 'sam@example.com', phone_number: '+14155550177' })
    await signIn(page, 'sam')
    await heading(page, 'Confirm that it is you')
    await look('select-mfa-type')
    await press(page, 'Get a code by text message')
    await heading(page, 'Check your phone')
    await look('sms-mfa')
    const { code } = await scene.message({ to: '+14155550177' })
    await page.getByLabel('Code').fill(code!)
    await press(page, 'Continue')
    await page.waitForURL(`${scene.callback}?code=**`)
  }))

test('sign-up and a first password ask for what is required, each in its own kind of field', () =>
  tour(async ({ page, look }) => {
    await page.goto(scene.loginUrl({}, 'signup'))
    const kinds = await page.locator('main :is(input, textarea, select):not([type=hidden])').evaluateAll(
      // Runs in the page.
      (fields) =>
        (fields as unknown as { name: string; type: string; autocomplete: string }[]).map((one) =>
          [one.name, one.type, one.autocomplete].join(' '),
        ),
    )
    assert.deepEqual(kinds, [
      'username text username',
      'email email email',
      'name text name',
      'website url url',
      'birthdate date bday',
      'phone_number_country select-one country',
      'phone_number tel tel',
      'address textarea street-address',
      'password password new-password',
      'repeated password new-password',
    ])
    await look('sign-up-all')
    await page.getByLabel('Username').fill('sue')
    await page.getByLabel('Email address').fill('sue@example.com')
    await page.getByLabel('Address', { exact: true }).fill('1 Long Road\nTown')
    await page.getByLabel('Date of birth').fill('1990-02-03')
    await page.getByLabel('Name', { exact: true }).fill('Sue')
    await page.getByLabel('Country code').selectOption('GB')
    await page.getByLabel('Phone number').fill('020 7946 0123')
    await page.getByLabel('Website').fill('https://sue.example.com')
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByLabel('Repeat password').fill(password)
    await press(page, 'Create account')
    await heading(page, 'Confirm your account')
    const { UserAttributes = [] } = await scene.cognito.adminGetUser({ UserPoolId: scene.poolId, Username: 'sue' })
    assert.equal(UserAttributes.find(({ Name }) => Name === 'phone_number')?.Value, '+442079460123')

    await addUser('nina', { email: 'nina@example.com', name: 'Nina' }, false)
    await signIn(page, 'nina')
    await heading(page, 'Choose a new password')
    await look('new-password-required')
  }))
