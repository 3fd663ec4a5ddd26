import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ConsoleScene, heading, press, startConsole, told } from './scene.ts'

let scene: ConsoleScene
let UserPoolId: string

before(async () => {
  scene = await startConsole()
  const { UserPool } = await scene.cognito.createUserPool({
    PoolName: 'shop',
    UsernameAttributes: ['email'],
    AutoVerifiedAttributes: ['email'],
    Policies: { PasswordPolicy: { MinimumLength: 8 } },
    Schema: [{ Name: 'plan', AttributeDataType: 'String', Mutable: true }],
  })
  UserPoolId = UserPool!.Id!
  for (let n = 1; n <= 60; n++) await addUser(`user${n}@example.com`)
})
after(() => scene.close())

async function addUser(email: string, more: { Name: string; Value: string }[] = []): Promise<string> {
  const { User } = await scene.cognito.adminCreateUser({
    UserPoolId,
    Username: email,
    MessageAction: 'SUPPRESS',
    UserAttributes: [{ Name: 'email', Value: email }, { Name: 'email_verified', Value: 'true' }, ...more],
  })
  return User!.Username!
}

const signIn = async (email: string, password: string) => {
  const { UserPoolClient } = await scene.cognito.createUserPoolClient({
    UserPoolId,
    ClientName: 'app',
    ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  })
  return scene.cognito.adminInitiateAuth({
    UserPoolId,
    ClientId: UserPoolClient!.ClientId,
    AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: email, PASSWORD: password },
  })
}

test('users are found by what they look like, and a list keeps its place over a detour', async () => {
  const tab = await scene.open(`pools/${UserPoolId}/users`)
  const { page } = tab
  await heading(page, 'Users')
  await page.getByRole('row').nth(25).waitFor()
  await tab.look('users')
  const ofPageOne = await page.locator('tbody a').first().innerText()
  await press(page, 'Next page')
  await page.waitForURL(/page=2/)
  // The rows of the page before stand until those of this one have come.
  await page
    .locator('tbody a')
    .first()
    .and(page.locator('a', { hasNotText: ofPageOne }))
    .waitFor()
  const first = await page.locator('tbody a').first().textContent()
  await page.locator('tbody a').first().click()
  await heading(page, /@example\.com/)
  await page.goBack()
  await heading(page, 'Users')
  assert.match(page.url(), /page=2/)
  assert.equal(await page.locator('tbody a').first().textContent(), first)

  // A link to a later page leads there, though its token comes from the pages before.
  await tab.goTo(`pools/${UserPoolId}/users?page=3`)
  await page.locator('tbody tr').nth(9).waitFor()
  assert.equal(await page.locator('tbody tr').count(), 10)

  await page.getByLabel('Starts with').fill('user42@')
  await page.waitForURL(/q=user42/)
  await page.getByRole('link', { name: 'user42@example.com' }).waitFor()
  // It may have been among the rows before, which stand until those of the search have come.
  await page.locator('tbody tr').nth(1).waitFor({ state: 'detached' })
  assert.equal(await page.locator('tbody tr').count(), 1)
  assert.doesNotMatch(page.url(), /page=/)
  await page.getByLabel('Starts with').fill('"nobody\\')
  await told(page, 'Nothing matches.')
  await tab.close()
})

test('users are found by a custom attribute, which the filter of lists does not know', async () => {
  await addUser('gold@example.com', [{ Name: 'custom:plan', Value: 'Gold & Silver' }])
  const tab = await scene.open(`pools/${UserPoolId}/users?by=custom:plan&q=gold`)
  const { page } = tab
  await page.getByRole('link', { name: 'gold@example.com' }).waitFor()
  assert.equal(await page.locator('tbody tr').count(), 1)
  await tab.look('users-by-attribute')
  await page.getByLabel('Contains').fill('bronze')
  await told(page, 'Nothing matches.')
  await page.getByRole('button', { name: /^Search by/ }).click()
  await page.getByRole('option', { name: 'E-mail address' }).click()
  await page.getByLabel('Starts with').fill('gold@')
  await page.getByRole('link', { name: 'gold@example.com' }).waitFor()
  await tab.close()
})

