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

const signIn = async (email: string, password: string, poolId = UserPoolId) => {
  const { UserPoolClient } = await scene.cognito.createUserPoolClient({
    UserPoolId: poolId,
    ClientName: 'app',
    ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  })
  return scene.cognito.adminInitiateAuth({
    UserPoolId: poolId,
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

test('an identity is linked at a provider of the pool, and unlinked by its name alone', async () => {
  await scene.cognito.createIdentityProvider({
    UserPoolId,
    ProviderName: 'Google',
    ProviderType: 'Google',
    ProviderDetails: { client_id: 'shop', client_secret: 'secret', authorize_scopes: 'openid email' },
  })
  const Username = await addUser('linked@example.com')
  const tab = await scene.open(`pools/${UserPoolId}/users/${Username}`)
  const { page } = tab
  await told(page, 'No linked identities')
  await press(page, 'Link an identity')
  const dialog = page.getByRole('dialog')
  const link = dialog.getByRole('button', { name: 'Link', exact: true })
  // The only provider there is, which knows its users by their subject alone.
  await dialog.getByText('Google').waitFor()
  assert.equal(await dialog.getByText('Recognized by').count(), 0)
  assert.ok(await link.isDisabled())
  await dialog.getByLabel('Identity').fill(' google-7 ')
  await tab.look('link-identity')
  await link.click()
  await told(page, 'An identity at Google is linked.')
  await page.getByRole('cell', { name: 'google-7' }).waitFor()
  await tab.look('identities')

  // Nobody has it twice.
  await press(page, 'Link an identity')
  await dialog.getByLabel('Identity').fill('google-7')
  await link.click()
  await told(page, 'SourceUser is already linked to DestinationUser')
  await page.keyboard.press('Escape')

  await press(page, 'Unlink Google')
  assert.ok(await dialog.getByRole('button', { name: 'Unlink', exact: true }).isDisabled())
  await dialog.getByLabel('To confirm, type Google').fill('Google')
  await dialog.getByRole('button', { name: 'Unlink', exact: true }).click()
  await told(page, 'The identity is unlinked.')
  await press(page, 'Calls')
  await told(page, 'aws cognito-idp admin-link-provider-for-user')
  await tab.close()
  const { UserAttributes } = await scene.cognito.adminGetUser({ UserPoolId, Username })
  const identities = UserAttributes!.find(({ Name }) => Name === 'identities')?.Value ?? '[]'
  assert.deepEqual(JSON.parse(identities), [])
})

test('an identity is linked and unlinked by an attribute that its provider sends', async () => {
  await scene.cognito.createIdentityProvider({
    UserPoolId,
    ProviderName: 'Staff',
    ProviderType: 'OIDC',
    ProviderDetails: {
      client_id: 'shop',
      client_secret: 'secret',
      authorize_scopes: 'openid email',
      attributes_request_method: 'GET',
      oidc_issuer: 'https://staff.example.com',
      authorize_url: 'https://staff.example.com/authorize',
      token_url: 'https://staff.example.com/token',
      attributes_url: 'https://staff.example.com/me',
      jwks_uri: 'https://staff.example.com/keys',
    },
    AttributeMapping: { email: 'mail', username: 'sub' },
  })
  const Username = await addUser('by-mail@example.com')
  const tab = await scene.open(`pools/${UserPoolId}/users/${Username}`)
  const { page } = tab
  const dialog = page.getByRole('dialog')
  const choose = async (field: RegExp, option: string) => {
    await dialog.getByRole('button', { name: field }).click()
    await page.getByRole('option', { name: option }).click()
  }
  await press(page, 'Link an identity')
  await choose(/^Provider/, 'Staff')
  await choose(/^Recognized by/, 'email')
  await dialog.getByLabel('Identity').fill('bob@staff.example.com')
  await dialog.getByRole('button', { name: 'Link', exact: true }).click()
  await page.getByRole('cell', { name: 'bob@staff.example.com' }).waitFor()

  await press(page, 'Unlink Staff')
  await dialog.getByLabel('To confirm, type Staff').fill('Staff')
  const unlink = dialog.getByRole('button', { name: 'Unlink', exact: true })
  await unlink.click()
  await told(page, 'It is not linked by this.')
  await choose(/^Linked by/, 'email')
  await tab.look('unlink-identity')
  await unlink.click()
  await told(page, 'The identity is unlinked.')
  await tab.close()
})

test('an administrator says of a sign-in whether it was the user, where threat protection records them', async () => {
  const { UserPool } = await scene.cognito.createUserPool({
    PoolName: 'watched',
    UserPoolTier: 'PLUS',
    UserPoolAddOns: { AdvancedSecurityMode: 'AUDIT' },
  })
  const watched = { UserPoolId: UserPool!.Id!, Username: 'ann' }
  await scene.cognito.adminCreateUser({ ...watched, MessageAction: 'SUPPRESS' })
  await scene.cognito.adminSetUserPassword({ ...watched, Password: 'Correct-horse-1', Permanent: true })
  await signIn('ann', 'Correct-horse-1', watched.UserPoolId)
  const events = async () => (await scene.cognito.adminListUserAuthEvents(watched)).AuthEvents!
  for (let tries = 0; tries < 60 && (await events()).length === 0; tries++)
    await new Promise((resolve) => setTimeout(resolve, 50))

  const tab = await scene.open(`pools/${watched.UserPoolId}/users/ann`)
  const { page } = tab
  await press(page, /^Sign-in, .*: it was somebody else$/)
  await told(page, 'says an administrator')
  await tab.look('feedback')
  assert.equal((await events())[0]!.EventFeedback!.FeedbackValue, 'Invalid')
  assert.equal(await page.getByRole('button', { name: /it was somebody else$/ }).count(), 0)
  await press(page, /^Sign-in, .*: it was the user$/)
  await page.getByRole('button', { name: /it was somebody else$/ }).waitFor()
  assert.equal((await events())[0]!.EventFeedback!.FeedbackValue, 'Valid')

  await tab.goTo(`pools/${UserPoolId}/users/${await addUser('unwatched@example.com')}`)
  await told(page, /recorded while threat protection is on/)
  assert.equal(await page.getByRole('button', { name: /it was the user$/ }).count(), 0)
  await tab.close()
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

/** A pool of 70 users, more than the API lists at once, and the list of those that a search finds. */
async function openCrowd() {
  const { UserPool } = await scene.cognito.createUserPool({ PoolName: 'crowd' })
  const poolId = UserPool!.Id!
  const add = (Username: string) =>
    scene.cognito.adminCreateUser({
      UserPoolId: poolId,
      Username,
      MessageAction: 'SUPPRESS',
      UserAttributes: [{ Name: 'name', Value: `many ${Username}` }],
    })
  await Promise.all(Array.from({ length: 70 }, (_, n) => add(`user-${n + 10}`)))
  await add('other')
  const tab = await scene.open(`pools/${poolId}/users?by=name&q=many%20user`)
  const { page } = tab
  await page.locator('tbody tr').nth(24).waitFor()
  const calls: { operation: string; Username?: string }[] = []
  page.on('request', (request) => {
    const [, operation] = request.headers()['x-amz-target']?.split('.') ?? []
    if (operation) calls.push({ operation, ...request.postDataJSON() })
  })
  const choose = async (action: string) => {
    await press(page, 'Select all that match')
    await press(page, 'All that match')
    await page.getByRole('menuitem', { name: action }).click()
    await told(page, 'Found on all pages: 70.')
  }
  const dialog = page.getByRole('dialog')
  return { tab, page, dialog, poolId, add, choose, calls }
}

test('what is done to all that a search finds is done once to each, and not to who is new or not found', async () => {
  const { tab, page, dialog, poolId, add, choose, calls } = await openCrowd()
  await choose('Disable')
  await dialog.getByText('Disable: all 70 users found?').waitFor()
  await tab.look('bulk-all')
  // While it runs, one more is created, and one who is done comes later in the list than it was.
  let isFirst = true
  await page.route(`${scene.url}/`, async (route) => {
    const disables = route.request().headers()['x-amz-target']?.endsWith('AdminDisableUser')
    if (disables && isFirst) {
      isFirst = false
      await add('user-99')
      const UserAttributes = [{ Name: 'name', Value: 'many user-98' }]
      await scene.cognito.adminUpdateUserAttributes({ UserPoolId: poolId, Username: 'user-10', UserAttributes })
    }
    await route.continue()
  })
  await dialog.getByRole('button', { name: 'Disable' }).click()
  await told(page, 'Done for 70 users.')
  await page.unroute(`${scene.url}/`)
  const disabled = calls.filter(({ operation }) => operation === 'AdminDisableUser').map(({ Username }) => Username)
  assert.equal(disabled.length, 70)
  assert.equal(new Set(disabled).size, 70)
  await tab.close()
  const { Users } = await scene.cognito.listUsers({ UserPoolId: poolId, Filter: 'status = "Enabled"' })
  assert.deepEqual(Users!.map(({ Username }) => Username).sort(), ['other', 'user-99'])
})

test('all that a search finds are deleted once their number is typed, and a list that breaks off says how far it came', async () => {
  const { tab, page, dialog, poolId, choose } = await openCrowd()
  await choose('Delete')
  const confirm = dialog.getByRole('button', { name: 'Delete' })
  assert.ok(await confirm.isDisabled())
  // The second page of the list is not to be had any more.
  let lists = 0
  await page.route(`${scene.url}/`, (route) => {
    const isList = route.request().headers()['x-amz-target']?.endsWith('ListUsers')
    if (!isList || ++lists === 1) return route.continue()
    const body = JSON.stringify({ __type: 'InvalidParameterException', message: 'Invalid pagination token.' })
    return route.fulfill({ status: 400, contentType: 'application/x-amz-json-1.1', body })
  })
  await dialog.getByLabel('To confirm, type delete 70').fill('delete 70')
  await confirm.click()
  await told(page, /stopped after 60 of 70/)
  await told(page, 'Invalid pagination token.')
  await tab.look('bulk-all-broken')
  await page.unroute(`${scene.url}/`)

  // Another search has others: nothing is selected in it.
  await page.getByLabel('Starts with').fill('many')
  await page.getByRole('link', { name: 'other' }).waitFor()
  assert.ok(await page.getByRole('button', { name: 'Actions', exact: true }).isDisabled())
  await press(page, 'Select all that match')
  await press(page, 'All that match')
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await dialog.getByLabel('To confirm, type delete 11').fill('delete 11')
  await confirm.click()
  await told(page, 'Done for 11 users.')
  await tab.close()
  assert.deepEqual((await scene.cognito.listUsers({ UserPoolId: poolId })).Users, [])
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
