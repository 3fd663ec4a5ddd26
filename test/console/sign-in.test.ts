import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { adminOf } from '../administration/scene.ts'
import { type ConsoleScene, heading, press, startConsole, told } from './scene.ts'

let scene: ConsoleScene

before(async () => {
  scene = await startConsole({ mode: 'serve' })
})
after(() => scene.close())

const password = 'A-long-Passw0rd'

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
  await page.getByLabel('Email').fill(Username)
  await page.getByRole('button').first().click()
  await page.locator('input[type=password]').fill(password)
  await page.locator('form button[type=submit], form button:not([type])').first().click()
  await heading(page, 'User pools')
  assert.equal(new URL(page.url()).search, '?page=1')
  await page.getByRole('link', { name: 'shop' }).waitFor()
  assert.equal(await page.getByRole('link', { name: 'Create pool' }).count(), 0)

  // Loaded anew, the tab is still signed in.
  await page.reload()
  await heading(page, 'User pools')
  await page.getByRole('link', { name: 'shop' }).waitFor()

  // Out of the group: the next call is refused, and the console says so.
  await scene.cognito.adminRemoveUserFromGroup({ UserPoolId, Username, GroupName: 'readers' })
  await page.reload()
  await heading(page, 'Poolhouse')
  await told(page, /Your session has ended/)
  await tab.close()
})
