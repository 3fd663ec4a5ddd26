import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { HtmlValidate } from 'html-validate'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { type Dress, schemesOf } from './dress.ts'
import type { HostedScene } from './scene.ts'

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const size = { width: 1280, height: 900 }

const validator = new HtmlValidate({
  extends: ['html-validate:recommended', 'html-validate:document'],
  rules: {
    // Prettiness, not validity.
    'void-style': 'off',
    'no-trailing-whitespace': 'off',
    'attribute-boolean-style': 'off',
    'long-title': 'off',
    'require-sri': ['error', { target: 'crossorigin' }],
    'no-redundant-role': 'off',
    // axe judges these two by the page as it is shown.
    'hidden-focusable': 'off',
    'input-missing-label': 'off',
  },
})

/** A browser that looks closely at every page it comes to: markup, accessibility, pictures in light and dark. */
export interface Tour {
  page: Page
  context: BrowserContext
  /** Holds the page as it is to all of it, and keeps its picture under the name. */
  look(name: string): Promise<void>
  close(): Promise<void>
}

export async function startTour(browser: Browser, dress: Dress, options: BrowserContextOptions = {}): Promise<Tour> {
  const folder = new URL(`../artefacts/pages/${dress}/`, import.meta.url)
  await mkdir(folder, { recursive: true })
  const context = await browser.newContext({
    viewport: size,
    reducedMotion: 'reduce',
    ...options,
  })
  context.setDefaultTimeout(10_000)
  await bringAxe(context)
  const page = await context.newPage()
  let html: Promise<string> = Promise.resolve('')
  const broken: string[] = []
  page.on('response', (response) => {
    const isPage = response.request().isNavigationRequest() && response.frame() === page.mainFrame()
    if (isPage && response.status() < 500 && !response.headers().location) html = response.text().catch(() => '')
  })
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) broken.push(message.text())
  })
  page.on('pageerror', (error) => broken.push(error.message))

  return {
    page,
    context,
    async look(name) {
      await page.waitForLoadState('load')
      assert.deepEqual(broken, [], name)
      const text = await html
      if (text.startsWith('<!DOCTYPE')) await writeFile(new URL(`${name}.html`, folder), text)
      const { results } = await validator.validateString(text)
      const faults = results.flatMap(({ messages }) =>
        messages.map(({ ruleId, message, line }) => `${ruleId}: ${message} (line ${line})`),
      )
      assert.deepEqual(faults, [], `${name}\n${text}`)

      // Of all of a long page, with what stands still behind it.
      const height = (await page.evaluate('document.documentElement.scrollHeight')) as number
      if (height > size.height) await page.setViewportSize({ ...size, height })
      for (const colorScheme of schemesOf[dress]) {
        await page.emulateMedia({ colorScheme })
        await page.evaluate(picturesLoaded)
        assert.deepEqual(await violations(page), [], `${dress} ${name} (${colorScheme})`)
        const path = fileURLToPath(new URL(`${name}-${colorScheme}.jpeg`, folder))
        await page.screenshot({ path, quality: 85, animations: 'disabled' })
      }
      if (height > size.height) await page.setViewportSize(size)
      await page.emulateMedia({ colorScheme: 'light' })
    },
    close: () => context.close(),
  }
}

/** Those of the other colour scheme are fetched when it is turned to; what is being fetched meanwhile is given up. */
const picturesLoaded = `(async () => {
  for (let tries = 1; ; tries++) {
    const decoding = [...document.images]
      .map((image) => image.currentSrc)
      .concat(getComputedStyle(document.body, '::before').backgroundImage.match(/(?<=url\\(")[^"]+/) ?? [])
      .map((src) => Object.assign(new Image(), { src }).decode().catch(() => Promise.reject(new Error('No picture: ' + src))))
    const failed = (await Promise.allSettled(decoding)).find(({ status }) => status === 'rejected')
    if (!failed) return
    if (tries === 40) throw failed.reason
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
})()`

/**
 * Gives axe-core to every page to come, past its policy, which lets no script in but its own. It is read when it is called
 * for, and handed to the browser once: half a megabyte for each page took longer than what axe does with it.
 */
export const bringAxe = (to: BrowserContext | Page): Promise<unknown> =>
  to.addInitScript(`globalThis.loadAxe = () => {${axe}}`)

/** What axe-core finds, by every rule of it, on a page it was brought to. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate('void (globalThis.axe ?? loadAxe())')
  // Colours on their way from one scheme to the other are nobody's choice.
  await page.evaluate(
    'document.getAnimations().filter((one) => one instanceof CSSTransition).forEach((one) => one.finish())',
  )
  // What passed is left in the page: handing it over takes as long as finding it.
  return page.evaluate(`axe.run({ resultTypes: ['violations'] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map((node) => id + ': ' + node.html + ' ' + node.failureSummary)),
  )`)
}

/** A tour that says where it was when something was not as it should be. */
export async function tour(browser: Browser, dress: Dress, work: (tour: Tour) => Promise<void>): Promise<void> {
  const started = await startTour(browser, dress)
  try {
    await work(started)
  } catch (error) {
    throw new Error(`At ${started.page.url()}: ${(error as Error).message}`, { cause: error })
  } finally {
    await started.close()
  }
}

export const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
export const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true }).waitFor()

/** The code of the first message that came after another. */
export async function nextCode(scene: HostedScene, to: string, before?: string): Promise<{ id: string; code: string }> {
  for (let waited = 0; waited < 5000; waited += 50) {
    const { id, code } = await scene.message({ to })
    if (id !== before) return { id, code: code! }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`No newer message to ${to}`)
}
