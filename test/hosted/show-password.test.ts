import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { type HostedScene, password, startScene } from './scene.ts'

let browser: Browser
let scene: HostedScene

before(async () => {
  ;[browser, scene] = await Promise.all([launchChromium(), startScene()])
  await scene.addUser('ann@example.com')
})
after(async () => {
  await browser?.close()
  await scene?.close()
})

async function inBrowser(options: BrowserContextOptions, work: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(10_000)
  try {
    await work(await context.newPage())
  } finally {
    await context.close()
  }
}

const button = (page: Page) => page.getByRole('button', { name: 'Show password', exact: true })
const typeOf = (page: Page, label: string) => page.getByLabel(label, { exact: true }).getAttribute('type')

test('a password is shown and hidden again, by mouse and by keyboard', () =>
  inBrowser({}, async (page) => {
    await page.goto(scene.loginUrl())
    await page.getByLabel('Password').fill('typed')
    assert.equal(await typeOf(page, 'Password'), 'password')
    assert.equal(await button(page).getAttribute('aria-pressed'), 'false')
    await button(page).click()
    assert.equal(await typeOf(page, 'Password'), 'text')
    assert.equal(await button(page).getAttribute('aria-pressed'), 'true')
    await page.keyboard.press('Space')
    assert.equal(await typeOf(page, 'Password'), 'password')
    assert.equal(await page.getByLabel('Password').inputValue(), 'typed')
  }))

test('a shown password is sent as a password, so the browser never stores it as text', () =>
  inBrowser({}, async (page) => {
    await page.goto(scene.loginUrl())
    await page.getByLabel('Email address').fill('ann@example.com')
    await page.getByLabel('Password').fill(password)
    await button(page).click()
    await page.evaluate(`addEventListener('submit', (event) => {
      event.preventDefault()
      document.title = event.target.elements.password.type
    })`)
    await page.getByLabel('Password').press('Enter')
    assert.equal(await page.title(), 'password')
    await page.reload()
    await page.getByLabel('Email address').fill('ann@example.com')
    await page.getByLabel('Password').fill(password)
    await button(page).click()
    await page.getByLabel('Password').press('Enter')
    await page.waitForURL(`${scene.callback}?code=**`)
  }))

test('a new password is asked for once, since it can be shown; without scripts, twice', async () => {
  await inBrowser({}, async (page) => {
    await page.goto(scene.loginUrl({}, 'signup'))
    assert.equal(await button(page).count(), 1)
    await button(page).click()
    assert.equal(await typeOf(page, 'Password'), 'text')
    assert.equal(await page.getByLabel('Repeat password').count(), 0)
    await page.getByLabel('Email address').fill('once@example.com')
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByRole('heading', { name: 'Confirm your account' }).waitFor()
  })
  await inBrowser({ javaScriptEnabled: false }, async (page) => {
    await page.goto(scene.loginUrl({}, 'signup'))
    await page.getByLabel('Email address').fill('twice@example.com')
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByLabel('Repeat password').fill('Another-password-1')
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.locator('#field-repeated-error').waitFor()
    assert.equal(await page.getByLabel('Email address').inputValue(), 'twice@example.com')
  })
})

test('the button has the page’s language', () =>
  inBrowser({}, async (page) => {
    await page.goto(scene.loginUrl({ lang: 'de' }))
    await page.getByRole('button', { name: 'Passwort anzeigen', exact: true }).waitFor()
  }))

test('without scripts there is no button, and the field works', () =>
  inBrowser({ javaScriptEnabled: false }, async (page) => {
    await page.goto(scene.loginUrl())
    assert.equal(await button(page).count(), 0)
    await page.getByLabel('Email address').fill('ann@example.com')
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.waitForURL(`${scene.callback}?code=**`)
  }))
