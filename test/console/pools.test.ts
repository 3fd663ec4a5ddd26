import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ConsoleScene, heading, press, startConsole, told } from './scene.ts'

let scene: ConsoleScene

before(async () => {
  scene = await startConsole()
})
after(() => scene.close())

test('a single-page app and its pool are created by purpose, with sound settings', async () => {
  const tab = await scene.open('')
  const { page } = tab
  await heading(page, 'User pools')
  await tab.look('pools-empty')
  await page.getByRole('link', { name: 'Create pool' }).first().click()
  await heading(page, 'Create a pool')
  await page.getByLabel('Pool name').fill('shop')
  await page.getByRole('radio', { name: 'Single-page app' }).check()
  await page.getByLabel('Callback URL').fill('http://shop.example.com/')
  await told(page, /http is allowed for localhost only/)
  await tab.look('create-pool')
  await page.getByLabel('Callback URL').fill('http://localhost:5173/')
  await press(page, 'Create pool and app')
  await heading(page, 'shop')
  await told(page, 'shop is created.')
  await tab.look('overview')
  const UserPoolId = new URL(page.url()).pathname.split('/').at(-1)!
  await tab.close()

  const { UserPool } = await scene.cognito.describeUserPool({ UserPoolId })
  assert.equal(UserPool!.DeletionProtection, 'ACTIVE')
  assert.deepEqual(UserPool!.Policies!.SignInPolicy!.AllowedFirstAuthFactors, ['PASSWORD', 'WEB_AUTHN'])
  const { UserPoolClients } = await scene.cognito.listUserPoolClients({ UserPoolId })
  const { ClientId } = UserPoolClients![0]!
  const { UserPoolClient } = await scene.cognito.describeUserPoolClient({ UserPoolId, ClientId })
  assert.equal(UserPoolClient!.ClientSecret, undefined)
  assert.equal(UserPoolClient!.RefreshTokenRotation!.Feature, 'ENABLED')
  assert.deepEqual(UserPoolClient!.CallbackURLs, ['http://localhost:5173/'])
})

test('each purpose makes what the server accepts', async () => {
  const tab = await scene.open('pools/create')
  const { page } = tab
  for (const [purpose, label] of [
    ['Web app', 'web'],
    ['Mobile app', 'mobile'],
    ['Machine to machine', 'machine'],
    ['Testing', 'testing'],
  ] as const) {
    await tab.goTo('pools/create')
    await page.getByLabel('Pool name').fill(`for ${label}`)
    await page.getByRole('radio', { name: purpose }).check()
    await press(page, 'Create pool and app')
    await heading(page, `for ${label}`)
    await told(page, `for ${label} is created.`)
  }
  await tab.close()
})

test('pools are found by name, and the commands for a shell stand beside', async () => {
  const { UserPool } = await scene.cognito.createUserPool({ PoolName: 'found = me' })
  const tab = await scene.open('pools')
  const { page } = tab
  await page.getByRole('searchbox', { name: 'Search' }).fill('FOUND')
  const link = page.getByRole('link', { name: 'found = me' })
  await link.waitFor()
  await page.getByRole('link', { name: 'for web' }).waitFor({ state: 'detached' })
  // Nobody has signed in yet.
  await page.getByRole('row', { name: 'found = me' }).getByRole('cell', { name: '0', exact: true }).last().waitFor()
  await link.click()
  await heading(page, 'found = me')
  await press(page, 'Calls')
  await told(page, `--user-pool-id ${UserPool!.Id}`)
  await tab.look('calls')
  await page.keyboard.press('Escape')
  await page.getByRole('complementary').waitFor({ state: 'detached' })
  await tab.close()
})

test('a list is searched beyond the page that is shown, by an address that can be linked to', async () => {
  const UserPoolId = (await scene.cognito.createUserPool({ PoolName: 'many groups' })).UserPool!.Id!
  for (let n = 10; n < 40; n++) await scene.cognito.createGroup({ UserPoolId, GroupName: `group-${n}` })
  const tab = await scene.open(`pools/${UserPoolId}/groups`)
  const { page } = tab
  await page.getByRole('link', { name: 'group-10' }).waitFor()
  await page.getByRole('searchbox', { name: 'Search' }).fill('P-39')
  await page.getByRole('link', { name: 'group-39' }).click()
  await heading(page, 'group-39')
  assert.equal(await page.title(), 'group-39 · Poolhouse')
  await page.goBack()
  await page.getByRole('link', { name: 'group-39' }).waitFor()
  assert.equal(await page.getByRole('row').count(), 2)
  await page.reload()
  await page.getByRole('link', { name: 'group-39' }).waitFor()
  assert.equal(await page.getByRole('searchbox', { name: 'Search' }).inputValue(), 'P-39')
  await page.getByRole('searchbox', { name: 'Search' }).fill('nothing like it')
  await told(page, 'Nothing matches.')
  await tab.close()
})

test('a pool is deleted once it is not protected, by its name', async () => {
  const { UserPool } = await scene.cognito.createUserPool({ PoolName: 'old shop', DeletionProtection: 'ACTIVE' })
  const tab = await scene.open(`pools/${UserPool!.Id}`)
  const { page } = tab
  const remove = page.getByRole('button', { name: 'Delete', exact: true })
  await remove.waitFor()
  assert.ok(await remove.isDisabled())
  await press(page, 'Allow deletion')
  await told(page, 'The pool can be deleted now.')
  await remove.click()
  const dialog = page.getByRole('dialog')
  const confirm = dialog.getByRole('button', { name: 'Delete' })
  await dialog.getByLabel('To confirm, type old shop').fill('old')
  assert.ok(await confirm.isDisabled())
  await tab.look('delete-pool')
  await dialog.getByLabel('To confirm, type old shop').fill('old shop')
  await confirm.click()
  await heading(page, 'User pools')
  await told(page, 'old shop is deleted.')
  await tab.close()
  await assert.rejects(scene.cognito.describeUserPool({ UserPoolId: UserPool!.Id }), {
    name: 'ResourceNotFoundException',
  })
})
