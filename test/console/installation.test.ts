import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { adminOf, cognitoOf, keyOf } from '../administration/scene.ts'
import { type ConsoleScene, heading, press, startConsole, told } from './scene.ts'

let scene: ConsoleScene
let UserPoolId: string

before(async () => {
  scene = await startConsole()
  UserPoolId = (await scene.cognito.createUserPool({ PoolName: 'shop' })).UserPool!.Id!
})
after(() => scene.close())

const dialog = (page: import('playwright-core').Page) => page.getByRole('dialog')

test('a role is made, its policy is written with the server’s word for what is wrong, and a key of it signs', async () => {
  const tab = await scene.open('roles')
  const { page } = tab
  await heading(page, 'Roles')
  await told(page, 'No roles yet')
  await press(page, 'Create role')
  await dialog(page).getByLabel('Name').fill('support')
  await dialog(page).getByLabel('Pools').fill(UserPoolId)
  await tab.look('role-create')
  await dialog(page).getByRole('button', { name: 'Create', exact: true }).click()
  await heading(page, 'support')

  const policy = page.getByRole('textbox', { name: 'Policy' })
  await policy.fill('{ "Version": ')
  await told(page, /This is not JSON yet/)
  assert.ok(await page.getByRole('button', { name: 'Save policy' }).isDisabled())
  const document = (Action: string) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] })
  await policy.fill(document('iam:PassRole'))
  await press(page, 'Save policy')
  await told(page, /Action iam:PassRole must be \*, or like cognito-idp:AdminGetUser/)
  await tab.look('role-policy-refused')
  await policy.fill(document('cognito-idp:ListUsers'))
  await press(page, 'Save policy')
  await told(page, 'The policy is saved.')

  await press(page, 'Edit')
  await dialog(page).getByLabel('Tags').fill('team=support')
  await press(page, 'Save changes')
  await told(page, 'The role is saved.')
  const { Role } = await adminOf(scene).describeRole({ RoleName: 'support' })
  assert.deepEqual(Role.Tags, { team: 'support' })
  assert.match(Role.PolicyDocument, /ListUsers/)

  await press(page, 'Create access key')
  await dialog(page).getByLabel('Service').fill('desk')
  await dialog(page).getByLabel('Expires').fill('30')
  await dialog(page).getByRole('button', { name: 'Create', exact: true }).click()
  await told(page, 'Copy the secret now.')
  await press(page, 'Show Secret access key')
  const secretAccessKey = await page.locator('.secret code').innerText()
  const accessKeyId = await page.getByRole('rowheader').filter({ hasText: /^AKIA/ }).innerText()
  await tab.look('role')
  const desk = cognitoOf(scene, { accessKeyId, secretAccessKey })
  assert.deepEqual((await desk.listUsers({ UserPoolId })).Users, [])
  await assert.rejects(desk.listUserPools({ MaxResults: 1 }), { name: 'AccessDeniedException' })

  await press(page, `Delete ${accessKeyId}`)
  await dialog(page).getByRole('textbox').fill(accessKeyId)
  await dialog(page).getByRole('button', { name: 'Delete', exact: true }).click()
  await told(page, 'The access key is deleted.')
  await assert.rejects(desk.listUsers({ UserPoolId }), { name: 'UnrecognizedClientException' })
  await tab.close()
})

test('an outside issuer is trusted with its claims, and trusted no more', async () => {
  await adminOf(scene).putRole({ RoleName: 'deployer', ReadyMadePolicy: 'administrator' })
  const trusted = async () => (await adminOf(scene).describeRole({ RoleName: 'deployer' })).Role.TrustedIssuers
  const tab = await scene.open('roles/deployer')
  const { page } = tab
  await press(page, 'Trust an issuer')
  await dialog(page).getByLabel('Issuer').fill('https://ci.example')
  await dialog(page).getByLabel('Audiences').fill('poolhouse')
  await dialog(page).getByLabel('Claims').fill('sub=repo:acme/app:*\nsub=repo:acme/web:*\nenv=prod')
  await dialog(page).getByRole('button', { name: 'Add', exact: true }).click()
  await told(page, 'The role is saved.')
  const Claims = { sub: ['repo:acme/app:*', 'repo:acme/web:*'], env: ['prod'] }
  assert.deepEqual(await trusted(), [{ Issuer: 'https://ci.example', Audiences: ['poolhouse'], Claims }])
  await press(page, 'Remove https://ci.example')
  await dialog(page).getByLabel('To confirm, type https://ci.example').fill('https://ci.example')
  await dialog(page).getByRole('button', { name: 'Remove', exact: true }).click()
  await dialog(page).waitFor({ state: 'detached' })
  assert.deepEqual(await trusted(), [])
  await tab.close()
})

