import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { type HostedScene, password, startScene } from './scene.ts'
import { textOf } from './text-of.ts'

let scene: HostedScene
let browser: Browser

before(async () => {
  const Schema = [
    { Name: 'name', Required: true, Mutable: true },
    { Name: 'birthdate', Required: true, Mutable: true },
  ]
  ;[scene, browser] = await Promise.all([startScene({ Schema }), launchChromium()])
})
after(async () => {
  await browser?.close()
  await scene?.close()
})

async function withPage(work: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ javaScriptEnabled: false })
  context.setDefaultTimeout(10_000)
  try {
    await work(await context.newPage())
  } finally {
    await context.close()
  }
}

test('a visitor signs up, confirms with the code, signs in and lands in the app', () =>
  withPage(async (page) => {
    await page.goto(scene.loginUrl())
    await page.getByRole('link', { name: 'Create an account' }).click()
    await signUp(page, 'new@example.com')

    assert.equal(await textOf(page.locator('h1')), 'Confirm your account')
    assert.match(await textOf(page.locator('.lead')), /n\*\*\*@e\*\*\*/)
    const { code } = await scene.message({ to: 'new@example.com' })
    await confirm(page, code === '000000' ? '111111' : '000000')
    assert.equal(
      await textOf(page.locator('#field-code-error')),
      'Invalid verification code provided, please try again.',
    )
    await confirm(page, code!)

    assert.match(await textOf(page.getByRole('status')), /confirmed/)
    assert.equal(await page.getByLabel('Email address').inputValue(), 'new@example.com')
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(`${scene.callback}?code=**`)

    const user = await scene.cognito.adminGetUser({ UserPoolId: scene.poolId, Username: 'new@example.com' })
    const attributes = Object.fromEntries(user.UserAttributes!.map(({ Name, Value }) => [Name, Value]))
    assert.equal(attributes.name, 'Nora New')
    assert.equal(attributes.birthdate, '1990-12-31')
  }))

test('errors are shown next to their fields, and the typed values stay', () =>
  withPage(async (page) => {
    await page.goto(scene.loginUrl({}, 'signup'))
    await signUp(page, 'careful@example.com', { password: 'alllowercase' })
    assert.match(await textOf(page.locator('#field-password-error')), /^Password did not conform with policy: /)
    assert.equal(await page.getByLabel('Name').inputValue(), 'Nora New')
    assert.equal(await page.getByLabel('Date of birth').inputValue(), '1990-12-31')
    assert.equal(await page.getByLabel('Password', { exact: true }).inputValue(), '')

    await signUp(page, 'careful@example.com', { repeated: 'Another-password-1' })
    assert.equal(await textOf(page.locator('#field-repeated-error')), 'The passwords don’t match.')
    await signUp(page, 'careful@example.com', { password: ' Spaces-around-1 ' })
    assert.match(await textOf(page.locator('#field-password-error')), /no space at the start or end/)

    await signUp(page, 'careful@example.com', { password: 'Correct horse 9 battery!' })
    await page.goto(scene.loginUrl({}, 'signup'))
    await signUp(page, 'careful@example.com')
    // An address is taken by whoever confirms it; until then its user name is.
    assert.equal(await textOf(page.locator('h1')), 'Create an account')
    assert.match(await textOf(page.locator('#field-username-error')), /exists/)
  }))

test('the rules for a password are shown beforehand', () =>
  withPage(async (page) => {
    await page.goto(scene.loginUrl({}, 'signup'))
    const ids = (await page.getByLabel('Password', { exact: true }).getAttribute('aria-describedby'))!
    const rules = await page.locator(`#${ids} li`).allInnerTexts()
    assert.deepEqual(rules, [
      'At least 8 characters',
      'An uppercase letter',
      'A lowercase letter',
      'A number',
      'A symbol, such as !',
    ])
  }))

test('an unconfirmed user who signs in is asked for the code, and can request a new one', () =>
  withPage(async (page) => {
    await page.goto(scene.loginUrl({}, 'signup'))
    await signUp(page, 'later@example.com')
    const first = await scene.message({ to: 'later@example.com' })

    await page.goto(scene.loginUrl({ state: 'days-later' }))
    await page.getByLabel('Email address').fill('later@example.com')
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    assert.equal(await textOf(page.locator('h1')), 'Confirm your account')
    await page.getByRole('button', { name: 'Send a new code' }).click()
    assert.match(await textOf(page.getByRole('status')), /new code/)

    const second = await newerMessage('later@example.com', first.id)
    if (first.code !== second.code) {
      await confirm(page, first.code!)
      assert.equal(await page.locator('#field-code-error').count(), 1)
    }
    await confirm(page, second.code!)
    assert.match(await textOf(page.getByRole('status')), /confirmed/)
  }))

test('the link of a mail confirms, and opening it twice does no harm', async () => {
  await scene.cognito.signUp({
    ClientId: scene.clientId,
    Username: 'link@example.com',
    Password: password,
    UserAttributes: [
      { Name: 'name', Value: 'Lin' },
      { Name: 'birthdate', Value: '1990-12-31' },
    ],
  })
  const { code } = await scene.message({ to: 'link@example.com' })
  const link = (confirmation_code: string) =>
    `${scene.url}/${scene.poolId}/confirmUser?${new URLSearchParams({ client_id: scene.clientId, user_name: 'link@example.com', confirmation_code })}`

  const wrong = await fetch(link(code === '000000' ? '111111' : '000000'))
  assert.equal(wrong.status, 400)
  assert.match(await wrong.text(), /Invalid verification code provided/)
  assert.equal((await fetch(link(code!), { method: 'HEAD' })).status, 405)
  assert.equal(await statusOf('link@example.com'), 'UNCONFIRMED')
  await withPage(async (page) => {
    for (let times = 0; times < 2; times++) {
      const response = await page.goto(
        times === 0 ? link(code!) : link(code!).replace('/confirmUser?', '/confirmUser/?'),
      )
      assert.equal(response!.status(), 200)
      assert.equal(await textOf(page.locator('h1')), 'Account confirmed')
    }
  })
  assert.equal(await statusOf('link@example.com'), 'CONFIRMED')
})

test('a truncated link shows an error', async () => {
  for (const query of ['', 'client_id=1', `client_id=${scene.clientId}`, `client_id=${scene.clientId}&user_name=a`]) {
    const response = await fetch(`${scene.url}/${scene.poolId}/confirmUser?${query}`)
    assert.equal(response.status, 400, query)
    assert.match(await response.text(), /is incomplete/)
  }
})

async function statusOf(email: string): Promise<string | undefined> {
  const user = await scene.cognito.adminGetUser({ UserPoolId: scene.poolId, Username: email })
  return user.UserStatus
}

async function newerMessage(to: string, than: string) {
  for (let waited = 0; waited < 5000; waited += 50) {
    const message = await scene.message({ to })
    if (message.id !== than) return message
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`No newer message to ${to} came`)
}

async function signUp(page: Page, email: string, typed: { password?: string; repeated?: string } = {}): Promise<void> {
  await page.getByLabel('Email address').fill(email)
  await page.getByLabel('Name').fill('Nora New')
  await page.getByLabel('Date of birth').fill('1990-12-31')
  await page.getByLabel('Password', { exact: true }).fill(typed.password ?? password)
  await page.getByLabel('Repeat password').fill(typed.repeated ?? typed.password ?? password)
  await page.getByRole('button', { name: 'Create account' }).click()
}

async function confirm(page: Page, code: string): Promise<void> {
  await page.getByLabel('Confirmation code').fill(code)
  await page.getByRole('button', { name: 'Confirm account' }).click()
}
