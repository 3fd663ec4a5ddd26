import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page, Route } from 'playwright-core'
import { createDevTools } from '../../src/dev/dev-tools.ts'
import { adminOf, keyOf } from '../administration/scene.ts'
import { everyPage } from './every-page.ts'
import { type ConsoleScene, heading, isRead, press, startConsole, type Tab, until } from './scene.ts'

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
async function visit(page: Page, path: string, condition = isRead): Promise<void> {
  await page.evaluate(`(() => {
    history.pushState(null, '', '/console/${path}')
    dispatchEvent(new PopStateEvent('popstate'))
  })()`)
  await until(page, condition)
}

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
    await until(page, "document.title.startsWith(document.querySelector('[role=status]').textContent + ' ·')")
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
  for (const path of paths.filter((one) => !readsNothing.includes(one) && !one.startsWith('development/'))) {
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

/** A tab of somebody with a role, who has to ask what they may do, and tries again at once what has failed. */
async function openAsRole(): Promise<Tab> {
  await adminOf(scene).putRole({ RoleName: 'everything', ReadyMadePolicy: 'administrator' })
  credentials ??= await keyOf(scene, 'everything')
  const session = {
    state: 'signed-in',
    kind: 'operator',
    credentials,
    arn: `arn:aws:sts::${scene.ctx.config.accountId}:assumed-role/everything/ci`,
    name: 'ci',
    expiresAt: Date.now() + 3_600_000,
  }
  const tab = await scene.open('try')
  await tab.page.addInitScript(`
    sessionStorage.setItem('poolhouse.session', ${JSON.stringify(JSON.stringify(session))})
    const later = setTimeout
    globalThis.setTimeout = (work, delay, ...rest) => later(work, [300, 600].includes(delay) ? 0 : delay, ...rest)
    globalThis.rejections = []
    addEventListener('unhandledrejection', ({ reason }) => rejections.push(String(reason)))
  `)
  return tab
}

let credentials: Awaited<ReturnType<typeof keyOf>> | undefined

const readsNothing = ['try', 'pools/create']

test('whatever breaks while a page is read, it says so in words, and comes when it is tried again', async () => {
  const json = (status: number, type: string) => (route: Route) =>
    route.fulfill({
      status,
      contentType: 'application/x-amz-json-1.1',
      body: JSON.stringify({ __type: type, message }),
    })
  const message = 'It does not work.'
  const html = (status: number) => (route: Route) =>
    route.fulfill({ status, contentType: 'text/html', body: '<h1>A proxy</h1>' })
  const faults: [answer: (route: Route) => Promise<void>, says: RegExp][] = [
    [json(429, 'TooManyRequestsException'), /Wait a moment/],
    [json(500, 'InternalErrorException'), /It does not work|fault of the server/],
    [html(502), /answered 502/],
    [html(200), /answered 200/],
    [(route) => route.abort('connectionreset'), /Check that the server runs and that you are online/],
  ]
  const { page, close } = await openAsRole()
  const isApi = ({ pathname }: URL) => pathname === '/' || /^\/console\/(inbox|clock|faults|seed)/.test(pathname)
  const again = page.getByRole('main').getByRole('button', { name: 'Try again' })
  for (const [n, path] of paths.filter((one) => !readsNothing.includes(one)).entries()) {
    const [answer, says] = faults[n % faults.length]!
    await page.route(isApi, answer)
    await page.goto(`${scene.url}/console/${path}`)
    await again
      .first()
      .waitFor({ timeout: 5000 })
      .catch(() => assert.fail(`${path} offers no other try`))
    await until(page, isRead)
    assert.match((await page.getByRole('alert').allInnerTexts()).join('\n'), says, path)
    assert.doesNotMatch(await page.getByRole('main').innerText(), /This page has stopped working/, path)
    await page.unroute(isApi)
    while ((await again.count()) > 0) {
      // It may be gone by then: what fails at several places is often read once.
      await again
        .first()
        .click({ timeout: 1000 })
        .catch(() => {})
      await until(page, isRead)
    }
    await until(page, `${isRead} && !document.querySelector('main [role=alert]')`)
    assert.deepEqual(await read(page, 'rejections'), [], path)
  }
  await close()
})

test('what the role may do is said not to be known, where that can’t be read', async () => {
  const tab = await openAsRole()
  const { page } = tab
  await page.route(`${scene.url}/`, (route) =>
    route.request().headers()['x-amz-target'] === 'Poolhouse.ListAllowedActions' ? route.abort() : route.continue(),
  )
  await tab.goTo(`${pool}/users/ann`)
  await page.getByText('Part of this page could not be read').waitFor()
  await tab.look('unread-notice')
  assert.equal(await page.getByRole('button', { name: 'Edit' }).count(), 0)
  await page.unroute(`${scene.url}/`)
  await press(page, 'Try again')
  await page.getByRole('button', { name: 'Edit' }).waitFor()
  await page.getByRole('alert').waitFor({ state: 'detached' })
  await tab.close()
})

test('a development server that can’t be reached at first is tried again', async () => {
  const tab = await scene.open('try')
  const { page } = tab
  for (const fault of [(route: Route) => route.abort(), (route: Route) => route.fulfill({ status: 503 })]) {
    await page.route(`${scene.url}/console/session`, fault)
    await tab.goTo(`${pool}/groups`)
    await press(page, 'Try again')
    await page.getByRole('alert').waitFor()
    await page.unroute(`${scene.url}/console/session`)
    await press(page, 'Try again')
    await page.getByRole('link', { name: 'staff' }).waitFor()
  }
  await tab.close()
})

test('a session that ends while a page is read is begun anew over it, and the page comes', async () => {
  const { page, close } = await openAsRole()
  await page.goto(`${scene.url}/console/roles`)
  await page.getByRole('link', { name: 'desk' }).waitFor()
  const dialog = page.getByRole('dialog', { name: 'Sign in again' })
  let ended = 0
  for (const path of paths.filter((one, n) => n % 3 === 0 && !readsNothing.includes(one))) {
    await refuse(page, { status: 400, type: 'ExpiredTokenException' })
    await visit(page, path, `document.querySelector('.sign-in-again') || ${isRead}`)
    await page.unroute(`${scene.url}/`)
    if (!(await dialog.isVisible())) continue
    ended++
    await page.getByLabel('Access key id').fill(credentials!.accessKeyId)
    await page.getByLabel('Secret access key').fill(credentials!.secretAccessKey)
    await press(page, 'Sign in with the key')
    await dialog.waitFor({ state: 'detached' })
    await until(page, isRead)
    assert.equal(await page.getByRole('alert').count(), 0, path)
    assert.deepEqual(await read(page, 'rejections'), [], path)
  }
  assert.ok(ended > 8, `${ended}`)
  await close()
})
