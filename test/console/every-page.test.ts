import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { createDevTools } from '../../src/dev/dev-tools.ts'
import { everyPage } from './every-page.ts'
import { type ConsoleScene, heading, press, startConsole, told } from './scene.ts'

let scene: ConsoleScene
let paths: string[]
let pool: string

before(async () => {
  scene = await startConsole({}, { devTools: createDevTools() })
  paths = await everyPage(scene)
  pool = paths.find((path) => /^pools\/[^/]+_[^/]+$/.test(path))!
})
after(() => scene.close())

/** Goes to a page as a link does, without a load, until all that it reads is there. */
async function visit(page: Page, path: string): Promise<void> {
  await page.evaluate(`(() => {
    history.pushState(null, '', '/console/${path}')
    dispatchEvent(new PopStateEvent('popstate'))
  })()`)
  await until(page, "document.querySelector('main h1') && !document.querySelector('main .reading')")
}

/** Looks at every frame; by evaluation alone, since the page's policy lets no text be run. */
const until = (page: Page, condition: string) =>
  page.evaluate(`(async () => {
    for (const begun = Date.now(); !(${condition}); await new Promise(requestAnimationFrame))
      if (Date.now() - begun > 10_000) throw new Error(location.pathname + ${JSON.stringify(`: ${condition}`)})
  })()`)

const read = <Value>(page: Page, expression: string) => page.evaluate(expression) as Promise<Value>

/** Whatever a page asks for in vain. */
function refusalsIn(page: Page): string[] {
  const refused: string[] = []
  page.on('response', (answer) => {
    if (answer.status() < 400) return
    refused.push(`${page.url()}: ${answer.status()} ${answer.request().headers()['x-amz-target']} ${answer.url()}`)
  })
  return refused
}

/** Notes what moves by itself, and which controls look the same with the focus as without it. */
const watch = `(() => {
  globalThis.shift = 0
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) shift += value
  }).observe({ type: 'layout-shift' })

  const looks = (element) => [element, element.parentElement, element.nextElementSibling, element.firstElementChild]
    .flatMap((near) => near ? [null, '::before', '::after'].map((part) => getComputedStyle(near, part)) : [])
    .map(({ outline, boxShadow }) => outline + boxShadow)
    .join()
  globalThis.stops = []
  addEventListener('focusin', ({ target }) => stops.push({ target, focused: looks(target) }))
  globalThis.invisible = () => stops
    .filter(({ target, focused }) => target.isConnected && target !== document.activeElement && focused === looks(target))
    // Charts draw a ring of their own.
    .filter(({ target }) => !target.matches('main, h1, [role=application], [role=application] *'))
    .map(({ target }) => target.outerHTML.slice(0, 200))
})()`

test('on every page the keyboard begins at the heading and is seen on its way, and nothing moves while it loads', async () => {
  const tab = await scene.open('try')
  const { page } = tab
  const refused = refusalsIn(page)
  await page.setViewportSize({ width: 360, height: 780 })
  await heading(page, 'Try it')
  await page.evaluate(watch)
  for (const path of paths.filter((one) => one !== 'try')) {
    await page.evaluate('stops.length = 0, shift = 0')
    await visit(page, path)
    // A form whose first field is the purpose of the page begins there.
    await until(page, "document.activeElement.matches('h1, main input')")
    assert.ok((await page.title()).startsWith(`${await page.getByRole('status').first().textContent()} ·`), path)
    assert.equal(await read(page, 'document.documentElement.scrollWidth - innerWidth'), 0, `${path} is too wide`)
    const controls = await read<number>(
      page,
      "document.querySelectorAll('main :is(a, button, input, textarea)').length",
    )
    for (let n = 0; n < Math.min(controls, 20); n++) await page.keyboard.press('Tab')
    assert.deepEqual(await read(page, 'invisible()'), [], path)
    assert.deepEqual(
      await read(page, 'document.querySelectorAll(\'[tabindex]:not([tabindex="0"], [tabindex="-1"])\').length'),
      0,
    )
    assert.ok((await read<number>(page, 'shift')) <= 0.05, `${path} moves by ${await read(page, 'shift')}`)
  }
  assert.deepEqual(refused, [])
  await tab.close()
})

