import assert from 'node:assert/strict'
import { buffer } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { applySeed } from '../../src/dev/seed.ts'
import { adminOf } from '../administration/scene.ts'
import { type ConsoleScene, heading, press, startConsole, told } from './scene.ts'

let scene: ConsoleScene
let UserPoolId: string

before(async () => {
  scene = await startConsole()
  const { UserPool } = await scene.cognito.createUserPool({
    PoolName: 'shop',
    AutoVerifiedAttributes: ['email'],
    Schema: [{ Name: 'plan', AttributeDataType: 'String', Mutable: true }],
    UserPoolTags: { team: 'shop' },
  })
  UserPoolId = UserPool!.Id!
  const Scopes = [{ ScopeName: 'read', ScopeDescription: 'Reads' }]
  await scene.cognito.createResourceServer({ UserPoolId, Identifier: 'orders', Name: 'Orders', Scopes })
  await scene.cognito.createGroup({ UserPoolId, GroupName: 'staff', Precedence: 1 })
  await scene.cognito.createUserPoolClient({
    UserPoolId,
    ClientName: 'backend',
    GenerateSecret: true,
    AllowedOAuthFlows: ['client_credentials'],
    AllowedOAuthScopes: ['orders/read'],
    AllowedOAuthFlowsUserPoolClient: true,
  })
})
after(() => scene.close())

async function downloaded(page: Page, name: string): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), press(page, name)])
  return (await buffer(await download.createReadStream())).toString()
}

const choose = (page: Page, index: number, name: string, text: string) =>
  page
    .locator('input[type=file]')
    .nth(index)
    .setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) })

test('users are imported from a file, the failed lines are listed, and all users come out for a spreadsheet and as JSON', async () => {
  const tab = await scene.open(`pools/${UserPoolId}/transfer`)
  const { page } = tab
  await heading(page, 'Import and export')
  const header = (await downloaded(page, 'Download a template')).trim().split(',')
  assert.ok(header.includes('custom:plan'))
  await choose(page, 0, 'users.csv', `${header.join(',')},shoe_size\r\nann,39\r\n`)
  await told(page, 'The pool has no such columns: shoe_size.')
  await choose(page, 0, 'users.xlsx', 'PK\u0003\u0004')
  await told(page, 'The pool has no such columns: PK')
  assert.ok(await page.getByRole('button', { name: 'Start the import' }).isDisabled())
  const line = (values: Record<string, string>) => header.map((name) => values[name] ?? '').join(',')
  const user = (username: string, email: string) =>
    line({
      'cognito:username': username,
      email,
      email_verified: 'true',
      phone_number_verified: 'false',
      'cognito:mfa_enabled': 'false',
      'custom:plan': 'gold',
    })
  const file = [header.join(','), user('ann', 'ann@example.com'), user('bob', ''), user('eve', 'eve@example.com')]
  await choose(page, 0, 'users.csv', `${file.join('\r\n')}\r\n`)
  await told(page, 'users.csv')
  await page.route(`${scene.url}/`, async (route) => {
    if (!route.request().headers()['x-amz-target']?.endsWith('ListUserImportJobs')) return route.continue()
    const response = await route.fetch()
    const { UserImportJobs } = await response.json()
    const halfway = { Status: 'InProgress', ImportedUsers: 1, SkippedUsers: 0, FailedUsers: 0 }
    await route.fulfill({
      response,
      json: { UserImportJobs: UserImportJobs.map((job: object) => ({ ...job, ...halfway })) },
    })
  })
  await press(page, 'Start the import')
  await page.getByRole('progressbar').waitFor()
  assert.match((await page.getByRole('row').nth(1).innerText()).replaceAll('\n', ' '), /33%.*1 imported/)
  // An answer may be on its way through the handler.
  await page.unrouteAll({ behavior: 'wait' })
  await told(page, '2 imported, 0 skipped, 1 failed')
  await press(page, 'Show the failed lines of import')
  await page.getByRole('dialog').getByRole('cell').first().waitFor()
  await tab.look('import-failures')
  await page.keyboard.press('Escape')
  const { UserImportJobs } = await scene.cognito.listUserImportJobs({ UserPoolId, MaxResults: 1 })
  const JobId = UserImportJobs![0]!.JobId!
  const { Lines } = await adminOf(scene).listUserImportFailures({ UserPoolId, JobId })
  assert.equal(Lines.length, 1)
  assert.doesNotMatch(JSON.stringify(Lines), /bob/)
  // What the file says of a pool is nothing for another one.
  const other = (await scene.cognito.createUserPool({ PoolName: 'other' })).UserPool!.Id!
  await assert.rejects(adminOf(scene).listUserImportFailures({ UserPoolId: other, JobId }), {
    name: 'ResourceNotFoundException',
  })

  await scene.cognito.adminCreateUser({
    UserPoolId,
    Username: 'zoe',
    MessageAction: 'SUPPRESS',
    UserAttributes: [{ Name: 'name', Value: '=1+1' }],
  })
  const sheet = await downloaded(page, 'CSV for a spreadsheet')
  assert.match(sheet, /^\uFEFF"username","sub","status","enabled","created","last changed","name",/)
  assert.match(sheet, /\r\n"zoe","[\w-]{36}","FORCE_CHANGE_PASSWORD","Yes","20[^"]*Z","20[^"]*Z","'=1\+1"/)
  const json = JSON.parse(await downloaded(page, 'JSON'))
  assert.deepEqual(json.map(({ Username }: { Username: string }) => Username).sort(), ['ann', 'eve', 'zoe'])
  await tab.look('transfer')
  await tab.close()
})

