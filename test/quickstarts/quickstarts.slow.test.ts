import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchChromium, requireChromium } from '../support/chromium.ts'
import { type Guide, openGuide } from '../support/guide.ts'

// Each quick start of docs/quickstarts, from its first line to its last, in a fresh folder.
let browser: Browser
let guide: Guide | undefined
before(async () => {
  browser = await launchChromium()
})
after(() => browser?.close())
afterEach(() => {
  guide?.close()
  guide = undefined
})

async function open(name: string, env: Record<string, string> = {}): Promise<Guide> {
  guide = await openGuide(`docs/quickstarts/${name}.md`, { ports: [9500, 3000], env })
  guide.writeFiles()
  await guide.run('npm init -y')
  return guide
}

async function signIn(page: Page, url: string, name: string): Promise<void> {
  await page.goto(url)
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.locator('input[name=username]').fill(name)
  await page.locator('input[name=password]').fill('Correct-horse-1')
  await page.locator('input[name=password]').press('Enter')
}

test('Express: sign-in, a page for a group, sign-out and a second factor', async () => {
  const { run, serve, url, skipped } = await open('express')
  await serve('npx poolhouse dev', 9500, '/health')
  await serve('node app.mjs', 3000)
  const page = await browser.newPage()
  await signIn(page, url(3000), 'ann@example.com')
  await page.getByText('Hello, Ann. Your groups: staff').waitFor()
  await page.goto(`${url(3000)}/staff`)
  await page.getByText('Welcome, staff').waitFor()
  await page.goto(`${url(3000)}/logout`)
  await signIn(page, url(3000), 'bob@example.com')
  await page.getByText('Hello, Bob. Your groups: none').waitFor()
  assert.equal((await page.goto(`${url(3000)}/staff`))?.status(), 403)
  await page.goto(`${url(3000)}/logout`)
  await run('set-user-pool-mfa-config')
  await signIn(page, url(3000), 'ann@example.com')
  await page.getByText('QR code').first().waitFor()
  assert.deepEqual(skipped(), [])
})

for (const [name, server] of [
  ['fastapi', '.venv/bin/uvicorn'],
  ['go', 'go run .'],
] as const)
  test(`${name}: an API lets the staff in, refuses others, and who has no token`, async () => {
    const { run, serve, skipped } = await open(name)
    await serve('npx poolhouse dev', 9500, '/health')
    await serve(server, 3000)
    await run('token() {')
    assert.match(await run('-H "Authorization: Bearer $(token ann@example.com)"'), /HTTP\/1\.1 200 .*hello/is)
    const refused = await run('-H "Authorization: Bearer $(token bob@example.com)"')
    assert.match(refused, /HTTP\/1\.1 403 .*HTTP\/1\.1 401 /s)
    assert.deepEqual(skipped(), [])
  })

test('Playwright: sign-in and sign-up pass in a browser', async () => {
  // In the place of the browser that Playwright would fetch.
  const { run, skipped } = await open('playwright', { CHROMIUM_PATH: requireChromium(), CI: '1' })
  assert.match(await run('npx playwright test'), /2 passed/)
  assert.deepEqual(skipped(), ['npx playwright install chromium\n'])
})
