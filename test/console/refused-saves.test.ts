import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { everyPage } from './every-page.ts'
import { type ConsoleScene, press, startConsole } from './scene.ts'

let scene: ConsoleScene
let pool: string
let client: string

before(async () => {
  scene = await startConsole()
  const paths = await everyPage(scene)
  pool = paths.find((path) => /^pools\/[^/]+_[^/]+$/.test(path))!
  client = paths.find((path) => /\/clients\/[^/]+$/.test(path))!
})
after(() => scene?.close())

interface Form {
  path: string
  /** The button that opens it over the page. */
  opener?: string
  /** What is typed, by the names of the fields. */
  fields: Record<string, string>
  submit: string
  /** The changes are reviewed first. */
  isReviewed?: boolean
}

const message = 'The server refuses this value.'

/** Reads are answered by the server, and everything else is refused as a value that it does not take. */
const refuseChanges = (page: Page) =>
  page.route(`${scene.url}/`, (route) => {
    const operation = route.request().headers()['x-amz-target']?.split('.')[1] ?? ''
    if (/^(Admin)?(List|Get|Describe)/.test(operation) || route.request().method() !== 'POST') return route.continue()
    const body = JSON.stringify({ __type: 'InvalidParameterException', message })
    return route.fulfill({ status: 400, contentType: 'application/x-amz-json-1.1', body })
  })

/** It is scrolled to after it has appeared. */
async function isInSight(page: Page, alert: Locator): Promise<boolean> {
  const box = await alert.boundingBox()
  return box !== null && box.y >= 0 && box.y + box.height <= page.viewportSize()!.height
}

test('a refused save is announced beside its form in the server’s words, and what was typed stays', async () => {
  const forms: Form[] = [
    { path: 'pools/create', fields: { 'Pool name': 'other', 'App name': 'its app' }, submit: 'Create pool and app' },
    { path: `${pool}/users`, opener: 'Create user', fields: { Username: 'bob' }, submit: 'Create' },
    { path: `${pool}/users/ann`, opener: 'Edit', fields: { name: 'Ann Other' }, submit: 'Save changes' },
    { path: `${pool}/groups`, opener: 'Create group', fields: { Name: 'a b', Precedence: '7' }, submit: 'Create' },
    { path: `${pool}/groups/staff`, opener: 'Edit', fields: { Description: 'Others' }, submit: 'Save changes' },
    { path: `${pool}/clients`, opener: 'Create app client', fields: { 'App name': 'phone' }, submit: 'Create' },
    { path: client, fields: { 'App name': 'other' }, submit: 'Review changes', isReviewed: true },
    {
      path: `${pool}/apis`,
      opener: 'Add an API',
      fields: { Name: 'Stock', Identifier: 'stock', 'What it allows': 'Reads' },
      submit: 'Add',
    },
    {
      path: `${pool}/domain`,
      opener: 'Add Your own domain',
      fields: { Domain: 'login.example.com', 'Certificate ARN': 'arn:none' },
      submit: 'Add',
    },
    { path: `${pool}/sign-in`, fields: { 'Minimum length': '14' }, submit: 'Review changes', isReviewed: true },
    { path: `${pool}/settings`, fields: { 'Pool name': 'other' }, submit: 'Review changes', isReviewed: true },
    {
      path: `${pool}/messages`,
      fields: { 'Reply to': 'help@example.com' },
      submit: 'Review changes',
      isReviewed: true,
    },
    {
      path: `${pool}/threats`,
      fields: { 'Always blocked': '192.0.2.0/24' },
      submit: 'Review changes',
      isReviewed: true,
    },
    { path: 'roles', opener: 'Create role', fields: { Name: 'night desk', Pools: 'us-east-1_none' }, submit: 'Create' },
    { path: 'roles/desk', opener: 'Create access key', fields: { Service: 'billing' }, submit: 'Create' },
  ]
  for (const { path, opener, fields, submit, isReviewed } of forms) {
    const tab = await scene.open(path)
    const { page } = tab
    await refuseChanges(page)
    if (opener) await page.locator('main').getByRole('button', { name: opener, exact: true }).first().click()
    const form = opener ? page.getByRole('dialog') : page.locator('main')
    for (const [name, value] of Object.entries(fields))
      await form
        .getByLabel(name, { exact: true })
        .fill(value)
        .catch((error) => assert.fail(`${path}, ${name}: ${error.message}`))
    await form.getByRole('button', { name: submit, exact: true }).first().click()
    if (isReviewed) await page.getByRole('dialog').getByRole('button', { name: 'Save changes' }).click()
    const alert = page.getByRole('alert').filter({ hasText: message })
    await alert.waitFor().catch(() => assert.fail(`${path} says nothing`))
    assert.equal(await alert.count(), 1, path)
    for (let tries = 0; !(await isInSight(page, alert)); tries++) {
      assert.ok(tries < 100, `${path}: the refusal is out of sight`)
      await page.waitForTimeout(50)
    }
    if (isReviewed) await page.keyboard.press('Escape')
    for (const [name, value] of Object.entries(fields))
      assert.equal(await form.getByLabel(name, { exact: true }).inputValue(), value, `${path}, ${name}`)
    page.on('dialog', (dialog) => dialog.accept())
    await tab.close()
  }
})

test('a stray click beside a form loses nothing, and Back asks where something is not saved', async () => {
  const tab = await scene.open(`${pool}/groups`)
  const { page } = tab
  await page.locator('main').getByRole('button', { name: 'Create group' }).click()
  const name = page.getByRole('dialog').getByLabel('Name', { exact: true })
  await name.fill('half a name')
  await page.mouse.click(5, 500)
  assert.equal(await name.inputValue(), 'half a name')
  await press(page, 'Cancel')

  const nav = page.getByRole('navigation', { name: 'Navigation' })
  await nav.getByRole('link', { name: 'Sign-in settings' }).click()
  const length = page.getByLabel('Minimum length')
  await length.fill('17')
  const answers = [false, true]
  page.on('dialog', (dialog) => (answers.shift() ? dialog.accept() : dialog.dismiss()))
  await page.evaluate('history.back()')
  await page.waitForURL(/\/sign-in$/)
  await page.getByRole('heading', { level: 1, name: 'Sign-in settings' }).waitFor()
  assert.equal(await length.inputValue(), '17')
  assert.equal(answers.length, 1)
  await page.evaluate('history.back()')
  await page.getByRole('heading', { level: 1, name: 'Groups' }).waitFor()
  assert.match(page.url(), /\/groups$/)
  await tab.close()
})

test('a form that is opened before its values have come waits for them', async () => {
  const tab = await scene.open(`${pool}/groups`)
  const { page } = tab
  await page.route(`${scene.url}/`, async (route) => {
    if (/GetGroup$/.test(route.request().headers()['x-amz-target'] ?? '')) await page.waitForTimeout(1500)
    return route.continue()
  })
  await page.getByRole('link', { name: 'staff', exact: true }).click()
  await page.locator('main').getByRole('button', { name: 'Edit', exact: true }).click()
  const form = page.getByRole('dialog')
  await form.getByLabel('Description', { exact: true }).fill('Everybody who works here')
  await form.getByRole('button', { name: 'Save changes', exact: true }).click()
  await form.waitFor({ state: 'detached' })
  await page.getByText('Everybody who works here').first().waitFor()
  await tab.close()
})
