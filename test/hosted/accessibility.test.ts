import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { repeatPassword } from './repeat-password.ts'
import { type HostedScene, password, startScene } from './scene.ts'
import { textOf } from './text-of.ts'

const sizes = fileURLToPath(new URL('../artefacts/sizes/', import.meta.url))

let scene: HostedScene
let browser: Browser

before(async () => {
  const Schema = [{ Name: 'phone_number', Required: true, Mutable: true }]
  ;[scene, browser] = await Promise.all([startScene({ Schema }), launchChromium()])
  await scene.addUser('ann@example.com')
})
after(async () => {
  await browser?.close()
  await scene?.close()
})

/** A page that holds the checks of in-page.js. */
async function newPage(options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext(options)
  await context.addInitScript({ path: fileURLToPath(new URL('in-page.js', import.meta.url)) })
  const page = await context.newPage()
  // The browser may be faster at closing everything.
  page.on('close', () => void context.close().catch(() => {}))
  return page
}

/** Visits the pages in the order in which a user would, with mistakes in between. */
async function eachPage(page: Page, look: (name: string) => Promise<void>): Promise<void> {
  await page.goto(scene.loginUrl())
  await look('login')
  await page.getByLabel('Email address').fill('ann@example.com')
  await page.getByLabel('Password').fill('Wrong-password-1')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForSelector('.error')
  await look('login with an error')

  await page.goto(scene.loginUrl({}, 'signup'))
  await look('sign-up')
  await page.getByLabel('Email address').fill(`${crypto.randomUUID()}@example.com`)
  await page.getByLabel('Phone number').fill('12ab')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await repeatPassword(page, password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.waitForSelector('.error')
  await look('sign-up with an error')
  await page.getByLabel('Phone number').fill('+14155550100')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await repeatPassword(page, password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.waitForSelector('#field-code')
  await look('confirmation')

  await page.goto(scene.loginUrl({}, 'forgotPassword'))
  await look('forgotten password')
  await page.getByLabel('Email address').fill('nobody@example.com')
  await page.getByRole('button').click()
  await page.waitForSelector('#field-code')
  await look('new password by code')

  const name = `${crypto.randomUUID()}@example.com`
  await scene.addUser(name, { temporary: true })
  await page.goto(scene.loginUrl())
  await page.getByLabel('Email address').fill(name)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByLabel('New password', { exact: true }).waitFor()
  await look('new password')

  await page.goto(`${scene.url}/${scene.poolId}/error?error=redirect_mismatch`)
  await look('error')
}

test('every page names its language, its heading and its fields, and ties errors to them', async () => {
  const page = await newPage({})
  await eachPage(page, async (name) => {
    assert.equal(await page.locator('html').getAttribute('lang'), 'en', name)
    assert.equal(await page.locator('h1').count(), 1, name)
    assert.equal(await page.locator('main').count(), 1, name)
    assert.ok((await page.title()).endsWith(await textOf(page.locator('h1'))), name)
    const faults = await page.evaluate('structureFaults()')
    assert.deepEqual(faults, [], name)
  })
  await page.close()
})

test('password managers know every field, and under which name a password is', async () => {
  const page = await newPage({})
  const known: Record<string, string[]> = {}
  await eachPage(page, async (name) => {
    const fields = page.locator('main :is(input:not([type=hidden]), select, textarea)')
    known[name] = await fields.evaluateAll((all) => all.map((field) => field.getAttribute('autocomplete') ?? ''))
  })
  const chosen = ['new-password']
  assert.deepEqual(known, {
    login: ['username', 'current-password'],
    'login with an error': ['username', 'current-password'],
    'sign-up': ['email', 'country', 'tel', ...chosen],
    'sign-up with an error': ['email', 'country', 'tel', ...chosen],
    confirmation: ['one-time-code'],
    'forgotten password': ['username'],
    'new password by code': ['username', 'one-time-code', ...chosen],
    'new password': ['username', 'country', 'tel', ...chosen],
    error: [],
  })
  await page.close()
})

test('nothing is cut off from 320 pixels to 4K, in light and in dark, and text stands out', async () => {
  const screens = [
    [320, 568],
    [768, 1024],
    [3840, 2160],
  ] as const
  for (const [width, height] of screens) {
    const colorScheme = width === 768 ? 'dark' : 'light'
    const page = await newPage({ viewport: { width, height }, colorScheme })
    await eachPage(page, async (name) => {
      // One picture of that size is slow enough.
      if (width < 1000 || name === 'login')
        await page.screenshot({ path: `${sizes}${name.replaceAll(' ', '-')}-${width}.jpeg`, quality: 85 })
      const at = `${name} at ${width} (${colorScheme})`
      assert.ok(await page.evaluate('fitsInWidth()'), at)
      const faint = await page.evaluate('contrastFaults()')
      assert.deepEqual(faint, [], at)
      const small = await page.evaluate('smallTargets()')
      assert.deepEqual(small, [], at)
    })
    await page.close()
  }
})
