import assert from 'node:assert/strict'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { developmentOperator } from '../../src/administration/operators/development-operators.ts'
import { audit, init, role } from '../../src/cli/administration.ts'
import { credentials, login, logout } from '../../src/cli/login.ts'
import { launchChromium } from '../support/chromium.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { adminOf, allow, cognitoOf, keyWith } from './scene.ts'

let server: TestServer
let browser: Browser
let state: string
before(async () => {
  state = await mkdtemp(join(tmpdir(), 'poolhouse-login-'))
  ;[server, browser] = await Promise.all([startTestServer(), launchChromium()])
  process.env.POOLHOUSE_PUBLIC_URL = server.url
  process.env.XDG_STATE_HOME = state
})
after(async () => {
  delete process.env.POOLHOUSE_PUBLIC_URL
  delete process.env.XDG_STATE_HOME
  await browser?.close()
  await server?.close()
  await rm(state, { recursive: true })
})

const documentOf = async ({ url }: Pick<TestServer, 'url'>) => {
  const response = await fetch(`${url}/.well-known/poolhouse`)
  assert.equal(response.status, 200)
  return (await response.json()) as {
    region: string
    accountId: string
    operators: { userPoolId: string; clientId: string; issuer: string; authorizationEndpoint: string } | null
  }
}

async function output(command: (args: string[], print: (text: string) => unknown) => Promise<void>, ...args: string[]) {
  const lines: string[] = []
  await command(args, (text) => lines.push(text))
  return lines.join('\n')
}

const printed = async (command: typeof login, ...args: string[]) => {
  const lines: string[] = []
  await command(args, { print: (text) => lines.push(text) })
  return lines.join('\n')
}

/** Signs in at the page that `poolhouse login` opens. */
async function loginAs(email: string, password: string, ...args: string[]): Promise<{ text: string; shown: string }> {
  const context = await browser.newContext()
  const lines: string[] = []
  let shown = Promise.resolve('')
  try {
    await login(args, {
      print: (text) => lines.push(text),
      openBrowser: (url) => {
        shown = (async () => {
          const page = await context.newPage()
          await page.goto(url)
          await page.locator('input[name=username]').fill(email)
          const field = page.locator('input[name=password]')
          if (!(await field.isVisible())) await page.locator('input[name=username]').press('Enter')
          await field.fill(password)
          await field.press('Enter')
          await page.waitForURL(/^http:\/\/127\.0\.0\.1:95\d\d\/callback/)
          return (await page.textContent('body')) ?? ''
        })()
      },
    })
    return { text: lines.join('\n'), shown: await shown }
  } finally {
    await shown.catch(() => {})
    await context.close()
  }
}

test('a development server has no operators’ pool until the first request for where operators sign in', async () => {
  const pools = async () => (await server.cognito.listUserPools({ MaxResults: 60 })).UserPools!.map(({ Name }) => Name)
  assert.deepEqual(await pools(), [])
  const [first, second] = await Promise.all([documentOf(server), documentOf(server)])
  assert.deepEqual(first, second)
  assert.deepEqual(await pools(), ['operators'])
  assert.equal(first.operators!.issuer, `${server.url}/${first.operators!.userPoolId}`)
  assert.equal(first.operators!.authorizationEndpoint, `${first.operators!.issuer}/oauth2/authorize`)
})

