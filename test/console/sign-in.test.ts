import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { adminOf, keyOf } from '../administration/scene.ts'
import { type ConsoleScene, heading, press, startConsole, type Tab, told } from './scene.ts'

let scene: ConsoleScene

before(async () => {
  scene = await startConsole({ mode: 'serve' })
})
after(() => scene.close())

const password = 'A-long-Passw0rd'

/** At the operators' login page. */
async function signInAt(page: Page, username: string): Promise<void> {
  await page.getByLabel('Email').fill(username)
  await page.getByRole('button').first().click()
  await page.locator('input[type=password]').fill(password)
  await page.locator('form button[type=submit], form button:not([type])').first().click()
}

async function signInWith(
  page: Page,
  { accessKeyId, secretAccessKey }: Record<'accessKeyId' | 'secretAccessKey', string>,
) {
  await page.getByLabel('Access key id').fill(accessKeyId)
  await page.getByLabel('Secret access key').fill(secretAccessKey)
  await press(page, 'Sign in with the key')
}

/** From now on, what the page's credentials of this moment sign is refused as by a server that finds them expired. */
async function expire(page: Page): Promise<void> {
  let expired: string | undefined
  await page.route(`${scene.url}/`, (route) => {
    const [key] = /(?<=Credential=)[^/]+/.exec(route.request().headers().authorization ?? '') ?? []
    if (!key) return route.continue()
    expired ??= key
    if (key !== expired) return route.continue()
    const body = JSON.stringify({ __type: 'ExpiredTokenException', message: 'The security token has expired.' })
    return route.fulfill({ status: 400, contentType: 'application/x-amz-json-1.1', body })
  })
}

test('before there is an operators’ pool, a key pair signs in, and ends with the tab', async () => {
  const tab = await scene.open('pools')
  const { page } = tab
  await heading(page, 'Poolhouse')
  await page.getByLabel('Access key id').fill('local')
  await page.getByLabel('Secret access key').fill('wrong')
  await press(page, 'Sign in with the key')
  await told(page, /signature/i)
  await tab.look('sign-in-key')
  await page.getByLabel('Secret access key').fill('local')
  await press(page, 'Sign in with the key')
  await heading(page, 'User pools')
  assert.equal(await page.evaluate('JSON.stringify([sessionStorage, localStorage])'), '[{},{}]')
  await page.reload()
  await heading(page, 'Poolhouse')
  await tab.close()
})

test('operators sign in at their pool, come back to where they were, and are offered what their role may do', async () => {
  const admin = adminOf(scene)
  await scene.cognito.createUserPool({ PoolName: 'shop' })
  const { UserPoolId } = await admin.setUpOperators({})
  const { Role } = await admin.putRole({ RoleName: 'reader', ReadyMadePolicy: 'read-only' })
  await scene.cognito.createGroup({ UserPoolId, GroupName: 'readers', RoleArn: Role.Arn })
  await scene.cognito.adminCreateUser({ UserPoolId, Username: 'ann@example.com', MessageAction: 'SUPPRESS' })
  const Username = 'ann@example.com'
  await scene.cognito.adminSetUserPassword({ UserPoolId, Username, Password: password, Permanent: true })
  await scene.cognito.adminAddUserToGroup({ UserPoolId, Username, GroupName: 'readers' })

  const tab = await scene.open('pools?page=1')
  const { page } = tab
  await heading(page, 'Poolhouse')
  await tab.look('sign-in')
  await press(page, 'Sign in')
  await signInAt(page, Username)
  await heading(page, 'User pools')
  assert.equal(new URL(page.url()).search, '?page=1')
  await page.getByRole('link', { name: 'shop' }).waitFor()
  assert.equal(await page.getByRole('link', { name: 'Create pool' }).count(), 0)

  // Loaded anew, the tab is still signed in.
  await page.reload()
  await heading(page, 'User pools')
  await page.getByRole('link', { name: 'shop' }).waitFor()

  // Out of the group: the next call is refused, and the console says so, also to who loads the page anew.
  await scene.cognito.adminRemoveUserFromGroup({ UserPoolId, Username, GroupName: 'readers' })
  await page.reload()
  await heading(page, 'Poolhouse')
  await told(page, /Your session has ended/)

  await scene.cognito.adminAddUserToGroup({ UserPoolId, Username, GroupName: 'readers' })
  await press(page, 'Sign in')
  await heading(page, 'User pools')
  await page.getByRole('link', { name: 'shop' }).waitFor()
  await scene.cognito.adminRemoveUserFromGroup({ UserPoolId, Username, GroupName: 'readers' })
  await page.getByRole('link', { name: 'shop' }).click()
  await page
    .getByRole('dialog', { name: 'Sign in again' })
    .getByText(/Your session has ended/)
    .waitFor()
  await page.reload()
  await heading(page, 'Poolhouse')
  await told(page, /Your session has ended/)
  await tab.close()
})

