import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { ensureDemo } from '../../src/dev/demo.ts'
import { bringAxe, violations } from '../hosted/tour.ts'
import { launchChromium } from '../support/chromium.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

const pictures = new URL('../artefacts/dev/', import.meta.url)
const bar = ['Home', 'Demo', 'Inbox', 'Branding', 'Console', 'Docs']

let server: TestServer
let browser: Browser
let page: Page

before(async () => {
  ;[server, browser] = await Promise.all([startTestServer(), launchChromium(), mkdir(pictures, { recursive: true })])
  await ensureDemo(server.ctx)
  page = await browser.newPage({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' })
  await bringAxe(page)
})
after(async () => {
  await browser?.close()
  await server?.close()
})

const pages = {
  Home: '/',
  Demo: '/_poolhouse/demo/',
  Inbox: '/_poolhouse/',
  Branding: '/_poolhouse/branding',
  Docs: '/_poolhouse/docs/',
}

for (const [name, path] of Object.entries(pages)) {
  test(`${name} has the bar that leads to the other pages, on a phone too`, async () => {
    await page.setViewportSize({ width: 1280, height: 900 })
    await page.goto(server.url + path)
    const links = page.getByRole('navigation', { name: 'Development' }).getByRole('link')
    assert.deepEqual(await links.allInnerTexts(), bar)
    assert.equal(await page.locator('.bar [aria-current=page]').innerText(), name)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      assert.deepEqual(await violations(page), [], colorScheme)
      await page.screenshot({ path: fileURLToPath(new URL(`${name}-${colorScheme}.png`, pictures)) })
    }
    await page.setViewportSize({ width: 360, height: 800 })
    assert.equal(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0)
    await page.screenshot({ path: fileURLToPath(new URL(`${name}-360.png`, pictures)) })
  })
}

test('a new message appears in the inbox by itself, and the link that has the focus keeps it', async () => {
  await page.setViewportSize({ width: 1280, height: 900 })
  await page.goto(`${server.url}/_poolhouse/`)
  await page.getByText('Nothing yet.').waitFor()
  await page.getByRole('link', { name: 'Docs' }).focus()
  const { UserPool } = await server.cognito.createUserPool({ PoolName: 'shop' })
  const UserAttributes = [{ Name: 'email', Value: 'ann@example.com' }]
  await server.cognito.adminCreateUser({
    UserPoolId: UserPool!.Id,
    Username: 'ann',
    UserAttributes,
    DesiredDeliveryMediums: ['EMAIL'],
  })
  await page.getByText('ann@example.com').waitFor()
  await page.getByRole('heading', { name: 'Inbox (1)' }).waitFor()
  assert.equal(await page.evaluate('document.activeElement.textContent'), 'Docs')
})

test('the preview of a branding leads back', async () => {
  await page.setViewportSize({ width: 1280, height: 900 })
  await page.goto(`${server.url}/_poolhouse/branding`)
  await page.locator('.cards a').first().click()
  await page.getByRole('heading', { name: 'Branding of demo' }).waitFor()
  await page.screenshot({ path: fileURLToPath(new URL('preview.png', pictures)) })
  await page.getByRole('navigation', { name: 'Development' }).getByRole('link', { name: 'Home' }).click()
  await page.getByRole('heading', { name: 'Poolhouse is running' }).waitFor()
})

test('the bar of the console leads to the other pages, and its menu does on a phone', async () => {
  await page.setViewportSize({ width: 1280, height: 900 })
  await page.goto(`${server.url}/console/pools`)
  const links = page.getByRole('navigation', { name: 'Development server' }).getByRole('link')
  await links.first().waitFor()
  assert.deepEqual(await links.allInnerTexts(), ['Home', 'Demo', 'Inbox', 'Branding', 'Docs'])
  await page.screenshot({ path: fileURLToPath(new URL('console.png', pictures)) })
  await page.setViewportSize({ width: 360, height: 800 })
  // The table is there, and too wide: its scroll bar sticks to the end of the window.
  await page.getByRole('main').getByRole('row').nth(1).waitFor()
  await page.getByRole('button', { name: 'Open navigation' }).click()
  await page.screenshot({ path: fileURLToPath(new URL('console-360.png', pictures)) })
  await page.getByRole('link', { name: 'Docs', exact: true }).click()
  await page.getByRole('heading', { name: 'Poolhouse', level: 1 }).waitFor()
})

test('every document is a page, and every link among them leads to a page and a heading that exist', async () => {
  const texts = new Map<string, string>()
  const faults: string[] = []
  const visit = async (path: string): Promise<void> => {
    if (texts.has(path)) return
    texts.set(path, '')
    const answer = await fetch(server.url + path)
    if (answer.status !== 200) faults.push(`${answer.status} ${path}`)
    if (!answer.headers.get('content-type')!.startsWith('text/html')) return
    const text = await answer.text()
    texts.set(path, text)
    for (const link of linksOf(text)) await visit(link.split('#')[0] || path)
  }
  await visit('/_poolhouse/docs/')
  for (const [path, text] of texts)
    for (const link of linksOf(text)) {
      const [target, id] = link.split('#')
      if (id && !texts.get(target || path)!.includes(` id="${id}"`)) faults.push(`${path}: ${link}`)
    }
  assert.deepEqual(faults, [])
  assert.ok(texts.size > 20, `${texts.size} pages`)
  assert.ok([...texts.keys()].includes('/_poolhouse/docs/images/login-light.png'))
})

const linksOf = (html: string): string[] =>
  [...html.matchAll(/(?:href|src)="([^"]{1,200})"/g)]
    .map(([, link]) => link!)
    .filter((link) => link.startsWith('#') || link.startsWith('/_poolhouse/docs/'))

test('unknown documents, and files beside them, are not found', async () => {
  for (const path of ['nothing', 'images/../README', 'images/login-light.svg', '%2e%2e/package.json', 'README.md']) {
    const { status } = await fetch(`${server.url}/_poolhouse/docs/${path}`)
    assert.equal(status, 404, path)
  }
})
