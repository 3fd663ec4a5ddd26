import assert from 'node:assert/strict'
import { type IncomingHttpHeaders, request } from 'node:http'
import { after, before, test } from 'node:test'
import { createDevTools } from '../../src/dev/dev-tools.ts'
import { adminOf } from '../administration/scene.ts'
import { startTestServer } from '../support/server.ts'
import { type ConsoleScene, heading, press, startConsole, told } from './scene.ts'

const devTools = createDevTools()
const Password = 'Correct-Horse-9'

let scene: ConsoleScene
let UserPoolId: string
let callback: string

before(async () => {
  scene = await startConsole({}, { devTools })
  const { UserPool } = await scene.cognito.createUserPool({ PoolName: 'shop' })
  UserPoolId = UserPool!.Id!
  callback = `${scene.url}/_poolhouse/dev.css`
  await scene.cognito.createUserPoolClient({
    UserPoolId,
    ClientName: 'web shop',
    CallbackURLs: [callback],
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid'],
    AllowedOAuthFlowsUserPoolClient: true,
    SupportedIdentityProviders: ['COGNITO'],
  })
  for (const Username of ['ann', 'gone']) {
    await scene.cognito.adminCreateUser({
      UserPoolId,
      Username,
      UserAttributes: [{ Name: 'email', Value: `${Username}@example.com` }],
      DesiredDeliveryMediums: ['EMAIL'],
    })
    await scene.cognito.adminSetUserPassword({ UserPoolId, Username, Password, Permanent: true })
  }
  await scene.cognito.adminDisableUser({ UserPoolId, Username: 'gone' })
})
after(() => scene?.close())

test('the inbox is searched and emptied', async () => {
  const tab = await scene.open('development/inbox')
  const { page } = tab
  await heading(page, 'Inbox')
  const row = page.getByRole('row', { name: /ann@example\.com/ })
  await row.getByText(/Your username is ann/).waitFor()
  await page.getByRole('searchbox', { name: 'Search by address or text' }).fill('gone@')
  await row.waitFor({ state: 'detached' })
  await page.getByRole('row', { name: /gone@example\.com/ }).waitFor()
  assert.match(page.url(), /q=gone/)
  await tab.look('dev-inbox')
  await page.setViewportSize({ width: 360, height: 800 })
  assert.equal(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0)
  await press(page, 'Empty the inbox')
  await page.getByRole('dialog').getByRole('button', { name: 'Empty the inbox', exact: true }).click()
  await told(page, 'The inbox is empty.')
  assert.deepEqual(scene.ctx.inbox!.list(), [])
  await tab.close()
})

test('the clock is moved, calls fail on purpose, and a seed is applied', async () => {
  const tab = await scene.open('development/tools')
  const { page } = tab
  await heading(page, 'Clock, faults, seed')
  await told(page, /the real time$/)
  await press(page, 'A day ahead')
  await told(page, /1 d ahead/)
  assert.ok(Math.abs(devTools.clock.offset - 86_400_000) < 1000)
  await page.getByLabel('Operation', { exact: true }).fill('InitiatAuth')
  await press(page, 'Add fault')
  await told(page, /InitiateAuth/)
  await page.getByLabel('Operation', { exact: true }).fill('DescribeUserPoolDomain')
  await press(page, 'Add fault')
  await page.getByRole('button', { name: 'Clear the fault of DescribeUserPoolDomain' }).waitFor()
  await assert.rejects(scene.cognito.describeUserPoolDomain({ Domain: 'shop' }), { name: 'TooManyRequestsException' })
  await tab.look('dev-tools')

  const seed = { pools: [{ Id: 'us-east-1_Seeded1', PoolName: 'from a seed' }] }
  const choose = (content: unknown) =>
    page.setInputFiles('input[type=file]', {
      name: 'seed.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify(content)),
    })
  await choose({ pools: [{ Id: 'us-east-1_Seeded1', PoolNam: 'x' }] })
  await told(page, /PoolName/)
  await choose(seed)
  await told(page, 'seed.json is applied.')
  const { UserPool } = await scene.cognito.describeUserPool({ UserPoolId: 'us-east-1_Seeded1' })
  assert.equal(UserPool!.Name, 'from a seed')
  await press(page, 'Back to the real time')
  await page.setViewportSize({ width: 360, height: 800 })
  assert.equal(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0)
  await press(page, 'Delete everything')
  const dialog = page.getByRole('dialog')
  const confirm = dialog.getByRole('button', { name: 'Delete everything', exact: true })
  assert.equal(await confirm.isDisabled(), true)
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await tab.close()
})