test('a session that ends leaves the page as it is, and what was begun is done once its owner is back', async () => {
  const admin = adminOf(scene)
  const { UserPool } = await scene.cognito.createUserPool({ PoolName: 'shop' })
  const UserPoolId = UserPool!.Id!
  await admin.putRole({ RoleName: 'editor', ReadyMadePolicy: 'administrator' })
  await admin.putRole({ RoleName: 'other', ReadyMadePolicy: 'administrator' })
  const keys = [await keyOf(scene, 'editor'), await keyOf(scene, 'editor'), await keyOf(scene, 'other')] as const
  const begin = async (name: string) => {
    const tab = await scene.open(`pools/${UserPoolId}/groups`)
    const { page } = tab
    await page.getByText('Use an access key').click()
    await signInWith(page, keys[0])
    await heading(page, 'Groups')
    await press(page, 'Create group')
    await page.getByLabel('Name', { exact: true }).fill(name)
    await expire(page)
    await page.getByRole('dialog').getByRole('button', { name: 'Create', exact: true }).click()
    const again = page.getByRole('dialog', { name: 'Sign in again' })
    await again.getByText('This page stays as it is').waitFor()
    await page.keyboard.press('Escape')
    await again.getByText('Use an access key').click()
    return { tab, page, again }
  }
  const own = await begin('staff')
  await own.tab.look('sign-in-again')
  await signInWith(own.page, keys[1])
  await own.page.getByRole('link', { name: 'staff' }).waitFor()
  await own.tab.close()

  const others = await begin('others')
  await signInWith(others.page, keys[2])
  await heading(others.page, 'Groups')
  await others.again.waitFor({ state: 'detached' })
  await others.page.getByRole('link', { name: 'staff' }).waitFor()
  assert.equal(await others.page.getByRole('link', { name: 'others' }).count(), 0)
  await others.tab.close()
})

test('what one has begun to do to many is not gone on with by another', async () => {
  const { UserPool } = await scene.cognito.createUserPool({ PoolName: 'crowd' })
  const UserPoolId = UserPool!.Id!
  const names = Array.from({ length: 9 }, (_, n) => `user-${n}`)
  await Promise.all(
    names.map((Username) => scene.cognito.adminCreateUser({ UserPoolId, Username, MessageAction: 'SUPPRESS' })),
  )
  for (const RoleName of ['first', 'second'])
    await adminOf(scene).putRole({ RoleName, ReadyMadePolicy: 'administrator' })
  const tab = await scene.open(`pools/${UserPoolId}/users`)
  const { page } = tab
  await page.getByText('Use an access key').click()
  await signInWith(page, await keyOf(scene, 'first'))
  await page.getByRole('link', { name: 'user-8' }).waitFor()
  await page.getByRole('checkbox', { name: 'Select all' }).check()
  await press(page, '9 users')
  await page.getByRole('menuitem', { name: 'Disable' }).click()
  await expire(page)
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click()
  await page.getByRole('dialog', { name: 'Sign in again' }).getByText('Use an access key').click()
  await signInWith(page, await keyOf(scene, 'second'))
  await told(page, /stopped after 4 of 9/)
  await tab.close()
  const { Users } = await scene.cognito.listUsers({ UserPoolId, Filter: 'status = "Disabled"' })
  assert.deepEqual(Users, [])
})