test('the operators’ pool is set up with its first administrator, whose password is shown once', async () => {
  const tab = await scene.open('operators')
  const { page } = tab
  await heading(page, 'Operators')
  await told(page, 'No operators yet')
  await tab.look('operators-none')
  await press(page, 'Set up operators')
  await dialog(page).getByLabel('E-mail address').fill('ann@example.com')
  await dialog(page).getByRole('radio', { name: 'Show it here once' }).check()
  await dialog(page).getByRole('button', { name: 'Invite an administrator' }).click()
  await told(page, 'ann@example.com is an administrator.')
  await press(page, 'Show Temporary password')
  assert.ok((await page.locator('.secret code').innerText()).length >= 8)
  await page.getByRole('link', { name: 'administrators' }).waitFor()
  await page.getByRole('link', { name: 'ann@example.com' }).waitFor()
  await tab.look('operators')
  const { UserPoolId: marked } = await adminOf(scene).getOperatorsPool({})
  await page.getByRole('link', { name: marked }).click()
  await page.waitForURL(`**/console/pools/${marked}`)
  await tab.close()
})

test('a pool gets new signing keys beside the old ones, and one is withdrawn by its id', async () => {
  const keys = async () => (await adminOf(scene).listSigningKeys({ UserPoolId })).SigningKeys
  const before = await keys()
  const tab = await scene.open(`pools/${UserPoolId}/signing-keys`)
  const { page } = tab
  await heading(page, 'Signing keys')
  await press(page, 'Rotate keys')
  await dialog(page).getByRole('button', { name: 'Rotate keys' }).click()
  await told(page, 'The new keys are published.')
  await told(page, 'Published, not signing yet')
  await tab.look('signing-keys')
  assert.equal((await keys()).length, before.length + 2)
  const { KeyId } = (await keys()).at(-1)!
  await press(page, `Revoke ${KeyId}`)
  const confirm = dialog(page).getByRole('button', { name: 'Revoke', exact: true })
  assert.ok(await confirm.isDisabled())
  await dialog(page).getByRole('textbox').fill(KeyId)
  await confirm.click()
  await told(page, 'The key is revoked.')
  assert.ok((await keys()).every((key) => key.KeyId !== KeyId))
  await tab.close()
})

test('a caller who may not read the operators learns nothing about them', async () => {
  await adminOf(scene).putRole({ RoleName: 'desk', ReadyMadePolicy: 'help-desk', UserPoolIds: [UserPoolId] })
  const desk = adminOf(scene, await keyOf(scene, 'desk'))
  await assert.rejects(desk.getOperatorsPool({}), { name: 'AccessDeniedException' })
  await assert.rejects(desk.listRoles({}), { name: 'AccessDeniedException' })
})

test('keys of every role are on one page', async () => {
  const tab = await scene.open('access-keys')
  const { page } = tab
  await heading(page, 'Access keys')
  await page.getByRole('link', { name: 'desk' }).waitFor()
  await tab.look('access-keys')
  await page.setViewportSize({ width: 360, height: 800 })
  for (const path of ['access-keys', 'roles', 'roles/desk', 'operators', `pools/${UserPoolId}/signing-keys`]) {
    await tab.goTo(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    assert.equal(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0, path)
  }
  await tab.close()
})

test('the audit of the installation has the roles, and is searched by caller, error and time', async () => {
  await adminOf(scene).putRole({ RoleName: 'searched', ReadyMadePolicy: 'administrator' })
  await adminOf(scene)
    .deleteRole({ RoleName: 'nothing-like-it' })
    .catch(() => {})
  const tab = await scene.open('audit?q=PutRole')
  const { page } = tab
  await heading(page, 'Installation audit')
  await page.getByRole('button', { name: 'Record of PutRole' }).first().waitFor()
  const caller = (await page.getByRole('row').nth(1).getByRole('cell').first().textContent())!
  await page.getByRole('button', { name: /^Search by/ }).click()
  await page.getByRole('option', { name: 'By', exact: true }).click()
  await page.getByRole('searchbox').fill(caller)
  await page.getByRole('button', { name: 'Record of PutRole' }).first().waitFor()
  await tab.look('audit-installation')
  await tab.goTo('audit?q=ResourceNotFoundException&by=error&since=hour')
  await page.getByRole('button', { name: 'Record of DeleteRole' }).first().waitFor()
  assert.equal(await page.getByRole('button', { name: 'Record of PutRole' }).count(), 0)
  await tab.close()
})