test('hostile lines of an import fail by themselves, and what they say stays text', async () => {
  const { UserPool } = await scene.cognito.createUserPool({ PoolName: 'hostile', AutoVerifiedAttributes: ['email'] })
  const id = UserPool!.Id!
  const { CSVHeader = [] } = await scene.cognito.getCSVHeader({ UserPoolId: id })
  const line = (name: string, rest: Record<string, string> = {}) => {
    const values = {
      'cognito:username': name,
      email: 'eve@example.com',
      email_verified: 'true',
      ...rest,
    } as typeof rest
    return CSVHeader.map((column) => values[column] ?? '').join(',')
  }
  const script = '<img/src=x/onerror=globalThis.hacked=1>'
  const lines = [
    line(script, { name: '=HYPERLINK("//evil.example")' }),
    line('long'.repeat(50)),
    line('"quoted, name"'),
    line('zoe', { name: 'n'.repeat(20_000) }),
  ]
  const text = (more: string[] = []) => `${[CSVHeader.join(','), ...lines, ...more].join('\r\n')}\r\n`
  const tab = await scene.open(`pools/${id}/transfer`)
  const { page } = tab
  await page.getByLabel('Name of the import').fill('night')
  const name = `${script.replaceAll('/', '')}.csv`
  const chooseBytes = (buffer: Buffer) =>
    page.locator('input[type=file]').first().setInputFiles({ name, mimeType: 'text/csv', buffer })
  await chooseBytes(Buffer.from(text([line('bob', { name: 'Zoë' })]), 'latin1'))
  await told(page, 'The file is not text in UTF-8.')
  assert.ok(await page.getByRole('button', { name: 'Start the import' }).isDisabled())
  await chooseBytes(Buffer.from(text()))
  await press(page, 'Start the import')
  await told(page, '1 imported, 0 skipped, 3 failed')
  await press(page, 'Show the failed lines of night')
  for (const [number, reason] of [
    [3, 'The username is longer than 128 characters.'],
    [4, 'The number of columns differs from the header.'],
    [5, 'The row is too long, or not UTF-8.'],
  ])
    await page.getByRole('row', { name: `${number} FAILED ${reason}` }).waitFor()
  await tab.goTo(`pools/${id}/users/${encodeURIComponent(script)}`)
  await told(page, script)
  assert.equal(await page.evaluate('globalThis.hacked'), undefined)
  await tab.close()
})

test('what is exported for an import makes the same users in another pool, whose usernames are addresses too', async () => {
  const create = async (PoolName: string) => {
    const { UserPool } = await scene.cognito.createUserPool({
      PoolName,
      UsernameAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
    })
    return UserPool!.Id!
  }
  const [from, to] = [await create('from'), await create('to')]
  const people = [
    { email: 'ann@example.com', name: 'Ann "A", the \\ first', address: '1 Main Street' },
    { email: 'bob@example.com', name: '=HYPERLINK("https://evil.example","<script>")', address: '2 Main Street, 日本' },
  ]
  for (const { email, name, address } of people)
    await scene.cognito.adminCreateUser({
      UserPoolId: from,
      Username: email,
      MessageAction: 'SUPPRESS',
      UserAttributes: Object.entries({ email_verified: 'true', name, address }).map(([Name, Value]) => ({
        Name,
        Value,
      })),
    })
  const tab = await scene.open(`pools/${from}/transfer`)
  const { page } = tab
  const file = await downloaded(page, 'CSV for an import')
  await tab.goTo(`pools/${to}/transfer`)
  await choose(page, 0, 'users.csv', file)
  await press(page, 'Start the import')
  await told(page, '2 imported, 0 skipped, 0 failed')
  await tab.close()
  for (const { email, name, address } of people) {
    const { UserAttributes } = await scene.cognito.adminGetUser({ UserPoolId: to, Username: email })
    const values = Object.fromEntries(UserAttributes!.map(({ Name, Value }) => [Name!, Value]))
    assert.deepEqual([values.name, values.address], [name, address])
  }
})