test('dialogs keep the focus in, and give it back to what opened them', async () => {
  const tab = await scene.open('pools')
  const { page } = tab
  const dialogs: [path: string, opener: string][] = [
    [pool, 'Delete'],
    [`${pool}/users`, 'Create user'],
    [`${pool}/users/ann`, 'Edit'],
    [`${pool}/groups`, 'Create group'],
    [`${pool}/groups/staff`, 'Delete'],
    [`${pool}/clients`, 'Create app client'],
    [`${pool}/apis`, 'Add an API'],
    [`${pool}/signing-keys`, 'Rotate keys'],
    ['roles', 'Create role'],
  ]
  await heading(page, 'User pools')
  for (const [path, name] of dialogs) {
    await visit(page, path)
    const opener = page.getByRole('button', { name, exact: true })
    await opener.press('Enter')
    await page.getByRole('dialog').waitFor()
    for (const key of [...Array(12).fill('Tab'), 'Shift+Tab']) {
      await page.keyboard.press(key)
      assert.ok(await read(page, "document.activeElement.closest('[role=dialog]') !== null"), `${path}: ${key}`)
    }
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    assert.equal(await read(page, 'document.activeElement.textContent'), name, path)
  }
  await tab.close()
})

test('the skip link, menus and the selection of rows work by keyboard', async () => {
  const tab = await scene.open(`${pool}/users?q=ann@`)
  const { page } = tab
  const focused = () => read<string>(page, 'document.activeElement.textContent')
  await page.getByRole('link', { name: 'ann@example.com' }).waitFor()
  await page.keyboard.press('Tab')
  assert.equal(await focused(), 'Skip to the page')
  await page.keyboard.press('Enter')
  assert.equal(await read(page, 'document.activeElement.id'), 'page')

  const rows = page.getByRole('row').getByRole('checkbox')
  await rows.nth(1).press('Space')
  await page.keyboard.press('ArrowDown')
  const menu = page.getByRole('button', { name: '1 user', exact: true })
  await menu.press('Enter')
  await page.getByRole('menuitem').first().waitFor()
  const first = await focused()
  await page.keyboard.press('ArrowDown')
  assert.notEqual(await focused(), first)
  await page.keyboard.press('Escape')
  assert.equal(await focused(), '1 user')
  await tab.close()
})

/** Has the server refuse, or the connection fail, for all calls of the page. */
const refuse = (page: Page, answer: { status: number; type: string } | undefined) =>
  page.route(`${scene.url}/`, (route) => {
    if (route.request().method() !== 'POST') return route.continue()
    if (!answer) return route.abort()
    const body = JSON.stringify({ __type: answer.type, message: `The server says ${answer.status}.` })
    return route.fulfill({ status: answer.status, contentType: 'application/x-amz-json-1.1', body })
  })

test('every page says what was refused and what to do about it, and leaves the navigation standing', async () => {
  const tab = await scene.open('try')
  const { page } = tab
  await heading(page, 'Try it')
  await refuse(page, { status: 400, type: 'AccessDeniedException' })
  const readsNothing = ['try', 'pools/create', 'development/inbox', 'development/tools']
  for (const path of paths.filter((one) => !readsNothing.includes(one))) {
    await visit(page, path)
    const alert = page.getByRole('alert').filter({ hasText: 'The server says 400.' })
    await alert
      .first()
      .waitFor({ timeout: 5000 })
      .catch(() => assert.fail(`${path} says nothing`))
    assert.match(await alert.first().innerText(), /Your role doesn’t allow this/, path)
  }
  await page.getByRole('navigation', { name: 'Navigation' }).waitFor()
  await tab.close()
})

test('what can be tried again is offered again', async () => {
  const faults: [answer: { status: number; type: string } | undefined, advice: RegExp][] = [
    [undefined, /Check that the server runs and that you are online/],
    [{ status: 500, type: 'InternalErrorException' }, /fault of the server/],
    [{ status: 429, type: 'TooManyRequestsException' }, /Wait a moment/],
  ]
  for (const [answer, advice] of faults) {
    const tab = await scene.open('try')
    const { page } = tab
    await heading(page, 'Try it')
    await refuse(page, answer)
    await visit(page, `${pool}/groups`)
    await told(page, advice)
    await page.unroute(`${scene.url}/`)
    await press(page, 'Try again')
    await page.getByRole('link', { name: 'staff' }).waitFor()
    await tab.close()
  }
})
