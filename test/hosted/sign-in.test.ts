import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { type HostedScene, password, startScene } from './scene.ts'
import { textOf } from './text-of.ts'

let scene: HostedScene
let browser: Browser

before(async () => {
  ;[scene, browser] = await Promise.all([startScene(), launchChromium()])
  await scene.addUser('ann@example.com')
})
after(async () => {
  await browser?.close()
  await scene?.close()
})

/** A browser of its own, without script. */
async function withPage(work: (page: Page, context: BrowserContext) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ javaScriptEnabled: false })
  context.setDefaultTimeout(10_000)
  try {
    await work(await context.newPage(), context)
  } finally {
    await context.close()
  }
}

test('a user signs in and lands in the app with a code and its state', () =>
  withPage(async (page) => {
    await page.goto(scene.loginUrl())
    await page.getByLabel('Email address').fill('ann@example.com')
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(`${scene.callback}?**`)
    const query = new URL(page.url()).searchParams
    assert.match(query.get('code')!, /^[0-9a-f-]{36}$/)
    assert.equal(query.get('state'), 'a-state')
  }))

test('a second visit signs in without asking', () =>
  withPage(async (page) => {
    await signIn(page, scene.loginUrl(), 'ann@example.com', password)
    await page.waitForURL(`${scene.callback}?**`)
    await page.goto(scene.loginUrl({ state: 'second' }))
    assert.equal(new URL(page.url()).searchParams.get('state'), 'second')
  }))

test('a wrong password is refused beside its field, and the name stays', () =>
  withPage(async (page) => {
    await signIn(page, scene.loginUrl(), 'ann@example.com', 'Wrong-password-1')
    const field = page.getByLabel('Password')
    assert.equal(await field.getAttribute('aria-invalid'), 'true')
    const explained = await field.getAttribute('aria-describedby')
    assert.equal(await textOf(page.locator(`#${explained}`)), 'Incorrect username or password.')
    assert.equal(await field.inputValue(), '')
    assert.equal(await page.getByLabel('Email address').inputValue(), 'ann@example.com')
    assert.match(await page.title(), /^Error: /)
    assert.doesNotMatch(page.url(), /ann|Wrong|Incorrect/)

    await page.reload()
    assert.equal(await page.getByText('Incorrect username or password.').count(), 0)
  }))

test('an unknown user reads what a wrong password reads', () =>
  withPage(async (page) => {
    await signIn(page, scene.loginUrl(), 'nobody@example.com', 'Wrong-password-1')
    assert.equal(await textOf(page.locator('.error')), 'Incorrect username or password.')
  }))

test('a user with a temporary password has to choose a new one first', async () => {
  await scene.addUser('new@example.com', { temporary: true })
  await withPage(async (page) => {
    await signIn(page, scene.loginUrl(), 'new@example.com', password)
    assert.equal(await textOf(page.locator('h1')), 'Choose a new password')
    assert.doesNotMatch(page.url(), /session|AYABe/i)

    await newPassword(page, 'short', 'short')
    assert.match(await textOf(page.locator('#field-password-error')), /Password not long enough/)
    await newPassword(page, 'My-own-password-1', 'My-own-password-2')
    assert.equal(await textOf(page.locator('#field-repeated-error')), 'The passwords don’t match.')
    await newPassword(page, 'My-own-password-1', 'My-own-password-1')
    await page.waitForURL(`${scene.callback}?code=**`)
  })
  await withPage(async (page) => {
    await signIn(page, scene.loginUrl(), 'new@example.com', 'My-own-password-1')
    await page.waitForURL(`${scene.callback}?code=**`)
  })
})

test('a step that took too long begins again, with a word on why', async () => {
  await scene.addUser('slow@example.com', { temporary: true })
  await withPage(async (page) => {
    await signIn(page, scene.loginUrl(), 'slow@example.com', password)
    scene.clock.advance({ minutes: 9 })
    await newPassword(page, 'My-own-password-1', 'My-own-password-1')
    assert.match(await textOf(page.getByRole('status')), /sign in again/)
    assert.equal(await textOf(page.locator('h1')), 'Sign in')
  })
})

