import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ConsoleScene, heading, press, startConsole, told } from './scene.ts'

let scene: ConsoleScene
let UserPoolId: string

before(async () => {
  scene = await startConsole()
  UserPoolId = (await scene.cognito.createUserPool({ PoolName: 'shop' })).UserPool!.Id!
})
after(() => scene.close())

test('an app client is created, changed with the difference shown, and loses nothing that is not shown', async () => {
  const tab = await scene.open(`pools/${UserPoolId}/clients`)
  const { page } = tab
  await heading(page, 'App clients')
  await press(page, 'Create app client')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('App name').fill('store')
  await dialog.getByRole('radio', { name: 'Web app' }).check()
  await dialog.getByLabel('Callback URL').fill('javascript:alert(1)')
  await told(page, /Enter a full URL/)
  await tab.look('create-client')
  await dialog.getByLabel('Callback URL').fill('https://store.example.com/callback')
  await dialog.getByRole('button', { name: 'Create', exact: true }).click()
  await heading(page, 'store')
  const ClientId = new URL(page.url()).pathname.split('/').at(-1)!
  const read = async () => (await scene.cognito.describeUserPoolClient({ UserPoolId, ClientId })).UserPoolClient!
  const before = await read()
  await tab.look('client')

  await page.getByLabel('Callback URLs').fill('https://store.example.com/callback\nhttp://store.example.com/')
  await told(page, /Line 2: http is allowed for localhost only/)
  assert.ok(await page.getByRole('button', { name: 'Review changes' }).isDisabled())
  await page.getByLabel('Callback URLs').fill('https://store.example.com/callback\nhttp://localhost:3000/callback')
  await page.getByRole('checkbox', { name: 'Refresh tokens change with each use' }).check()
  // What somebody else changes meanwhile stays.
  const { CreationDate: _c, LastModifiedDate: _m, ClientSecret: _s, ...others } = before
  await scene.cognito.updateUserPoolClient({ ...others, UserPoolId, ClientId, AuthSessionValidity: 9 })
  await press(page, 'Review changes')
  await page.getByRole('dialog').getByText('http://localhost:3000/callback').waitFor()
  await tab.look('client-review')
  await page.getByRole('dialog').getByRole('button', { name: 'Save changes' }).click()
  await told(page, 'The settings of the app are saved.')
  const saved = await read()
  assert.deepEqual(
    { ...saved, LastModifiedDate: undefined },
    {
      ...before,
      LastModifiedDate: undefined,
      AuthSessionValidity: 9,
      CallbackURLs: ['https://store.example.com/callback', 'http://localhost:3000/callback'],
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 60 },
      ExplicitAuthFlows: saved.ExplicitAuthFlows,
    },
  )
  assert.ok(!saved.ExplicitAuthFlows!.includes('ALLOW_REFRESH_TOKEN_AUTH'))
  await tab.close()
})

