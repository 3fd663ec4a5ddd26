import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type FakeIdp, startFakeIdp } from '../federation/fake-idp.ts'
import { samlMetadata } from '../identity-providers/pool.ts'
import { type ConsoleScene, heading, press, startConsole, told } from './scene.ts'

let scene: ConsoleScene
let idp: FakeIdp
let UserPoolId: string
let ClientId: string

before(async () => {
  ;[scene, idp] = await Promise.all([startConsole(), startFakeIdp()])
  UserPoolId = (await scene.cognito.createUserPool({ PoolName: 'shop' })).UserPool!.Id!
  const { UserPoolClient } = await scene.cognito.createUserPoolClient({
    UserPoolId,
    ClientName: 'store',
    CallbackURLs: ['http://localhost:5173/'],
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid'],
    AllowedOAuthFlowsUserPoolClient: true,
    SupportedIdentityProviders: ['COGNITO'],
  })
  ClientId = UserPoolClient!.ClientId!
})
after(async () => {
  idp.close()
  await scene.close()
})

const describe = async (ProviderName: string) =>
  (await scene.cognito.describeIdentityProvider({ UserPoolId, ProviderName })).IdentityProvider!

test('an OpenID Connect provider is added by its issuer, offered by an app, and changed without losing a secret', async () => {
  const tab = await scene.open(`pools/${UserPoolId}/providers`)
  const { page } = tab
  await heading(page, 'Identity providers')
  await tab.look('providers-empty')
  await page.getByRole('link', { name: 'Add a provider' }).click()
  await heading(page, 'Add a provider')
  await told(page, `${scene.url}/${UserPoolId}/oauth2/idpresponse`)
  await page.getByLabel('Provider name').fill('Acme')
  await page.getByLabel('Issuer').fill(`${idp.url}/`)
  await told(page, 'Enter https://… without a trailing slash.')
  await page.getByLabel('Client id').fill('an-app')
  await page.getByLabel('Client secret').fill('a-secret-of-acme')
  const add = page.getByRole('button', { name: 'Add provider', exact: true })
  assert.ok(await add.isDisabled())
  // The server says what is wrong with the address of nobody.
  await page.getByLabel('Issuer').fill('http://127.0.0.1:9')
  await add.click()
  await told(page, /Unable to contact well-known endpoint/)
  await page.getByLabel('Issuer').fill(idp.url)
  await tab.look('add-provider')
  await add.click()
  await heading(page, 'Acme')
  await told(page, 'Acme is added. Now choose the apps that offer it.')
  const created = await describe('Acme')
  assert.equal(created.ProviderDetails!.authorize_url, `${idp.url}/auth`)
  assert.equal(created.AttributeMapping!.email_verified, 'email_verified')

  await page.getByRole('checkbox', { name: 'store offers it' }).click()
  await told(page, 'store now offers it.')
  const { UserPoolClient } = await scene.cognito.describeUserPoolClient({ UserPoolId, ClientId })
  assert.deepEqual(UserPoolClient!.SupportedIdentityProviders, ['COGNITO', 'Acme'])
  assert.deepEqual(UserPoolClient!.CallbackURLs, ['http://localhost:5173/'])
  const direct = await page.getByRole('link', { name: 'Sign in to store with it' }).getAttribute('href')
  const answer = await fetch(direct!, { redirect: 'manual' })
  assert.ok(answer.headers.get('location')!.startsWith(`${idp.url}/auth`), String(answer.headers.get('location')))

  await page.getByLabel('Scopes').fill('openid email')
  await page.getByRole('textbox', { name: 'Provider attribute' }).nth(2).fill('full_name')
  await page.getByLabel('Identifiers').fill('acme.example\nacme.test')
  await press(page, 'Review changes to Settings')
  assert.equal(await page.getByText('a-secret-of-acme').count(), 0)
  await tab.look('provider-review')
  await press(page, 'Save changes')
  await told(page, 'The provider is saved.')
  assert.equal(await page.getByLabel('Scopes').inputValue(), 'openid email')
  assert.equal(await page.getByLabel('Identifiers').inputValue(), 'acme.example\nacme.test')
  await tab.look('provider')
  const saved = await describe('Acme')
  assert.deepEqual(saved.ProviderDetails, { ...created.ProviderDetails, authorize_scopes: 'openid email' })
  assert.deepEqual(saved.AttributeMapping, { ...created.AttributeMapping, name: 'full_name' })
  assert.deepEqual(saved.IdpIdentifiers, ['acme.example', 'acme.test'])

  await press(page, 'Check the connection')
  await press(page, 'Read again')
  await told(page, 'The provider answers')
  await page.setViewportSize({ width: 360, height: 800 })
  assert.equal(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0)
  await tab.look('provider-360')
  await press(page, 'Calls')
  assert.equal(await page.getByText('a-secret-of-acme').count(), 0)
  await tab.close()
})