test('an export goes on while its page is left, and is found there again', async () => {
  const tab = await scene.open(`pools/${UserPoolId}/transfer`)
  const { page } = tab
  const held: (() => void)[] = []
  await page.route(`${scene.url}/`, async (route) => {
    if (route.request().headers()['x-amz-target']?.endsWith('.ListUsers'))
      await new Promise<void>((resolve) => held.push(resolve))
    await route.continue()
  })
  const go = (name: string) => page.getByRole('navigation', { name: 'Navigation' }).getByRole('link', { name }).click()
  await press(page, 'JSON')
  await told(page, '0 users so far')
  await go('Groups')
  await heading(page, 'Groups')
  await go('Import and export')
  await told(page, '0 users so far')
  assert.ok(await page.getByRole('button', { name: 'JSON', exact: true }).isDisabled())
  const download = page.waitForEvent('download')
  held[0]!()
  assert.match((await download).suggestedFilename(), /users\.json$/)
  await told(page, /users are exported/)
  await page.unroute(`${scene.url}/`)
  await tab.close()
})

test('a pool comes out as a file without secrets, and another one is made of it', async () => {
  const { UserPoolClients } = await scene.cognito.listUserPoolClients({ UserPoolId })
  const { ClientId } = UserPoolClients![0]!
  const { UserPoolClient } = await scene.cognito.describeUserPoolClient({ UserPoolId, ClientId })
  const Extensions = {
    Standards: { Profile: 'standard', BackchannelAuthentication: true },
    AccountPage: { AllowDeletion: false },
  } as const
  const asks = {
    Standards: {
      BackchannelTokenDeliveryMode: 'ping',
      BackchannelClientNotificationEndpoint: 'https://bank.example.com/ciba',
    },
  } as const
  const admin = adminOf(scene)
  await admin.putUserPoolExtensions({ UserPoolId, Extensions })
  await admin.putClientExtensions({ UserPoolId, ClientId: ClientId!, Extensions: asks })
  const tab = await scene.open(`pools/${UserPoolId}/transfer`)
  const { page } = tab
  const file = await downloaded(page, 'Export the pool')
  assert.ok(!file.includes(UserPoolClient!.ClientSecret!))
  // A group that the server refuses stops nothing.
  const changed = JSON.parse(file)
  changed.pools[0].Groups.push({ GroupName: 'x'.repeat(200) })

  await tab.goTo('pools/create')
  await choose(page, 0, 'pool.json', '{"pools": 1}')
  await told(page, 'The file is not an exported pool.')
  await choose(page, 0, 'pool.json', JSON.stringify(changed))
  await told(page, 'shop is in the file.')
  await page.getByLabel('From an exported file: Pool name').fill('shop again')
  await press(page, 'Create pool from the file')
  await told(page, 'The pool was created, but these parts were refused:')
  await tab.look('create-from-file')
  await press(page, 'Go to the pool')
  await heading(page, 'shop again')
  const made = new URL(page.url()).pathname.split('/').at(-1)!
  await tab.close()
  const { UserPool } = await scene.cognito.describeUserPool({ UserPoolId: made })
  assert.deepEqual(UserPool!.UserPoolTags, { team: 'shop' })
  assert.deepEqual(UserPool!.AutoVerifiedAttributes, ['email'])
  assert.ok(UserPool!.SchemaAttributes!.some(({ Name }) => Name === 'custom:plan'))
  const { Groups } = await scene.cognito.listGroups({ UserPoolId: made })
  assert.deepEqual(
    Groups!.map(({ GroupName }) => GroupName),
    ['staff'],
  )
  const { UserPoolClients: clients } = await scene.cognito.listUserPoolClients({ UserPoolId: made })
  const copy = await scene.cognito.describeUserPoolClient({ UserPoolId: made, ClientId: clients![0]!.ClientId })
  assert.deepEqual(copy.UserPoolClient!.AllowedOAuthScopes, ['orders/read'])
  assert.notEqual(copy.UserPoolClient!.ClientSecret, UserPoolClient!.ClientSecret)
  const ofPool = async (id: string) => (await admin.getUserPoolExtensions({ UserPoolId: id })).Extensions
  assert.deepEqual(await ofPool(made), Extensions)
  const ofCopy = await admin.getClientExtensions({ UserPoolId: made, ClientId: clients![0]!.ClientId! })
  assert.deepEqual(ofCopy.Extensions, asks)
  // The same file is a seed.
  changed.pools[0].Groups.pop()
  changed.pools[0].Id = 'us-east-1_FromExport'
  await applySeed(scene.ctx, { pools: [{ ...changed.pools[0], Clients: [] }] })
  const { UserPool: seeded } = await scene.cognito.describeUserPool({ UserPoolId: 'us-east-1_FromExport' })
  assert.deepEqual(seeded!.UserPoolTags, { team: 'shop' })
  assert.deepEqual(await ofPool('us-east-1_FromExport'), Extensions)
})