/** A tab of an operator who has signed in at the login pages. */
async function openAsOperator(path: string): Promise<Tab> {
  const Username = 'ann@example.com'
  const { UserPoolId } = await adminOf(scene).setUpOperators({})
  await scene.cognito.adminAddUserToGroup({ UserPoolId, Username, GroupName: 'readers' })
  const tab = await scene.open(path)
  await press(tab.page, 'Sign in')
  await signInAt(tab.page, Username)
  await heading(tab.page, 'User pools')
  await tab.page.getByRole('link', { name: 'shop' }).first().waitFor()
  return tab
}

test('an operator signs in again in a new tab, which gives its answer to the page and closes', async () => {
  const tab = await openAsOperator('pools')
  const { page, context } = tab
  // Neither the tab nor the login pages know them any more.
  await context.clearCookies()
  await page.reload()
  await page.getByRole('link', { name: 'shop' }).first().waitFor()
  await expire(page)
  await page.getByRole('link', { name: 'shop' }).first().click()
  const [login] = await Promise.all([context.waitForEvent('page'), press(page, 'Sign in in a new tab')])
  const closed = login.waitForEvent('close')
  await signInAt(login, 'ann@example.com')
  await closed
  await heading(page, 'shop')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await tab.close()
})

const signer = (page: Page) =>
  page.evaluate("JSON.parse(sessionStorage['poolhouse.session']).credentials.accessKeyId") as Promise<string>

/** Waits until the page signs with another key. What it has read before is shown earlier. */
async function signerAfter(page: Page, before: string): Promise<string> {
  for (let waited = 0; waited < 10_000; waited += 20) {
    const now = await signer(page)
    if (now !== before) return now
    await page.waitForTimeout(20)
  }
  throw new Error(`The page still signs with ${before}`)
}

/** What was asked of the operators' pool since. */
function countSignIns(page: Page) {
  const counts = { refreshes: 0, authorizations: 0, codes: 0 }
  page.on('request', (request) => {
    if (request.url().includes('prompt=none')) counts.authorizations++
    if (request.postData()?.includes('grant_type=refresh_token')) counts.refreshes++
    if (request.postData()?.includes('grant_type=authorization_code')) counts.codes++
  })
  return counts
}

test('credentials that the server finds expired are renewed, and nobody sees it', async () => {
  const tab = await openAsOperator('pools')
  const { page } = tab
  const counts = countSignIns(page)
  const before = await signer(page)
  await expire(page)
  await page.getByRole('link', { name: 'shop' }).first().click()
  await heading(page, 'shop')
  const renewed = await signerAfter(page, before)
  assert.deepEqual(counts, { refreshes: 1, authorizations: 0, codes: 0 })

  // Loaded anew, it has no refresh token; the login pages still know who it is.
  await page.unroute(`${scene.url}/`)
  await page.reload()
  await heading(page, 'shop')
  await expire(page)
  await page.getByRole('link', { name: 'All pools' }).click()
  await heading(page, 'User pools')
  await page.getByRole('link', { name: 'shop' }).first().waitFor()
  await signerAfter(page, renewed)
  assert.equal(await page.getByRole('dialog').count(), 0)
  assert.deepEqual(counts, { refreshes: 1, authorizations: 1, codes: 1 })
  await tab.close()
})

test('an hour that is over when the page is loaded is renewed before it is shown, or the console says that it is over', async () => {
  const tab = await openAsOperator('pools')
  const { page, context } = tab
  const end = () =>
    page.evaluate(`(() => {
      const session = JSON.parse(sessionStorage['poolhouse.session'])
      sessionStorage['poolhouse.session'] = JSON.stringify({ ...session, expiresAt: Date.now() - 1000 })
    })()`)
  await end()
  await page.reload()
  await page.getByRole('link', { name: 'shop' }).first().waitFor()
  await end()
  await context.clearCookies()
  await page.reload()
  await heading(page, 'Poolhouse')
  await told(page, /Your session has ended/)
  await tab.close()
})