test('a SAML provider is added by a file of metadata, and deleted by its name', async () => {
  const tab = await scene.open(`pools/${UserPoolId}/add-provider?type=SAML`)
  const { page } = tab
  await told(page, `urn:amazon:cognito:sp:${UserPoolId}`)
  await page.getByLabel('Provider name').fill('Corp')
  const upload = (text: string) =>
    page
      .locator('input[type=file]')
      .setInputFiles({ name: 'metadata.xml', mimeType: 'text/xml', buffer: Buffer.from(text) })
  const submit = () => page.getByRole('button', { name: 'Add provider', exact: true }).click()
  await upload('<nothing/>')
  await submit()
  await told(page, /The SAML metadata is not valid/)
  await upload(samlMetadata())
  await page.getByRole('checkbox', { name: 'Responses must be encrypted' }).check()
  await press(page, 'Show the signing certificate')
  await told(page, 'BEGIN CERTIFICATE')
  await tab.look('add-provider-saml')
  await submit()
  await heading(page, 'Corp')
  const { ProviderDetails } = await describe('Corp')
  assert.equal(ProviderDetails!.EncryptedResponses, 'true')
  assert.equal(ProviderDetails!.RequestSigningAlgorithm, 'rsa-sha256')
  await told(page, 'Encryption certificate')
  await press(page, 'Delete')
  await page.getByLabel('To confirm, type Corp').fill('Corp')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
  await heading(page, 'Identity providers')
  await assert.rejects(describe('Corp'), { name: 'ResourceNotFoundException' })
  await tab.close()
})

test('an API gets scopes, keeps those that are not touched, and says whom the loss of one concerns', async () => {
  const tab = await scene.open(`pools/${UserPoolId}/apis`)
  const { page } = tab
  await heading(page, 'APIs and scopes')
  await press(page, 'Add an API')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Orders')
  await dialog.getByLabel('Identifier').fill('https://orders.example.com')
  await dialog.getByRole('textbox', { name: 'Scope', exact: true }).fill('read it')
  await told(page, /Use printable characters without spaces, slashes/)
  await dialog.getByRole('textbox', { name: 'Scope', exact: true }).fill('read')
  await dialog.getByLabel('What it allows').fill('Reads orders')
  await press(page, 'Add a scope')
  await dialog.getByRole('textbox', { name: 'Scope', exact: true }).last().fill('write')
  await dialog.getByLabel('What it allows').last().fill('Changes orders')
  await tab.look('api-form')
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await told(page, 'Orders is added.')
  const key = { UserPoolId, Identifier: 'https://orders.example.com' }
  const read = async () => (await scene.cognito.describeResourceServer(key)).ResourceServer!
  const reading = { ScopeName: 'read', ScopeDescription: 'Reads orders' }
  assert.deepEqual((await read()).Scopes, [reading, { ScopeName: 'write', ScopeDescription: 'Changes orders' }])
  await press(page, 'Edit Orders')
  await press(page, 'Remove write')
  await told(page, 'Apps that request these scopes will be refused: write.')
  await press(page, 'Save changes')
  await told(page, 'The API is saved.')
  assert.deepEqual((await read()).Scopes, [reading])
  await tab.look('apis')
  await press(page, 'Delete Orders')
  await page.getByLabel('To confirm, type Orders').fill('Orders')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
  await told(page, 'No APIs yet')
  await assert.rejects(read(), { name: 'ResourceNotFoundException' })
  await tab.close()
})

test('a pool gets a domain, another look, and loses the domain by its name', async () => {
  const tab = await scene.open(`pools/${UserPoolId}/domain`)
  const { page } = tab
  await heading(page, 'Domain')
  await press(page, 'Add Prefix domain')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Prefix', { exact: true }).fill('Shop!')
  await told(page, /Lower-case letters, digits and hyphens, at most 63/)
  await dialog.getByLabel('Prefix', { exact: true }).fill('shop-of-all')
  await tab.look('domain-add')
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await told(page, 'shop-of-all now leads to this pool.')
  await told(page, `http://shop-of-all.auth.localhost:${new URL(scene.url).port}`)
  await press(page, 'Add Your own domain')
  await dialog.getByLabel('Domain', { exact: true }).fill('login.example.com')
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await told(page, 'https://login.example.com')
  const version = async (Domain: string) =>
    (await scene.cognito.describeUserPoolDomain({ Domain })).DomainDescription!.ManagedLoginVersion
  assert.equal(await version('login.example.com'), 2)
  await page.getByRole('button', { name: 'Use the classic look' }).last().click()
  await told(page, 'The login pages now have the new look.')
  assert.equal(await version('login.example.com'), 1)
  assert.equal(await version('shop-of-all'), 2)
  await tab.look('domain')
  await press(page, 'Delete shop-of-all')
  await page.getByLabel('To confirm, type shop-of-all').fill('shop-of-all')
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
  await told(page, 'shop-of-all is deleted.')
  const { UserPool } = await scene.cognito.describeUserPool({ UserPoolId })
  assert.equal(UserPool!.Domain, undefined)
  assert.equal(UserPool!.CustomDomain, 'login.example.com')
  await tab.close()
})