test('a user is created with a password and can sign in', async () => {
  const tab = await scene.open(`pools/${UserPoolId}/users`)
  const { page } = tab
  await press(page, 'Create user')
  await page.getByLabel('E-mail address').fill('ann@example.com')
  await page.getByRole('radio', { name: 'Set a password now' }).check()
  await page.getByLabel('Password', { exact: true }).fill('Correct-horse-1')
  await tab.look('create-user')
  await page.getByRole('dialog').getByRole('button', { name: 'Create', exact: true }).click()
  await heading(page, 'ann@example.com')
  await told(page, 'Confirmed')
  await tab.close()
  const { AuthenticationResult } = await signIn('ann@example.com', 'Correct-horse-1')
  assert.ok(AuthenticationResult!.IdToken)
})

test('who is invited gets a message, and gets it again on demand', async () => {
  const tab = await scene.open(`pools/${UserPoolId}/users`)
  const { page } = tab
  await press(page, 'Create user')
  await page.getByLabel('E-mail address').fill('guest@example.com')
  await page.getByRole('dialog').getByRole('button', { name: 'Create', exact: true }).click()
  await heading(page, 'guest@example.com')
  await told(page, /must choose a new one at the first sign-in/)
  const { id } = await scene.message({ to: 'guest@example.com' })
  await press(page, 'Send the invitation again')
  await told(page, 'The invitation is sent.')
  const again = async () => (await scene.message({ to: 'guest@example.com' })).id
  for (let tries = 0; tries < 60 && (await again()) === id; tries++) await page.waitForTimeout(50)
  assert.notEqual(await again(), id)
  await tab.close()
})

test('one user on one page: attributes, groups, sessions, status', async () => {
  const Username = await addUser('bob@example.com')
  await scene.cognito.adminSetUserPassword({ UserPoolId, Username, Password: 'Correct-horse-1', Permanent: true })
  await scene.cognito.createGroup({ UserPoolId, GroupName: 'staff' })
  await scene.cognito.setUserPoolMfaConfig({
    UserPoolId,
    MfaConfiguration: 'OPTIONAL',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  })
  await signIn('bob@example.com', 'Correct-horse-1')
  const tab = await scene.open(`pools/${UserPoolId}/users/${Username}`)
  const { page } = tab
  await heading(page, 'bob@example.com')

  await press(page, 'Edit')
  await page.getByRole('button', { name: /Add an attribute/ }).click()
  await page.getByRole('option', { name: 'custom:plan' }).click()
  await page.getByLabel('custom:plan').fill('gold')
  await tab.look('user-edit')
  await press(page, 'Save changes')
  await told(page, 'The attributes are saved.')
  await told(page, 'gold')

  await page.getByRole('button', { name: 'Add to a group' }).click()
  await page.getByRole('option', { name: 'staff' }).click()
  await told(page, 'Added to staff.')
  await tab.look('user')

  await press(page, 'Remove from staff')
  await told(page, 'Removed from staff.')
  await press(page, 'Undo')
  await told(page, 'Undone.')

  await press(page, 'Actions')
  await page.getByRole('menuitem', { name: 'Disable' }).click()
  await tab.look('user-confirm')
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click()
  await told(page, 'The user is disabled.')
  await press(page, 'Enable')
  await told(page, 'The user can sign in again.')

  // What was not edited is as it was, verification included.
  const user = await scene.cognito.adminGetUser({ UserPoolId, Username })
  const values = Object.fromEntries(user.UserAttributes!.map(({ Name, Value }) => [Name, Value]))
  assert.equal(values.email_verified, 'true')
  assert.equal(values['custom:plan'], 'gold')
  const { Groups } = await scene.cognito.adminListGroupsForUser({ UserPoolId, Username })
  assert.deepEqual(
    Groups!.map(({ GroupName }) => GroupName),
    ['staff'],
  )

  await press(page, 'Actions')
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByLabel('To confirm, type bob@example.com').fill('bob@example.com')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await heading(page, 'Users')
  await tab.close()
  await assert.rejects(scene.cognito.adminGetUser({ UserPoolId, Username }), { name: 'UserNotFoundException' })
})

test('an identity is unlinked by its name alone', async () => {
  await scene.cognito.createIdentityProvider({
    UserPoolId,
    ProviderName: 'Google',
    ProviderType: 'Google',
    ProviderDetails: { client_id: 'shop', client_secret: 'secret', authorize_scopes: 'openid email' },
  })
  const Username = await addUser('linked@example.com')
  await scene.cognito.adminLinkProviderForUser({
    UserPoolId,
    DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: Username },
    SourceUser: {
      ProviderName: 'Google',
      ProviderAttributeName: 'Cognito_Subject',
      ProviderAttributeValue: 'google-7',
    },
  })
  const tab = await scene.open(`pools/${UserPoolId}/users/${Username}`)
  const { page } = tab
  await press(page, 'Unlink Google')
  const dialog = page.getByRole('dialog')
  assert.ok(await dialog.getByRole('button', { name: 'Unlink', exact: true }).isDisabled())
  await dialog.getByLabel('To confirm, type Google').fill('Google')
  await dialog.getByRole('button', { name: 'Unlink', exact: true }).click()
  await told(page, 'The identity is unlinked.')
  await tab.close()
  const { UserAttributes } = await scene.cognito.adminGetUser({ UserPoolId, Username })
  const identities = UserAttributes!.find(({ Name }) => Name === 'identities')?.Value ?? '[]'
  assert.deepEqual(JSON.parse(identities), [])
})