test('the pages are at the domain of the pool too, with a session of their own', async () => {
  await scene.cognito.createUserPoolDomain({ UserPoolId: scene.poolId, Domain: 'acme-pages' })
  const url = scene
    .loginUrl()
    .replace(`localhost:${scene.port}/${scene.poolId}`, `acme-pages.auth.localhost:${scene.port}`)
  await withPage(async (page) => {
    await page.goto(url)
    assert.equal(new URL(page.url()).pathname, '/login')
    await fillIn(page, 'ann@example.com', password)
    await page.waitForURL(`${scene.callback}?code=**`)
    await page.goto(scene.loginUrl())
    assert.equal(await textOf(page.locator('h1')), 'Sign in')
  })
})

test('two tabs are at two requests', () =>
  withPage(async (first, context) => {
    const second = await context.newPage()
    await first.goto(scene.loginUrl({ state: 'one' }))
    await second.goto(scene.loginUrl({ state: 'two' }))
    await fillIn(first, 'ann@example.com', 'Wrong-password-1')
    assert.equal(await first.locator('.error').count(), 1)
    await fillIn(first, 'ann@example.com', password)
    await first.waitForURL(`${scene.callback}?**`)
    assert.equal(new URL(first.url()).searchParams.get('state'), 'one')
    await fillIn(second, 'ann@example.com', password)
    await second.waitForURL(`${scene.callback}?**`)
    assert.equal(new URL(second.url()).searchParams.get('state'), 'two')
  }))

test('the keyboard is enough', () =>
  withPage(async (page) => {
    await page.goto(scene.loginUrl())
    await page.waitForSelector('#field-username:focus')
    await page.keyboard.type('ann@example.com')
    await page.keyboard.press('Tab')
    await page.keyboard.type('Wrong-password-1')
    await page.keyboard.press('Enter')
    await page.waitForSelector('#field-password[aria-invalid]:focus')
    // The cursor waits where the mistake was.
    await page.keyboard.type(password)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await page.waitForURL(`${scene.callback}?code=**`)
  }))

test('a disabled user sees an error above the form', async () => {
  await scene.addUser('off@example.com')
  await scene.cognito.adminDisableUser({ UserPoolId: scene.poolId, Username: 'off@example.com' })
  await withPage(async (page) => {
    await signIn(page, scene.loginUrl(), 'off@example.com', password)
    assert.equal(await textOf(page.getByRole('alert')), 'User is disabled.')
  })
})

test('an app with a custom URL scheme gets its code', async () => {
  const clientId = await scene.addClient({ CallbackURLs: ['myapp://signed-in'] })
  await withPage(async (page) => {
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    const url = scene.loginUrl({ client_id: clientId, redirect_uri: 'myapp://signed-in' })
    const response = await page.goto(url)
    assert.match(response!.headers()['content-security-policy']!, /form-action 'self' myapp:;/)
    await fillIn(page, 'ann@example.com', password)
    await page.waitForTimeout(300)
    assert.ok(
      asked.some((one) => one.startsWith('myapp://signed-in?code=')),
      asked.join('\n'),
    )
  })
})

async function signIn(page: Page, url: string, email: string, typed: string): Promise<void> {
  await page.goto(url)
  await fillIn(page, email, typed)
}

async function fillIn(page: Page, email: string, typed: string): Promise<void> {
  await page.getByLabel('Email address').fill(email)
  await page.getByLabel('Password').fill(typed)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

async function newPassword(page: Page, one: string, other: string): Promise<void> {
  await page.getByLabel('New password', { exact: true }).fill(one)
  await page.getByLabel('Repeat new password').fill(other)
  await page.getByRole('button').click()
}
