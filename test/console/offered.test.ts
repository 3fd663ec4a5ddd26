import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ReadyMadePolicy } from '../../src/model/poolhouse-operations.ts'
import { adminOf, keyOf } from '../administration/scene.ts'
import { type ConsoleScene, heading, startConsole } from './scene.ts'

let scene: ConsoleScene
let UserPoolId: string

before(async () => {
  scene = await startConsole()
  UserPoolId = (await scene.cognito.createUserPool({ PoolName: 'shop' })).UserPool!.Id!
  await scene.cognito.adminCreateUser({ UserPoolId, Username: 'ann', MessageAction: 'SUPPRESS' })
  await scene.cognito.createGroup({ UserPoolId, GroupName: 'staff' })
  await scene.cognito.adminAddUserToGroup({ UserPoolId, Username: 'ann', GroupName: 'staff' })
  await scene.cognito.createUserPoolClient({ UserPoolId, ClientName: 'web' })
})
after(() => scene?.close())

/** A tab of somebody with the role, and what was refused to it. */
async function openAs(policy: ReadyMadePolicy) {
  const pools = policy === 'read-only' ? {} : { UserPoolIds: [UserPoolId] }
  await adminOf(scene).putRole({ RoleName: policy, ReadyMadePolicy: policy, ...pools })
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
  page.on('response', async (answer) => {
    if (answer.status() < 400) return
    const body = await answer.text().catch(() => '')
    if (body.includes('AccessDenied')) refused.push(`${page.url()}: ${answer.request().headers()['x-amz-target']}`)
  })
  await page.goto(`${scene.url}/console/pools/${UserPoolId}`)
  await heading(page, 'shop')
  const links = page.getByRole('navigation', { name: 'Navigation' }).locator('section a')
  await links.filter({ hasText: 'Users' }).waitFor()
  const offered = await links.evaluateAll((all) => all.map((link) => [link.textContent, link.getAttribute('href')]))
  const ofPool = (offered as [string, string][]).filter(([, path]) => path.includes(UserPoolId))
  /** Goes to each page that is offered, and to a user. */
  const walk = async (look: (name: string) => Promise<void>) => {
    for (const [name, path] of [...ofPool, ['user', `/console/pools/${UserPoolId}/users/ann`]] as const) {
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
  await walk(async (name) => {
    if (name === 'user') await page.getByText('staff').waitFor()
    assert.equal(await page.getByRole('button', { name: /^(Create|Add|Delete|Remove|Edit)/ }).count(), 0, name)
  })
  await close()
})

test('a reader is offered what can be read, and nothing to change', async () => {
  const { page, names, walk, close } = await openAs('read-only')
  for (const name of ['Pool settings', 'Import and export', 'App clients', 'Triggers', 'Outbox'])
    assert.ok(names.includes(name), `${name} in ${names}`)
  for (const name of ['Audit', 'Signing keys']) assert.ok(!names.includes(name), name)
  const changing = page.getByRole('button', {
    name: /^(Create|Add|Delete|Remove|Edit|Save|Review|Start|Import|Rotate|Choose file: CSV)/,
  })
  const fields = page.locator('fieldset.settings').locator('input:enabled, textarea:enabled, button:enabled')
  await walk(async (name) => {
    const enabled = await changing.evaluateAll((all) =>
      all.filter((one) => !one.matches(':disabled')).map((one) => one.textContent),
    )
    assert.deepEqual(enabled, [], name)
    assert.equal(await fields.count(), 0, name)
  })
  await page.goto(`${scene.url}/console/pools/${UserPoolId}/settings`)
  await page.getByText('Your role can only view this').first().waitFor()
  await close()
})
