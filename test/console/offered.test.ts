import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ReadyMadePolicy } from '../../src/model/poolhouse-operations.ts'
import { adminOf, allow, keyOf } from '../administration/scene.ts'
import { type ConsoleScene, heading, startConsole } from './scene.ts'

let scene: ConsoleScene
let UserPoolId: string
let details: Record<'user' | 'client' | 'group' | 'provider', string>

before(async () => {
  scene = await startConsole()
  const { UserPool } = await scene.cognito.createUserPool({
    PoolName: 'shop',
    UserPoolTier: 'PLUS',
    UserPoolAddOns: { AdvancedSecurityMode: 'AUDIT' },
  })
  UserPoolId = UserPool!.Id!
  await scene.cognito.adminCreateUser({ UserPoolId, Username: 'ann', MessageAction: 'SUPPRESS' })
  await scene.cognito.createGroup({ UserPoolId, GroupName: 'staff' })
  await scene.cognito.adminAddUserToGroup({ UserPoolId, Username: 'ann', GroupName: 'staff' })
  const { UserPoolClient } = await scene.cognito.createUserPoolClient({
    UserPoolId,
    ClientName: 'web',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  })
  const Password = 'Correct-horse-1'
  await scene.cognito.adminSetUserPassword({ UserPoolId, Username: 'ann', Password, Permanent: true })
  await scene.cognito.initiateAuth({
    ClientId: UserPoolClient!.ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ann', PASSWORD: Password },
  })
  await scene.cognito.createIdentityProvider({
    UserPoolId,
    ProviderName: 'Google',
    ProviderType: 'Google',
    ProviderDetails: { client_id: 'shop', client_secret: 'secret', authorize_scopes: 'openid email' },
  })
  await scene.cognito.adminLinkProviderForUser({
    UserPoolId,
    DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: 'ann' },
    SourceUser: {
      ProviderName: 'Google',
      ProviderAttributeName: 'Cognito_Subject',
      ProviderAttributeValue: 'google-7',
    },
  })
  details = {
    user: `users/ann`,
    client: `clients/${UserPoolClient!.ClientId}`,
    group: 'groups/staff',
    provider: 'providers/Google',
  }
})
after(() => scene?.close())

/** A tab of somebody with the role, and what failed in it. */
async function openAs(policy: ReadyMadePolicy) {
  const pools = policy === 'read-only' ? {} : { UserPoolIds: [UserPoolId] }
  await adminOf(scene).putRole({ RoleName: policy, ReadyMadePolicy: policy, ...pools })
  return openAsRole(policy)
}

