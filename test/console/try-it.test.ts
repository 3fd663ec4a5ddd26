import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { type ConsoleScene, heading, press, startConsole, told } from './scene.ts'

let scene: ConsoleScene
let UserPoolId: string
const Password = 'Correct-horse-1'
const script = '<img src=x onerror="document.title=\'owned\'">'

before(async () => {
  scene = await startConsole()
  UserPoolId = (await scene.cognito.createUserPool({ PoolName: 'shop' })).UserPool!.Id!
  await scene.cognito.adminCreateUser({
    UserPoolId,
    Username: 'ann',
    MessageAction: 'SUPPRESS',
    UserAttributes: [{ Name: 'name', Value: script }],
  })
  await scene.cognito.adminSetUserPassword({ UserPoolId, Username: 'ann', Password, Permanent: true })
})
after(() => scene.close())

async function addClient(GenerateSecret: boolean): Promise<string> {
  const { UserPoolClient } = await scene.cognito.createUserPoolClient({
    UserPoolId,
    ClientName: 'app',
    GenerateSecret,
    CallbackURLs: ['http://localhost:5173/'],
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid', 'profile'],
    AllowedOAuthFlowsUserPoolClient: true,
    SupportedIdentityProviders: ['COGNITO'],
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  })
  return UserPoolClient!.ClientId!
}

const claims = (page: Page) => page.getByLabel('ID token: Claims').innerText()
const dialog = (page: Page) => page.getByRole('dialog')

for (const hasSecret of [false, true])
  test(`a sign-in at the login page ends in tokens that are shown${hasSecret ? ', with a secret' : ''}`, async () => {
    const ClientId = await addClient(hasSecret)
    const tab = await scene.open(`pools/${UserPoolId}/clients/${ClientId}`)
    const { page } = tab
    await press(page, 'Sign in on the login page')
    // Nothing is registered unasked.
    await told(page, 'Add the console’s callback URL?')
    await press(page, 'Add it and sign in')
    await page.getByLabel('Username').fill('ann')
    await page.getByLabel('Password').fill(Password)
    await press(page, 'Sign in')
    await heading(page, 'Try it')
    await page.getByText('Signed by a key of the pool').first().waitFor()
    const read = JSON.parse(await claims(page))
    assert.equal(read.aud, ClientId)
    assert.equal(read.name, script)
    assert.notEqual(await page.title(), 'owned')
    // The code is not left in the address, nor do the tokens outlive the page.
    assert.equal(new URL(page.url()).search, '')
    if (hasSecret) await tab.look('try-it')
    const { UserPoolClient } = await scene.cognito.describeUserPoolClient({ UserPoolId, ClientId })
    assert.deepEqual(UserPoolClient!.CallbackURLs!.toSorted(), [`${scene.url}/console/try`, 'http://localhost:5173/'])
    await page.reload()
    await told(page, 'No sign-in is in progress in this tab.')
    await tab.close()
  })

test('an answer that this tab did not begin gets no tokens', async () => {
  const tab = await scene.open('try?code=stolen&state=made-up')
  await told(tab.page, 'No sign-in is in progress in this tab.')
  await tab.close()
})

test('a sign-in by the API shows the tokens, or says why there are none', async () => {
  const ClientId = await addClient(true)
  const tab = await scene.open(`pools/${UserPoolId}/clients/${ClientId}`)
  const { page } = tab
  await press(page, 'Sign in with the API')
  await dialog(page).getByLabel('Username').fill('ann')
  await dialog(page).getByLabel('Password').fill('wrong')
  await dialog(page).getByRole('button', { name: 'Sign in', exact: true }).click()
  await told(page, 'Incorrect username or password.')
  await dialog(page).getByLabel('Password').fill(Password)
  await dialog(page).getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByText('Signed by a key of the pool').first().waitFor()
  assert.equal(JSON.parse(await claims(page))['cognito:username'], 'ann')
  // The calls that can be copied hold no password.
  await press(page, /Calls/)
  const calls = await page.getByRole('complementary').or(page.locator('aside')).first().innerText()
  assert.ok(!calls.includes(Password))
  await tab.look('try-it-api')
  await tab.close()
})

test('where a challenge comes next, the login page is the place', async () => {
  const ClientId = await addClient(false)
  await scene.cognito.adminCreateUser({
    UserPoolId,
    Username: 'new',
    TemporaryPassword: Password,
    MessageAction: 'SUPPRESS',
  })
  const tab = await scene.open(`pools/${UserPoolId}/clients/${ClientId}`)
  const { page } = tab
  await press(page, 'Sign in with the API')
  await dialog(page).getByLabel('Username').fill('new')
  await dialog(page).getByLabel('Password').fill(Password)
  await dialog(page).getByRole('button', { name: 'Sign in', exact: true }).click()
  await told(page, /The next challenge is NEW_PASSWORD_REQUIRED/)
  await tab.close()
})
