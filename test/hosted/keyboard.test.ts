import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Locator, Page } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { type HostedScene, password } from './scene.ts'
import { addUser, appCode, startStrict } from './strict-scene.ts'
import { heading, nextCode } from './tour.ts'

const firstFactors = ['PASSWORD', 'WEB_AUTHN', 'EMAIL_OTP'] as const

let browser: Browser
let scene: HostedScene
let choosing: string

before(async () => {
  browser = await launchChromium()
  scene = await startStrict('default')
  const { cognito, poolId } = scene
  const { UserPool } = await cognito.createUserPool({
    PoolName: 'first factors',
    UsernameAttributes: ['email'],
    AutoVerifiedAttributes: ['email'],
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: [...firstFactors] } },
  })
  const { UserPoolClient } = await cognito.createUserPoolClient({
    UserPoolId: UserPool!.Id!,
    ClientName: 'app',
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid', 'email'],
    SupportedIdentityProviders: ['COGNITO'],
    CallbackURLs: [scene.callback],
    ExplicitAuthFlows: ['ALLOW_USER_AUTH'],
  })
  choosing = scene.loginUrl({ client_id: UserPoolClient!.ClientId! }).replace(poolId, UserPool!.Id!)
})
after(async () => {
  await browser?.close()
  await scene?.close()
})

/** Goes on by the tabulator, and sees that whatever has the focus on the way shows it. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let steps = 0; steps < 60; steps++) {
    if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return
    await page.keyboard.press('Tab')
    const unseen = await page.evaluate(`(() => {
      const { outlineStyle, boxShadow } = getComputedStyle(document.activeElement)
      return document.activeElement !== document.body && outlineStyle === 'none' && boxShadow === 'none'
        ? document.activeElement.outerHTML : ''
    })()`)
    assert.equal(unseen, '', 'the focus is not seen')
  }
  assert.fail(`the keyboard does not reach ${target}`)
}

async function type(page: Page, label: string, text: string): Promise<void> {
  await tabTo(page, page.getByLabel(label, { exact: true }))
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type(text)
}

async function press(page: Page, name: string): Promise<void> {
  await tabTo(page, page.getByRole('button', { name, exact: true }).or(page.getByRole('link', { name, exact: true })))
  await page.keyboard.press('Enter')
}

async function byKeyboard(work: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  try {
    await work(page)
  } finally {
    await context.close()
  }
}

const signedIn = (page: Page) => page.waitForURL(`${scene.callback}?code=**`)

test('without script and mouse: an account is made, its password forgotten, and a code signs in', () =>
  byKeyboard(async (page) => {
    await page.goto(choosing)
    await press(page, 'Create an account')
    await heading(page, 'Create an account')
    await type(page, 'Email address', 'kay@example.com')
    await type(page, 'Password', password)
    await type(page, 'Repeat password', password)
    await page.keyboard.press('Enter')
    await heading(page, 'Confirm your account')
    const first = await nextCode(scene, 'kay@example.com')
    await press(page, 'Send a new code')
    await page.getByText('A new code is on its way.').waitFor()
    const second = await nextCode(scene, 'kay@example.com', first.id)
    await type(page, 'Confirmation code', second.code)
    await page.keyboard.press('Enter')
    // Whoever confirms by e-mail has proven it, and signs in without another code; a passkey is offered on the way.
    await heading(page, 'Sign in faster with a passkey')
    await page.locator('noscript .error').waitFor()
    await press(page, 'Not now')
    await signedIn(page)

    await page.context().clearCookies()
    await page.goto(choosing)
    await type(page, 'Email address', 'kay@example.com')
    await press(page, 'Continue')
    await press(page, 'Use your password')
    await heading(page, 'Enter your password')
    await press(page, 'Forgot your password?')
    await type(page, 'Email address', 'kay@example.com')
    await page.keyboard.press('Enter')
    await heading(page, 'Set a new password')
    const third = await nextCode(scene, 'kay@example.com', second.id)
    await type(page, 'Code', third.code)
    await type(page, 'New password', 'Brand-new-password-1')
    await type(page, 'Repeat new password', 'Brand-new-password-1')
    await press(page, 'Change password')
    await page.getByText('Your password has been changed.').waitFor()

    await type(page, 'Email address', 'kay@example.com')
    await press(page, 'Continue')
    await press(page, 'Get a code by email')
    await heading(page, 'Check your email')
    const fourth = await nextCode(scene, 'kay@example.com', third.id)
    await press(page, 'Try another way')
    await press(page, 'Use your password')
    await type(page, 'Password', 'Brand-new-password-1')
    await press(page, 'Sign in')
    await signedIn(page)
    assert.notEqual(fourth.code, '')

    await page.goto(`${choosing}&prompt=select_account`)
    await press(page, 'kay@example.com')
    await signedIn(page)
  }))

test('without script and mouse: a first password is replaced, and a second factor set up', () =>
  byKeyboard(async (page) => {
    await addUser(scene, 'ken', { email: 'ken@example.com', name: 'Ken', website: 'https://ken.example.com' }, false)
    await page.goto(scene.loginUrl())
    await type(page, 'Username', 'ken')
    await type(page, 'Password', password)
    await press(page, 'Sign in')
    await heading(page, 'Choose a new password')
    await tabTo(page, page.getByLabel('Date of birth'))
    await page.keyboard.type('02031990')
    await tabTo(page, page.getByLabel('Country code'))
    await page.keyboard.type('Germ')
    await type(page, 'Phone number', '0171 5550123')
    await type(page, 'Address', '1 Long Road')
    await type(page, 'New password', 'Brand-new-password-1')
    await type(page, 'Repeat new password', 'Brand-new-password-1')
    await press(page, 'Save and continue')
    await heading(page, 'Confirm it’s you')
    const { UserAttributes = [] } = await scene.cognito.adminGetUser({ UserPoolId: scene.poolId, Username: 'ken' })
    const given = Object.fromEntries(UserAttributes.map(({ Name, Value }) => [Name, Value]))
    assert.deepEqual([given.birthdate, given.phone_number], ['1990-02-03', '+491715550123'])

    await addUser(scene, 'tim', {})
    await page.goto(scene.loginUrl())
    await type(page, 'Username', 'tim')
    await type(page, 'Password', password)
    await press(page, 'Sign in')
    await press(page, 'Authenticator app')
    await heading(page, 'Set up your authenticator app')
    const secret = (await page.locator('code').innerText()).replace(/\s/g, '')
    await type(page, 'Authenticator app code', await appCode(scene, secret))
    await page.keyboard.press('Enter')
    await signedIn(page)
  }))