test('an operator signs in by browser and acts with temporary credentials until the sign-in ends', async () => {
  await assert.rejects(printed(credentials), { name: 'StartError', message: /poolhouse login/ })
  const { email, password } = developmentOperator
  const { text, shown } = await loginAs(email, password)
  assert.match(text, /operator@example\.com is signed in with the role arn:aws:iam::000000000000:role\/administrator\./)
  assert.equal(shown, 'You are signed in. You can close this window.')
  const { userPoolId: UserPoolId } = (await documentOf(server)).operators!
  const { Events } = await adminOf(server).lookupEvents({ UserPoolId, EventName: 'ConsoleLogin' })
  assert.equal(Events.length, 1, 'the sign-in at the page is recorded once')
  assert.match(JSON.parse(Events[0]!.CloudTrailEvent).userAgent, /Chrome/)
  const files = join(state, 'poolhouse')
  assert.equal((await stat(files)).mode & 0o777, 0o700)

  const pair = JSON.parse(await printed(credentials))
  assert.equal(pair.Version, 1)
  const session = {
    accessKeyId: pair.AccessKeyId,
    secretAccessKey: pair.SecretAccessKey,
    sessionToken: pair.SessionToken,
  }
  assert.ok((await cognitoOf(server, session).listUserPools({ MaxResults: 1 })).UserPools)
  assert.deepEqual(JSON.parse(await printed(credentials)), pair, 'credentials are made again while they are good')

  await output(role, 'put', 'made-by-operator', '--ready-made', 'read-only')
  const [record] = JSON.parse(await output(audit, 'search', '--action', 'PutRole', '--json'))
  assert.match(record.userIdentity.arn, /:assumed-role\/administrator\/poolhouse-login$/)
  await output(role, 'delete', 'made-by-operator')

  assert.equal(await printed(logout), 'Signed out.')
  await assert.rejects(cognitoOf(server, session).listUserPools({ MaxResults: 1 }), {
    name: 'UnrecognizedClientException',
  })
  assert.equal(await printed(logout), 'Nobody is signed in.')
})

test('an installation gets its operators by init, once, and another administrator with each address', async () => {
  const own = await startTestServer({ credentials: [{ accessKeyId: 'root', secretAccessKey: 'a-secret-of-our-own' }] })
  process.env.POOLHOUSE_PUBLIC_URL = own.url
  process.env.POOLHOUSE_ACCESS_KEY_ID = 'root'
  process.env.POOLHOUSE_SECRET_ACCESS_KEY = 'a-secret-of-our-own'
  try {
    // The password of development's operator is known to everybody: with keys of one's own it is not made.
    assert.equal((await documentOf(own)).operators, null)
    await assert.rejects(login([]), { name: 'StartError', message: /poolhouse init/ })

    const made = JSON.parse(await output(init, '--email', 'Ann@Example.com', '--json'))
    assert.equal(made.TemporaryPassword, undefined)
    const mail = await own.message({ to: 'ann@example.com' })
    assert.match(mail.body, new RegExp(`Sign in at ${own.url}/console/ as .* with the temporary password`))
    const shown = JSON.parse(await output(init, '--email', 'bob@example.com', '--show-password', '--json'))
    assert.deepEqual([shown.UserPoolId, shown.ClientId], [made.UserPoolId, made.ClientId])
    assert.ok(shown.TemporaryPassword.length >= 12)
    assert.deepEqual((await documentOf(own)).operators!.clientId, made.ClientId)

    const cognito = cognitoOf(own, own.ctx.config.credentials[0]!)
    const { UserPoolId } = made
    const members = await cognito.listUsersInGroup({ UserPoolId, GroupName: 'administrators' })
    assert.equal(members.Users!.length, 2)
    const group = (await cognito.getGroup({ UserPoolId, GroupName: 'administrators' })).Group!
    assert.equal(group.RoleArn, 'arn:aws:iam::000000000000:role/administrator')
    const pool = (await cognito.describeUserPool({ UserPoolId })).UserPool!
    assert.equal(pool.AdminCreateUserConfig!.AllowAdminCreateUserOnly, true)
    const client = (await cognito.describeUserPoolClient({ UserPoolId, ClientId: made.ClientId })).UserPoolClient!
    assert.equal(client.ClientSecret, undefined)
    assert.deepEqual(client.AllowedOAuthFlows, ['code'])

    // Neither the address nor the password of a new operator is in the audit.
    const admin = adminOf(own, own.ctx.config.credentials[0]!)
    const { Events } = await admin.lookupEvents({ EventName: 'SetUpOperators' })
    assert.equal(Events.length, 2)
    const password = JSON.stringify(shown.TemporaryPassword).slice(1, -1)
    for (const { CloudTrailEvent } of Events) {
      assert.doesNotMatch(CloudTrailEvent, /example\.com/i)
      assert.ok(!CloudTrailEvent.includes(password), CloudTrailEvent)
    }
  } finally {
    process.env.POOLHOUSE_PUBLIC_URL = server.url
    delete process.env.POOLHOUSE_ACCESS_KEY_ID
    delete process.env.POOLHOUSE_SECRET_ACCESS_KEY
    await own.close()
  }
})