test('nobody goes on as who has signed in at the login pages meanwhile', async () => {
  const tab = await openAsOperator('pools')
  const { page, context } = tab
  const { UserPoolId } = await adminOf(scene).setUpOperators({})
  const Username = 'bob@example.com'
  await scene.cognito.adminCreateUser({ UserPoolId, Username, MessageAction: 'SUPPRESS' })
  await scene.cognito.adminSetUserPassword({ UserPoolId, Username, Password: password, Permanent: true })
  await scene.cognito.adminAddUserToGroup({ UserPoolId, Username, GroupName: 'readers' })
  await page.reload()
  await page.getByRole('link', { name: 'shop' }).first().waitFor()
  await context.clearCookies()
  const other = await context.newPage()
  await other.goto(`${scene.url}/console/pools`)
  await press(other, 'Sign in')
  await signInAt(other, Username)
  await heading(other, 'User pools')
  const counts = countSignIns(page)
  await expire(page)
  await page.getByRole('link', { name: 'shop' }).first().click()
  await page.getByRole('dialog', { name: 'Sign in again' }).waitFor()
  assert.deepEqual(counts, { refreshes: 0, authorizations: 1, codes: 1 })
  await tab.close()
})

test('a renewal that fails on the way is done again with the next try', async () => {
  const tab = await openAsOperator('pools')
  const { page } = tab
  await expire(page)
  await page.route('**/oauth2/token', (route) => route.abort())
  await page.getByRole('link', { name: 'shop' }).first().click()
  await told(page, 'The server can’t be reached.')
  assert.equal(await page.getByRole('dialog').count(), 0)
  await page.unroute('**/oauth2/token')
  await press(page, 'Try again')
  await heading(page, 'shop')
  await tab.close()
})

test('a tab that was loaded anew renews its credentials while the login pages still know it', async () => {
  const tab = await openAsOperator('pools')
  const { page } = tab
  await page.clock.install()
  await page.reload()
  await page.getByRole('link', { name: 'shop' }).first().waitFor()
  const counts = countSignIns(page)
  const before = await signer(page)
  const pass = async (minutes: number) => {
    scene.clock.advance({ minutes })
    await page.clock.runFor(minutes * 60_000)
  }
  await pass(54)
  assert.equal(await signer(page), before)
  await pass(2)
  await signerAfter(page, before)
  assert.deepEqual(counts, { refreshes: 0, authorizations: 1, codes: 1 })

  // The hour of the sign-in is over, and that of the renewal; the refresh token is good for a day of work.
  await pass(10)
  await page.getByRole('link', { name: 'shop' }).first().click()
  await heading(page, 'shop')
  await pass(60)
  await page.getByRole('link', { name: 'All pools' }).click()
  await page.getByRole('link', { name: 'shop' }).first().waitFor()
  assert.equal(await page.getByRole('dialog').count(), 0)
  assert.equal(counts.refreshes, 1)
  await tab.close()
})

test('on a machine whose clock is wrong, calls that go out at the same time are all signed anew by the server’s', async () => {
  await scene.cognito.createUserPool({ PoolName: 'clocks' })
  // A context of its own, since its pages share a clock.
  const context = await scene.browser.newContext()
  const page = await context.newPage()
  await page.goto(`${scene.url}/console/pools`)
  await page.getByText('Use an access key').click()
  await signInWith(page, { accessKeyId: 'local', secretAccessKey: 'local' })
  await page.getByRole('link', { name: 'clocks' }).first().waitFor()
  // The list asks for its figures one after the other.
  let quietSince = Date.now()
  page.on('request', () => {
    quietSince = Date.now()
  })
  while (Date.now() - quietSince < 500) await page.waitForTimeout(50)
  await page.clock.install({ time: Date.now() + 3_600_000 })
  const refused: string[] = []
  const answered: string[] = []
  page.on('response', (response) => {
    const operation = response.request().headers()['x-amz-target']
    if (operation) (response.ok() ? answered : refused).push(operation)
  })
  let asked = 0
  let bothAreOut = () => {}
  const areOut = new Promise<void>((resolve) => {
    bothAreOut = resolve
  })
  await page.route(`${scene.url}/`, async (route) => {
    if (++asked === 2) bothAreOut()
    await areOut
    await route.continue()
  })
  await page.getByRole('link', { name: 'clocks' }).first().click()
  const isOver = () => refused.length >= 2 && refused.every((operation) => answered.includes(operation))
  for (let tries = 0; tries < 250 && !isOver(); tries++) await page.waitForTimeout(20)
  assert.ok(isOver(), `refused: ${refused.join()}; answered: ${answered.join()}`)
  await context.close()
})