test('a browser signs in as a user, and apps and the account page find it signed in', async () => {
  const tab = await scene.open(`pools/${UserPoolId}/users/ann`)
  const { page } = tab
  await page.getByRole('heading', { level: 1 }).waitFor()
  await press(page, 'Actions')
  await page.getByRole('menuitem', { name: 'Sign in as this user' }).click()
  await press(page, 'Sign in')
  await told(page, 'Signed in. Open in a new tab:')
  await tab.look('sign-in-as')
  const [account] = await Promise.all([
    tab.context.waitForEvent('page'),
    page.getByRole('link', { name: /The account page/ }).click(),
  ])
  await account!.getByText('ann@example.com').first().waitFor()
  const [app] = await Promise.all([
    tab.context.waitForEvent('page'),
    page.getByRole('link', { name: /web shop/ }).click(),
  ])
  await app!.waitForURL(/dev\.css\?code=/)
  const { Events } = await adminOf(scene).lookupEvents({ UserPoolId, EventName: 'SignInAsUser' })
  const record = JSON.parse(Events[0]!.CloudTrailEvent)
  const { UserAttributes = [] } = await scene.cognito.adminGetUser({ UserPoolId, Username: 'ann' })
  assert.equal(record.additionalEventData.sub, UserAttributes.find(({ Name }) => Name === 'sub')!.Value)
  assert.equal(record.userIdentity.type, 'Root')
  assert.equal(record.sourceIPAddress, '127.0.0.1')
  assert.ok(!JSON.stringify(Events).includes('ann@'))
  await tab.goTo(`pools/${UserPoolId}/audit`)
  await told(page, 'SignInAsUser')
  await tab.close()
})

test('nobody but the console of this machine signs in as somebody', async () => {
  const host = `localhost:${scene.port}`
  const origin = `http://${host}`
  const refused: [number, Record<string, string>, object?][] = [
    [403, { host }],
    [403, { host, origin: 'null' }],
    [403, { host, origin: 'http://localhost:1' }],
    [403, { host, origin: 'http://evil.example' }],
    [403, { host: `evil.example:${scene.port}`, origin: `http://evil.example:${scene.port}` }],
    [404, { host, origin }, { userPoolId: UserPoolId, username: 'nobody' }],
    [404, { host, origin }, { userPoolId: 'us-east-1_Unknown12', username: 'ann' }],
    [409, { host, origin }, { userPoolId: UserPoolId, username: 'gone' }],
    [400, { host, origin }, { userPoolId: UserPoolId, username: { $ne: '' } }],
    [400, { host, origin }, [null]],
  ]
  for (const [status, headers, body] of refused) {
    const answer = await signInAs(scene.port, headers, body)
    assert.equal(answer.status, status, JSON.stringify([headers, body]))
    assert.equal(answer.headers['set-cookie'], undefined)
  }
  assert.equal((await signInAs(scene.port, { host, origin })).status, 200)
})

test('production, and a key pair of one’s own, sign in as nobody', async () => {
  const credentials = [{ accessKeyId: 'mine', secretAccessKey: 'my-own-secret-of-development' }]
  const [own, production] = await Promise.all([startTestServer({ credentials }), startTestServer({ mode: 'serve' })])
  try {
    for (const [{ port, url }, status] of [
      [own, 403],
      [production, 404],
    ] as const) {
      const answer = await signInAs(port, { host: `localhost:${port}`, origin: url })
      assert.equal(answer.status, status)
      assert.equal(answer.headers['set-cookie'], undefined)
    }
  } finally {
    await Promise.all([own.close(), production.close()])
  }
})

function signInAs(
  port: number,
  headers: Record<string, string>,
  body: object = { userPoolId: UserPoolId, username: 'ann' },
): Promise<{ status: number; headers: IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    const call = request(
      { host: '127.0.0.1', port, method: 'POST', path: '/console/sign-in-as', headers },
      (response) =>
        response.resume().on('end', () => resolve({ status: response.statusCode!, headers: response.headers })),
    )
    call.on('error', reject).end(JSON.stringify(body))
  })
}