test('a secret is hidden until it is asked for, and rotated with an overlap', async () => {
  const { UserPoolClient } = await scene.cognito.createUserPoolClient({
    UserPoolId,
    ClientName: 'backend',
    GenerateSecret: true,
    CallbackURLs: ['https://backend.example.com/'],
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid'],
    AllowedOAuthFlowsUserPoolClient: true,
    SupportedIdentityProviders: ['COGNITO'],
  })
  const { ClientId, ClientSecret } = UserPoolClient!
  const tab = await scene.open(`pools/${UserPoolId}/clients/${ClientId}`)
  const { page } = tab
  await heading(page, 'backend')
  assert.equal(await page.getByText(ClientSecret!).count(), 0)
  await press(page, 'Show Client secret')
  await told(page, ClientSecret!)
  await press(page, 'Add a secret')
  await told(page, 'Copy the new secret now.')
  const secrets = async () => (await scene.cognito.listUserPoolClientSecrets({ UserPoolId, ClientId })).ClientSecrets!
  const [first, second] = await secrets()
  assert.ok(second)
  await tab.look('client-secrets')
  await press(page, `Delete the secret ${first!.ClientSecretId}`)
  await page.getByLabel(`To confirm, type ${first!.ClientSecretId}`).fill(first!.ClientSecretId!)
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
  await told(page, 'The secret is deleted.')
  assert.deepEqual(
    (await secrets()).map(({ ClientSecretId }) => ClientSecretId),
    [second!.ClientSecretId],
  )

  await page.getByRole('tab', { name: 'Go', exact: true }).click()
  const code = (await page.locator('.snippet pre').allTextContents()).join('\n')
  assert.ok(code.includes(ClientId!) && code.includes(`/${UserPoolId}"`), code)
  assert.ok(!code.includes(ClientSecret!))

  await page.getByRole('tab', { name: 'Spring Boot' }).click()
  await press(page, 'Add the callback URL')
  await told(page, 'The callback URL is added.')
  const { UserPoolClient: changed } = await scene.cognito.describeUserPoolClient({ UserPoolId, ClientId })
  const added = new URL('/login/oauth2/code/poolhouse', changed!.CallbackURLs![0]).href
  assert.deepEqual(changed!.CallbackURLs!.slice(1), [added])
  await page.getByRole('button', { name: 'Add the callback URL' }).waitFor({ state: 'detached' })
  await tab.look('app-client-snippets')
  await tab.close()
})

test('the login page of an app is one click away', async () => {
  const { UserPoolClient } = await scene.cognito.createUserPoolClient({
    UserPoolId,
    ClientName: 'spa',
    CallbackURLs: ['http://localhost:5173/'],
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid'],
    AllowedOAuthFlowsUserPoolClient: true,
    SupportedIdentityProviders: ['COGNITO'],
  })
  const tab = await scene.open(`pools/${UserPoolId}/clients/${UserPoolClient!.ClientId}`)
  const link = tab.page.getByRole('link', { name: /Open the login page/ })
  const opened = tab.context.waitForEvent('page')
  await link.click()
  const login = await opened
  await login.getByRole('button').first().waitFor()
  assert.match(login.url(), /\/login/)
  await tab.close()
})

test('a group is created, changed and deleted, and shows its members', async () => {
  const { User } = await scene.cognito.adminCreateUser({ UserPoolId, Username: 'ann', MessageAction: 'SUPPRESS' })
  const tab = await scene.open(`pools/${UserPoolId}/groups`)
  const { page } = tab
  await heading(page, 'Groups')
  await press(page, 'Create group')
  await page.getByLabel('Name').fill('staff&friends/1')
  await page.getByLabel('Precedence').fill('one')
  await told(page, 'Enter a whole number of at least 0.')
  await page.getByLabel('Precedence').fill('1')
  await tab.look('create-group')
  await page.getByRole('dialog').getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('link', { name: 'staff&friends/1' }).click()
  await heading(page, 'staff&friends/1')
  await told(page, 'No members yet')
  await scene.cognito.adminAddUserToGroup({ UserPoolId, GroupName: 'staff&friends/1', Username: User!.Username })

  await press(page, 'Edit')
  await page.getByRole('dialog').getByLabel('Description').fill('Those we know')
  await press(page, 'Save changes')
  await told(page, 'The group is saved.')
  const { Group } = await scene.cognito.getGroup({ UserPoolId, GroupName: 'staff&friends/1' })
  assert.equal(Group!.Description, 'Those we know')
  assert.equal(Group!.Precedence, 1)
  await page.reload()
  await page.getByRole('link', { name: 'ann' }).waitFor()
  await tab.look('group')
  await press(page, 'Remove ann')
  await told(page, 'ann is removed.')
  await press(page, 'Delete')
  await page.getByLabel('To confirm, type staff&friends/1').fill('staff&friends/1')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
  await heading(page, 'Groups')
  await told(page, 'No groups yet')
  await tab.close()
})