async function openAsRole(policy: string, { called = 'shop', landmark = 'Overview' } = {}) {
  const credentials = await keyOf(scene, policy)
  const context = await scene.browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' })
  const session = {
    state: 'signed-in',
    kind: 'operator',
    credentials,
    arn: `arn:aws:sts::${scene.ctx.config.accountId}:assumed-role/${policy}/ci`,
    name: 'ci',
    expiresAt: Date.now() + 3_600_000,
  }
  await context.addInitScript(`sessionStorage.setItem('poolhouse.session', ${JSON.stringify(JSON.stringify(session))})`)
  const page = await context.newPage()
  const refused: string[] = []
  page.on('response', (answer) => {
    if (answer.status() < 400) return
    refused.push(`${page.url()}: ${answer.status()} ${answer.request().headers()['x-amz-target']} ${answer.url()}`)
  })
  await page.goto(`${scene.url}/console/pools/${UserPoolId}`)
  await heading(page, called)
  const links = page.getByRole('navigation', { name: 'Navigation' }).locator('section a')
  // The navigation of a pool comes whole, once the role's actions are known.
  await links.filter({ hasText: landmark }).waitFor()
  const offered = await links.evaluateAll((all) => all.map((link) => [link.textContent, link.getAttribute('href')]))
  const ofPool = (offered as [string, string][]).filter(([, path]) => path.includes(UserPoolId))
  /** Goes to each page that is offered, and to those about one thing. */
  const walk = async (things: (keyof typeof details)[], look: (name: string) => Promise<void>) => {
    const ofThings = things.map((thing) => [thing, `/console/pools/${UserPoolId}/${details[thing]}`] as const)
    for (const [name, path] of [...ofPool, ...ofThings]) {
      await page.goto(scene.url + path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.waitForLoadState('networkidle')
      await look(name)
    }
    assert.deepEqual(refused, [])
  }
  return { page, names: ofPool.map(([name]) => name), walk, close: () => context.close() }
}

test('the help desk is offered its users, and no page that asks for more than it may', async () => {
  const { page, names, walk, close } = await openAs('help-desk')
  assert.deepEqual(names, ['Overview', 'Users'])
  await walk(['user'], async (name) => {
    if (name === 'user') for (const text of ['staff', 'google-7']) await page.getByText(text).waitFor()
    assert.equal(
      await page.getByRole('button', { name: /^(Create|Add|Delete|Remove|Edit|Link|Unlink)/ }).count(),
      0,
      name,
    )
  })
  await close()
})

test('a reader is offered what can be read, as values, and nothing to change', async () => {
  const { page, names, walk, close } = await openAs('read-only')
  for (const name of ['Pool settings', 'Import and export', 'App clients', 'Triggers', 'Outbox'])
    assert.ok(names.includes(name), `${name} in ${names}`)
  for (const name of ['Audit', 'Signing keys']) assert.ok(!names.includes(name), name)
  const main = page.getByRole('main')
  const changing = main.getByRole('button', {
    name: /^(Create|Add|Delete|Remove|Edit|Save|Review|Start|Import|Rotate|Link|Unlink)/,
  })
  const fields = page.locator('.settings').locator('input:not([type=search], [aria-hidden]), textarea, select')
  const dead = main.locator(':is(input, textarea, button):disabled:not([aria-hidden])')
  await walk(['user', 'client', 'group', 'provider'], async (name) => {
    if (name === 'user') await page.getByRole('table', { name: 'Sign-in history' }).getByText('Passed').waitFor()
    assert.equal(await main.getByRole('button', { name: /it was/ }).count(), 0, name)
    assert.deepEqual(await changing.allTextContents(), [], name)
    assert.equal(await fields.count(), 0, `${name} has fields`)
    assert.equal(await main.locator('input[type=file]').count(), 0, `${name} takes files`)
    const html = await dead.evaluateAll((all) => all.map((one) => one.outerHTML.slice(0, 200)))
    assert.deepEqual(html, [], name)
  })
  await page.goto(`${scene.url}/console/pools/${UserPoolId}/settings`)
  await page.getByText('Your role can only view this').first().waitFor()
  await page.getByText('Deletion protection').waitFor()
  await close()
})

test('a developer is offered the whole pool but its deletion, its keys and its audit, and finds it in the list', async () => {
  const { page, names, walk, close } = await openAs('developer')
  for (const name of [
    'Pool settings',
    'Users',
    'Import and export',
    'App clients',
    'Triggers',
    'Outbox',
    'Login pages',
  ])
    assert.ok(names.includes(name), `${name} in ${names}`)
  for (const name of ['Audit', 'Signing keys']) assert.ok(!names.includes(name), name)
  await walk(['user', 'client', 'group', 'provider'], async (name) => {
    if (name === 'Overview')
      assert.equal(await page.getByRole('main').getByRole('button', { name: 'Delete' }).count(), 0)
    assert.equal(await page.getByText('Your role can only view this').count(), 0, name)
    if (name !== 'user') return
    for (const label of [/^Sign-in, .*: it was the user$/, /^Unlink Google$/, /^Link an identity$/])
      await page.getByRole('button', { name: label }).waitFor()
  })
  await page.goto(`${scene.url}/console/`)
  await page.getByRole('main').getByRole('link', { name: 'shop' }).click()
  await heading(page, 'shop')
  await close()
})

test('nothing is said of what a role may do before it is known', async () => {
  const { page, close } = await openAs('developer')
  let answer = () => {}
  const isHeld = new Promise<void>((resolve) => {
    answer = resolve
  })
  await page.route(`${scene.url}/`, async (route) => {
    if (route.request().headers()['x-amz-target'] === 'Poolhouse.ListAllowedActions') await isHeld
    await route.continue()
  })
  await page.goto(`${scene.url}/console/pools/${UserPoolId}/settings`)
  await page.getByText('Deletion protection').first().waitFor()
  assert.equal(await page.getByText('Your role can only view this').count(), 0)
  answer()
  await page.locator('.settings').locator('input, select, textarea').first().waitFor({ state: 'attached' })
  await close()
})

test('an importer is offered the import, and no page that asks for more than it may', async () => {
  const { page, names, walk, close } = await openAs('importer')
  assert.deepEqual(names, ['Overview', 'Import and export'])
  await walk([], async (name) => {
    if (name !== 'Import and export') return
    await page.locator('input[type=file]').first().waitFor({ state: 'attached' })
    assert.equal(await page.getByRole('button', { name: 'Export the pool' }).count(), 0)
  })
  await close()
})

test('a role of few rights opens its pool by the id, and finds nothing that is refused to it', async () => {
  const PolicyDocument = JSON.stringify(allow(['cognito-idp:AdminGetUser', 'cognito-idp:ListUsers']))
  await adminOf(scene).putRole({ RoleName: 'narrow', PolicyDocument })
  const { page, names, walk, close } = await openAsRole('narrow', { called: UserPoolId, landmark: 'Users' })
  assert.deepEqual(names, ['Users'])
  await walk(['user'], async () => {})
  await page.goto(`${scene.url}/console/`)
  await page.getByLabel('Pool id').fill(UserPoolId)
  await page.keyboard.press('Enter')
  await page.getByRole('navigation', { name: 'Navigation' }).getByText(UserPoolId).waitFor()
  await close()
})
