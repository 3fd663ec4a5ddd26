import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { Config } from '../../src/config.ts'
import { bringAxe, violations } from '../hosted/tour.ts'
import { launchChromium } from '../support/chromium.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

export interface ConsoleScene extends TestServer {
  browser: Browser
  /** A tab of its own, at a path of the console. What its scripts or its policy complain of fails the test that looks. */
  open(path: string): Promise<Tab>
}

export interface Tab {
  page: Page
  context: BrowserContext
  /** Goes to a path of the console by a load. */
  goTo(path: string): Promise<void>
  /** Holds the page, once all that it reads is there, against axe, in light and dark, and keeps its picture under the name. */
  look(name: string): Promise<void>
  close(): Promise<void>
}

const folder = new URL('../artefacts/console/', import.meta.url)
const size = { width: 1280, height: 900 }

export async function startConsole(
  overrides: Partial<Config> = {},
  options: Parameters<typeof startTestServer>[1] = {},
): Promise<ConsoleScene> {
  // The browser's clock is the machine's, and signatures are good for minutes.
  const [server, browser] = await Promise.all([startTestServer(overrides, options), launchChromium()])
  // Bundled for the first page, which a browser would wait for with its clock running.
  await Promise.all([mkdir(folder, { recursive: true }), fetch(`${server.url}/console/`)])
  // Of all tabs, one after the other, so that they share the files they have loaded.
  const context = await browser.newContext({ viewport: size, reducedMotion: 'reduce', locale: 'en-GB' })
  context.setDefaultTimeout(15_000)
  await bringAxe(context)
  return {
    ...server,
    browser,
    async open(path) {
      const tab = await openTab(context, server.url)
      await tab.goTo(path)
      return tab
    },
    async close() {
      await browser.close()
      await server.close()
    },
  }
}

async function openTab(context: BrowserContext, url: string): Promise<Tab> {
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to|Warning:/.test(message.text())) complaints.push(message.text())
  })
  return {
    page,
    context,
    goTo: async (path) => {
      await page.goto(`${url}/console/${path}`)
    },
    async look(name) {
      await until(page, isRead)
      assert.deepEqual(complaints, [], name)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        assert.deepEqual(await violations(page), [], `${name} (${colorScheme})`)
        const path = fileURLToPath(new URL(`${name}-${colorScheme}.jpeg`, folder))
        await page.screenshot({ path, quality: 85, fullPage: true, animations: 'disabled' })
      }
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    },
    async close() {
      // The next one begins as in a fresh browser.
      await page.evaluate('localStorage.clear()').catch(() => {})
      await Promise.all(context.pages().map((open) => open.close()))
      await context.clearCookies()
    },
  }
}

/** All that a page reads is there. */
export const isRead = "document.querySelector('main h1') && !document.querySelector('main .reading')"

/** Looks at every frame; by evaluation alone, since the page's policy lets no text be run. */
export const until = (page: Page, condition: string) =>
  page.evaluate(`(async () => {
    for (const begun = Date.now(); !(${condition}); await new Promise(requestAnimationFrame))
      if (Date.now() - begun > 10_000) throw new Error(location.pathname + ${JSON.stringify(`: ${condition}`)})
  })()`)

export const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name, level: 1 }).waitFor()
export const press = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, exact: typeof name === 'string' }).click()
export const told = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor()
