import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { type HostedScene, password, startScene } from './scene.ts'

let browser: Browser
let scene: HostedScene
let page: Page

before(async () => {
  ;[browser, scene] = await Promise.all([launchChromium(), startScene()])
  await scene.addUser('ann@example.com')
  page = await browser.newPage()
})
after(async () => {
  await browser?.close()
  await scene?.close()
})

const submit = () => page.locator('button[type=submit]')

test('a form is sent once, and its button shows that it is under way', async () => {
  await page.goto(scene.loginUrl())
  await page.getByLabel('Email address').fill('ann@example.com')
  await page.getByLabel('Password', { exact: true }).fill(password)
  // Within one turn, so that no answer comes in between.
  const seen = await page.evaluate(`(() => {
    const button = document.querySelector('button[type=submit]')
    const sent = []
    addEventListener('submit', (event) => {
      sent.push(!event.defaultPrevented)
      event.preventDefault()
    })
    const before = button.getAttribute('aria-busy')
    button.click()
    const after = button.getAttribute('aria-busy')
    button.click()
    button.form.requestSubmit()
    return { before, after, sent }
  })()`)
  assert.deepEqual(seen, { before: null, after: 'true', sent: [true, false, false] })
})

test('a page that comes back can be sent again', async () => {
  await page.goto(scene.loginUrl())
  const busy = await page.evaluate(`(() => {
    const button = document.querySelector('button[type=submit]')
    button.form.dataset.sent = ''
    button.setAttribute('aria-busy', 'true')
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
    return button.getAttribute('aria-busy')
  })()`)
  assert.equal(busy, null)
  await page.getByLabel('Email address').fill('ann@example.com')
  await page.getByLabel('Password', { exact: true }).fill('Wrong-horse-1')
  await submit().click()
  await page.getByText('Incorrect username or password.').waitFor()
  assert.equal(await submit().getAttribute('aria-busy'), null)
})
