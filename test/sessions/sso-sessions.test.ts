import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { profileOperations } from '../../src/pool/profile/index.ts'
import {
  askToken,
  authorizeUrl,
  callback,
  createBrowser,
  exchange,
  type OAuthServer,
  signIn,
  startOAuthServer,
} from '../oauth/setup.ts'

let server: OAuthServer
let UserPoolId: string
let base: string

before(async () => {
  server = await startOAuthServer()
  UserPoolId = await server.pool()
  base = `${server.site}/${UserPoolId}`
  await server.cognito.setUserPoolSessionConfiguration({
    UserPoolId,
    UserSessionTracking: 'ENABLED',
    TokenSession: { MaxPerUser: 20 },
  })
})
after(() => server.close())

const url = (client: string, prompt?: string) =>
  authorizeUrl(base, {
    client_id: client,
    response_type: 'code',
    redirect_uri: callback,
    scope: 'openid aws.cognito.signin.user.admin',
    ...(prompt && { prompt }),
  })

const codeOf = (at: URL) => at.searchParams.get('code')!

async function openSession(name: string) {
  await server.user(UserPoolId, name)
  const { id: client } = await server.client(UserPoolId)
  const browser = createBrowser({ 'user-agent': chrome })
  const code = codeOf(await signIn(browser, url(client), name))
  const { body } = await exchange(base, code, client)
  return { client, browser, body }
}

const chrome =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36'

const sessionsOf = async (Username: string) =>
  (await server.cognito.adminListUserSessions({ UserPoolId, Username })).Sessions!

const renew = (client: string, { refresh_token }: { refresh_token?: string }) =>
  askToken(base, { grant_type: 'refresh_token', client_id: client, refresh_token: refresh_token! })

/** Whether the browser is still signed in: true where no login page is needed. */
async function silently(browser: ReturnType<typeof createBrowser>, client: string): Promise<URL> {
  return browser.follow(url(client, 'none'), (next) => next.href.startsWith(callback))
}

test("a browser's session is listed beside the tokens that came through it", async () => {
  const { client, browser } = await openSession('ann')
  const sessions = await sessionsOf('ann')
  const sso = sessions.find(({ SessionType }) => SessionType === 'SSO')!
  const token = sessions.find(({ SessionType }) => SessionType === 'TOKEN')!
  assert.equal(sessions.length, 2)
  assert.match(sso.SessionId!, /^sso[a-z0-9]{25}$/)
  assert.equal(token.OriginSessionId, sso.SessionId)
  assert.equal(sso.OriginSessionId, undefined)
  assert.equal(sso.ClientId, client)
  assert.equal(sso.DeviceType, 'Chrome 125 / macOS 10.15')
  assert.ok(sso.LastIPAddress)

  const again = codeOf(await silently(browser, client))
  server.clock.advance({ seconds: 5 })
  await exchange(base, again, client)
  const later = await sessionsOf('ann')
  assert.deepEqual(later.map(({ SessionType }) => SessionType).sort(), ['SSO', 'TOKEN', 'TOKEN'])
  const used = later.find(({ SessionType }) => SessionType === 'SSO')!
  assert.equal(used.SessionId, sso.SessionId)
  assert.ok(used.LastActiveDate! > sso.LastActiveDate!)
})

test("ending a browser's session leaves its tokens, unless they are to end as well", async () => {
  for (const linked of [false, true]) {
    const name = linked ? 'ben' : 'cleo'
    const { client, browser, body } = await openSession(name)
    const unused = codeOf(await silently(browser, client))
    const sso = (await sessionsOf(name)).find(({ SessionType }) => SessionType === 'SSO')!
    await server.cognito.adminRevokeUserSession({
      UserPoolId,
      Username: name,
      SessionId: sso.SessionId!,
      RevokeAssociatedSessions: linked ? 'LINKED' : undefined,
    })
    assert.equal((await silently(browser, client)).searchParams.get('error'), 'login_required')
    assert.equal((await exchange(base, unused, client)).status, 400)
    assert.equal((await renew(client, body)).status, linked ? 400 : 200)
  }
})

test("ending tokens leaves their browser's session, unless it is to end as well", async () => {
  for (const linked of [false, true]) {
    const name = linked ? 'dora' : 'emil'
    const { client, browser, body } = await openSession(name)
    const token = (await sessionsOf(name)).find(({ SessionType }) => SessionType === 'TOKEN')!
    await server.cognito.adminRevokeUserSession({
      UserPoolId,
      Username: name,
      SessionId: token.SessionId!,
      RevokeAssociatedSessions: linked ? 'LINKED' : 'NONE',
    })
    assert.equal((await renew(client, body)).status, 400)
    const at = await silently(browser, client)
    assert.equal(at.searchParams.get('error'), linked ? 'login_required' : null)
  }
})

test('users end the browser sessions of their other devices', async () => {
  const { client, browser, body } = await openSession('finn')
  const other = createBrowser()
  await signIn(other, url(client), 'finn')
  // The issuer of these tests is another one than that of the JSON API beside it.
  const caller = { ...server.ctx, requestId: 'test', clientAddress: '127.0.0.1' }
  const { ListUserSessions, RevokeUserSession } = profileOperations
  const { Sessions } = await ListUserSessions({ AccessToken: body.access_token }, caller)
  const own = Sessions!.find(({ IsCurrentSession }) => IsCurrentSession)!.OriginSessionId
  const foreign = Sessions!.find(({ SessionType, SessionId }) => SessionType === 'SSO' && SessionId !== own)!
  await RevokeUserSession({ AccessToken: body.access_token, SessionId: foreign.SessionId! }, caller)
  assert.equal((await silently(other, client)).searchParams.get('error'), 'login_required')
  assert.ok(codeOf(await silently(browser, client)))
})

test('a client takes a session for as long as it is set to, counted from the sign-in, and others are not bound by it', async () => {
  const { client, browser } = await openSession('gwen')
  const { id: patient } = await server.client(UserPoolId)
  const { id: impatient } = await server.client(UserPoolId)
  const set = (ClientId: string, MaxValidityMinutes: number) =>
    server.cognito.setUserPoolClientSessionConfiguration({ UserPoolId, ClientId, SSOSession: { MaxValidityMinutes } })
  await set(patient, 43_200)
  await set(impatient, 0)
  const long = createBrowser()
  await signIn(long, url(client), 'gwen')

  assert.ok(codeOf(await silently(browser, client)))
  assert.equal((await silently(long, impatient)).searchParams.get('error'), 'login_required')
  server.clock.advance({ minutes: 61 })
  assert.equal((await silently(long, client)).searchParams.get('error'), 'login_required')
  assert.ok(codeOf(await silently(long, patient)))
  server.clock.advance({ days: 30 })
  assert.equal((await silently(long, patient)).searchParams.get('error'), 'login_required')
})