test('init completes a pool that was marked by hand, follows a new address, and replaces a pool that is gone', async () => {
  const own = await startTestServer({}, { jobs: false })
  try {
    const admin = adminOf(own)
    const UserPoolId = (await own.cognito.createUserPool({ PoolName: 'staff' })).UserPool!.Id!
    await admin.setOperatorsPool({ UserPoolId })
    const made = await admin.setUpOperators()
    assert.equal(made.UserPoolId, UserPoolId)

    own.ctx.config.publicUrl = 'https://id.example.com'
    assert.equal((await admin.setUpOperators()).ClientId, made.ClientId)
    const { UserPoolClient } = await own.cognito.describeUserPoolClient({ UserPoolId, ClientId: made.ClientId })
    assert.ok(UserPoolClient!.CallbackURLs!.includes(`${own.ctx.config.publicUrl}/console/`))
    assert.ok(UserPoolClient!.CallbackURLs!.includes(`${own.url}/console/`))
    assert.equal(UserPoolClient!.AllowedOAuthScopes!.length, 4)
    own.ctx.config.publicUrl = own.url

    await own.cognito.deleteUserPool({ UserPoolId })
    assert.equal((await documentOf(own)).operators, null, 'a pool that was deleted is not made again by itself')
    assert.notEqual((await admin.setUpOperators()).UserPoolId, UserPoolId)
    await assert.rejects(admin.setUpOperators({ Invitation: 'SEND' }), { name: 'InvalidParameterException' })
    await assert.rejects(admin.setUpOperators({ Email: 'nobody' }), { name: 'InvalidParameterException' })
  } finally {
    await own.close()
  }
})

test('who may do everything with every pool cannot make operators', async () => {
  const key = await keyWith(server, allow('*', 'arn:aws:cognito-idp:*:*:userpool/*'))
  await assert.rejects(adminOf(server, key).setUpOperators({ Email: 'eve@example.com' }), {
    name: 'AccessDeniedException',
  })
})

test('a sign-in gives nothing without a role, with a role of others, or by an answer that was not asked for', async () => {
  const { operators } = await documentOf(server)
  const UserPoolId = operators!.userPoolId
  const Username = 'cleo@example.com'
  const Password = 'Correct-horse-1'
  await server.cognito.adminCreateUser({ UserPoolId, Username, MessageAction: 'SUPPRESS' })
  await server.cognito.adminSetUserPassword({ UserPoolId, Username, Password, Permanent: true })
  await assert.rejects(loginAs(Username, Password), { name: 'StartError', message: /no group that has a role/ })

  const { email, password } = developmentOperator
  await assert.rejects(loginAs(email, password, '--role', 'boss'), { message: /You don't have the role boss/ })

  // An answer that this sign-in did not ask for, as another page on this machine could send it.
  const forged = login([], {
    print: () => {},
    openBrowser: (url) => {
      const callback = new URL(new URL(url).searchParams.get('redirect_uri')!)
      fetch(new URL('/elsewhere', callback)).then(async (other) => {
        assert.equal(other.status, 404)
        await fetch(`${callback}?code=stolen&state=guessed`)
      })
    },
  })
  await assert.rejects(forged, { name: 'StartError' })
  await assert.rejects(printed(credentials), { name: 'StartError' })
})

test('login takes the next of its ports where one is taken', async () => {
  const taken: Server = createServer()
  await new Promise<void>((resolve) => taken.listen(9511, '127.0.0.1', resolve))
  try {
    const { email, password } = developmentOperator
    const { text } = await loginAs(email, password, '--role', 'administrator')
    assert.match(text, /redirect_uri=http%3A%2F%2F127\.0\.0\.1%3A9512%2Fcallback/)
    await printed(logout)
  } finally {
    taken.close()
  }
})
