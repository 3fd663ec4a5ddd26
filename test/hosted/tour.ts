import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { HtmlValidate } from 'html-validate'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'

const folder = new URL('../artefacts/pages/', import.meta.url)
const axe = createRequire(import.meta.url).resolve('axe-core')

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

export async function startTour(browser: Browser, options: BrowserContextOptions = {}): Promise<Tour> {
  await mkdir(folder, { recursive: true })
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  })
  context.setDefaultTimeout(10_000)
  const page = await context.newPage()
  let html: Promise<string> = Promise.resolve('')
  const broken: string[] = []
  page.on('response', (response) => {
    if (response.request().resourceType() === 'document' && response.status() < 500 && !response.headers().location)
      html = response.text().catch(() => '')
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

      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        assert.deepEqual(await violations(page), [], `${name} (${colorScheme})`)
        const path = fileURLToPath(new URL(`${name}-${colorScheme}.png`, folder))
        await page.screenshot({ path, fullPage: true, animations: 'disabled' })
      }
      await page.emulateMedia({ colorScheme: 'light' })
    },
    close: () => context.close(),
  }
}

/** What axe-core finds, every rule of it. */
async function violations(page: Page): Promise<string[]> {
  if (!(await page.evaluate('Boolean(globalThis.axe)'))) await addAxe(page)
  const found = (await page.evaluate('axe.run({ resultTypes: ["violations"] })')) as {
    violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[]
  }
  return found.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`))
}

/** Past the page's policy, which lets no script in that is not its own. */
async function addAxe(page: Page): Promise<void> {
  const { readFile } = await import('node:fs/promises')
  await page.evaluate(`${await readFile(axe, 'utf8')};undefined`)
}