test('many at once: what is refused is named, the others are done', async () => {
  for (const name of ['a', 'b', 'c']) await addUser(`bulk-${name}@example.com`)
  const tab = await scene.open(`pools/${UserPoolId}/users?q=bulk-&by=email`)
  const { page } = tab
  await page.getByRole('link', { name: 'bulk-c@example.com' }).waitFor()
  await page.getByRole('checkbox', { name: 'Select all' }).check()
  await press(page, '3 users')
  await page.getByRole('menuitem', { name: 'Disable' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click()
  await told(page, 'Done for 3 users.')
  await page.getByRole('checkbox', { name: 'Select all' }).check()
  // Who was invited has no account to confirm.
  await press(page, '3 users')
  await page.getByRole('menuitem', { name: 'Confirm accounts' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Confirm accounts' }).click()
  await told(page, '3 were refused:')
  await told(page, 'bulk-b@example.com: ')
  await tab.look('bulk-refused')
  await tab.close()
  const { Users } = await scene.cognito.listUsers({ UserPoolId, Filter: 'email ^= "bulk-"' })
  assert.deepEqual(
    Users!.map(({ Enabled }) => Enabled),
    [false, false, false],
  )
})

test('what is done to many goes on when its page is left, shows how far it is, and can be stopped', async () => {
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) await addUser(`long-${name}@example.com`)
  const tab = await scene.open(`pools/${UserPoolId}/users?q=long-&by=email`)
  const { page } = tab
  await page.getByRole('link', { name: 'long-h@example.com' }).waitFor()
  let calls = 0
  const waiting: (() => void)[] = []
  await page.route(`${scene.url}/`, async (route) => {
    if (!route.request().headers()['x-amz-target']?.endsWith('AdminDeleteUser')) return route.continue()
    calls++
    await new Promise<void>((resolve) => waiting.push(resolve))
    await route.continue()
  })
  await page.getByRole('checkbox', { name: 'Select all' }).check()
  await press(page, '8 users')
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByLabel('To confirm, type delete 8').fill('delete 8')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'Groups' }).click()
  await heading(page, 'Groups')
  await told(page, '0 of 8')
  const asksBeforeClosing = () =>
    page.evaluate("!dispatchEvent(new Event('beforeunload', { cancelable: true }))") as Promise<boolean>
  assert.equal(await asksBeforeClosing(), true)
  await tab.look('bulk-running')
  await press(page, 'Stop')
  for (const go of waiting) go()
  await told(page, /stopped after 4 of 8/)
  assert.equal(await asksBeforeClosing(), false)
  assert.equal(calls, 4)
  await page.unroute(`${scene.url}/`)
  await tab.close()
  const { Users } = await scene.cognito.listUsers({ UserPoolId, Filter: 'email ^= "long-"' })
  assert.equal(Users!.length, 4)
})

test('hostile names and attributes run no script', async () => {
  const script = '<img src=x onerror="globalThis.hacked=1"><script>globalThis.hacked=1</script>'
  const Username = await addUser('hostile@example.com', [
    { Name: 'name', Value: script },
    { Name: 'profile', Value: 'javascript:globalThis.hacked=1' },
    { Name: 'custom:plan', Value: '{{constructor.constructor("globalThis.hacked=1")()}}' },
  ])
  const tab = await scene.open(`pools/${UserPoolId}/users?q=hostile`)
  const { page } = tab
  await told(page, script)
  await tab.goTo(`pools/${UserPoolId}/users/${Username}?q=${encodeURIComponent(script)}`)
  await heading(page, 'hostile@example.com')
  await told(page, script)
  await tab.goTo(`pools/${encodeURIComponent(script)}/users/${encodeURIComponent('../../..')}`)
  await page.getByRole('main').waitFor()
  assert.equal(await page.evaluate('globalThis.hacked'), undefined)
  await tab.close()
})
