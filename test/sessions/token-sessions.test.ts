import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Db } from '../../src/context.ts'
import { evictSessions } from '../../src/pool/sessions/session-store.ts'
import { signInScene } from '../sign-in/scene.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { inside } from '../users/scene.ts'

let server: TestServer
let scene: Awaited<ReturnType<typeof signInScene>>

before(async () => {
  server = await startTestServer()
  scene = await signInScene(server)
})
after(() => server.close())

const track = (MaxPerUser = 20, UserSessionTracking: 'ENABLED' | 'DISABLED' = 'ENABLED') =>
  server.cognito.setUserPoolSessionConfiguration({
    UserPoolId: scene.UserPoolId,
    UserSessionTracking,
    TokenSession: { MaxPerUser },
  })

async function signedIn(name: string) {
  const { AuthenticationResult } = await scene.byPassword(name)
  return { access: AuthenticationResult!.AccessToken!, refresh: AuthenticationResult!.RefreshToken! }
}

const open = async (AccessToken: string) => (await server.cognito.listUserSessions({ AccessToken })).Sessions!

test('a pool tracks no sessions by default, and a client accepts a browser session for an hour', async () => {
  const { UserPoolId, ClientId } = await signInScene(server)
  const { $metadata: _, ...pool } = await server.cognito.getUserPoolSessionConfiguration({ UserPoolId })
  assert.deepEqual(pool, { UserPoolId, UserSessionTracking: 'DISABLED', TokenSession: { MaxPerUser: 20 } })
  const { $metadata: __, ...client } = await server.cognito.getUserPoolClientSessionConfiguration({
    UserPoolId,
    ClientId,
  })
  assert.deepEqual(client, { UserPoolId, ClientId, SSOSession: { MaxValidityMinutes: 60 } })

  const refused = { name: 'OperationNotEnabledException' }
  await assert.rejects(
    server.cognito.setUserPoolClientSessionConfiguration({
      UserPoolId,
      ClientId,
      SSOSession: { MaxValidityMinutes: 5 },
    }),
    refused,
  )
  await server.cognito.adminCreateUser({ UserPoolId, Username: 'ann', MessageAction: 'SUPPRESS' })
  await assert.rejects(server.cognito.adminListUserSessions({ UserPoolId, Username: 'ann' }), refused)
})

test('configurations are replaced whole, bounded, and outlive a time without tracking', async () => {
  const { UserPoolId, ClientId } = scene
  await track(7)
  await server.cognito.setUserPoolClientSessionConfiguration({
    UserPoolId,
    ClientId,
    SSOSession: { MaxValidityMinutes: 43200 },
  })
  await track(8, 'DISABLED')
  const kept = await server.cognito.getUserPoolClientSessionConfiguration({ UserPoolId, ClientId })
  assert.equal(kept.SSOSession!.MaxValidityMinutes, 43200)
  await track(20)
  await server.cognito.updateUserPool({ UserPoolId, PoolName: 'renamed' })
  const after = await server.cognito.getUserPoolSessionConfiguration({ UserPoolId })
  assert.equal(after.UserSessionTracking, 'ENABLED')
  const shown = await server.cognito.describeUserPool({ UserPoolId })
  assert.ok(!('sideSettings' in shown.UserPool!) && !('side_settings' in shown.UserPool!))

  const refused = { name: 'InvalidParameterException' }
  await assert.rejects(track(0), refused)
  await assert.rejects(track(101), refused)
  const sso = (MaxValidityMinutes: number) =>
    server.cognito.setUserPoolClientSessionConfiguration({ UserPoolId, ClientId, SSOSession: { MaxValidityMinutes } })
  await assert.rejects(sso(129_601), refused)
  await assert.rejects(sso(-1), refused)
  await assert.rejects(
    server.cognito.setUserPoolClientSessionConfiguration({
      UserPoolId,
      ClientId: '1nobodysclient',
      SSOSession: { MaxValidityMinutes: 5 },
    }),
    { name: 'ResourceNotFoundException' },
  )
})

test('each sign-in is a session, and the one that asks is marked', async () => {
  await track()
  await scene.addUser('ben')
  const first = await signedIn('ben')
  server.clock.advance({ seconds: 1 })
  const second = await signedIn('ben')

  const sessions = await open(second.access)
  assert.equal(sessions.length, 2)
  assert.deepEqual(
    sessions.map((session) => session.IsCurrentSession),
    [true, false],
  )
  for (const session of sessions) {
    assert.match(session.SessionId!, /^tkn[a-z0-9]{25}$/)
    assert.equal(session.SessionType, 'TOKEN')
    assert.equal(session.ClientId, scene.ClientId)
    assert.ok(session.LastIPAddress)
    assert.ok(session.DeviceType)
    assert.equal(session.OriginSessionId, undefined)
  }
  const others = await server.cognito.adminListUserSessions({ UserPoolId: scene.UserPoolId, Username: 'ben' })
  assert.deepEqual(
    others.Sessions!.map((session) => [session.SessionId, session.IsCurrentSession]),
    sessions.map((session) => [session.SessionId, false]),
  )
  assert.equal((await open(first.access))[1]!.IsCurrentSession, true)
})

test('a refresh is a use', async () => {
  await track()
  await scene.addUser('cleo')
  const first = await signedIn('cleo')
  server.clock.advance({ minutes: 1 })
  const second = await signedIn('cleo')
  server.clock.advance({ minutes: 1 })
  await server.cognito.initiateAuth({
    ClientId: scene.ClientId,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: first.refresh },
  })
  const [latest, older] = await open(second.access)
  assert.equal(latest!.IsCurrentSession, false)
  assert.ok(latest!.LastActiveDate!.getTime() - latest!.CreateDate!.getTime() >= 120_000)
  assert.ok(older!.LastActiveDate!.getTime() - older!.CreateDate!.getTime() < 60_000)
})

test('past the limit the least recently used session ends, and no other', async () => {
  await track(2)
  await scene.addUser('dora')
  const first = await signedIn('dora')
  server.clock.advance({ seconds: 1 })
  const second = await signedIn('dora')
  server.clock.advance({ seconds: 1 })
  const renew = (REFRESH_TOKEN: string) =>
    server.cognito.initiateAuth({
      ClientId: scene.ClientId,
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      AuthParameters: { REFRESH_TOKEN },
    })
  await renew(first.refresh)
  server.clock.advance({ seconds: 1 })
  const third = await signedIn('dora')

  await assert.rejects(server.cognito.getUser({ AccessToken: second.access }), { name: 'NotAuthorizedException' })
  await assert.rejects(renew(second.refresh), { name: 'NotAuthorizedException' })
  await server.cognito.getUser({ AccessToken: first.access })
  assert.equal((await open(third.access)).length, 2)
})

test('many sign-ins at once leave no more sessions than the limit', async () => {
  await track(3)
  await scene.addUser('emil')
  await Promise.all(Array.from({ length: 8 }, () => signedIn('emil')))
  const { Sessions } = await server.cognito.adminListUserSessions({ UserPoolId: scene.UserPoolId, Username: 'emil' })
  assert.equal(Sessions!.length, 3)
  await track(1)
  const still = await server.cognito.adminListUserSessions({ UserPoolId: scene.UserPoolId, Username: 'emil' })
  assert.equal(still.Sessions!.length, 3)
  const last = await signedIn('emil')
  assert.equal((await open(last.access)).length, 1)
})

test('two evictions at the same time end no more sessions than one of them would', async () => {
  await track(3)
  await scene.addUser('emma')
  for (let n = 0; n < 3; n++) await signedIn('emma')
  await track(9)
  const newest = [await signedIn('emma'), await signedIn('emma')]
  const { db, clock } = server.ctx
  const { user } = await inside(server, scene.UserPoolId, 'emma')
  const evict = (trx: Db) => evictSessions(trx, scene.UserPoolId, { userId: user!.id, keep: 3 }, clock.now())
  const first = await db.startTransaction().execute()
  await evict(first)
  // It has read the sessions before the first one's changes are there.
  const second = db.transaction().execute(evict)
  await new Promise((resolve) => setTimeout(resolve, 50))
  await first.commit().execute()
  await second
  for (const { access } of newest) assert.equal((await open(access)).length, 3)
})

test('users end sessions of their own, but not the one that asks', async () => {
  await track()
  await scene.addUser('finn')
  await scene.addUser('gwen')
  const here = await signedIn('finn')
  const there = await signedIn('finn')
  const foreign = await signedIn('gwen')
  const sessions = await open(here.access)
  const current = sessions.find((session) => session.IsCurrentSession)!.SessionId!
  const other = sessions.find((session) => !session.IsCurrentSession)!.SessionId!
  const revoke = (AccessToken: string, SessionId: string) =>
    server.cognito.revokeUserSession({ AccessToken, SessionId })

  await assert.rejects(revoke(here.access, current), { name: 'InvalidParameterException' })
  await assert.rejects(revoke(foreign.access, other), { name: 'ResourceNotFoundException' })
  await assert.rejects(revoke(here.access, 'tkn'), { name: 'InvalidParameterException' })
  await server.cognito.getUser({ AccessToken: there.access })

  await revoke(here.access, other)
  await assert.rejects(server.cognito.getUser({ AccessToken: there.access }), { name: 'NotAuthorizedException' })
  await assert.rejects(revoke(here.access, other), { name: 'ResourceNotFoundException' })
  assert.equal((await open(here.access)).length, 1)
})

test('an administrator ends a session only under the name of its owner', async () => {
  await track()
  await scene.addUser('hugo')
  await scene.addUser('ines')
  const { UserPoolId } = scene
  const tokens = await signedIn('hugo')
  const [session] = await open(tokens.access)
  const SessionId = session!.SessionId!
  await assert.rejects(server.cognito.adminRevokeUserSession({ UserPoolId, Username: 'ines', SessionId }), {
    name: 'ResourceNotFoundException',
  })
  await assert.rejects(server.cognito.adminRevokeUserSession({ UserPoolId, Username: 'nobody', SessionId }), {
    name: 'UserNotFoundException',
  })
  await server.cognito.adminRevokeUserSession({ UserPoolId, Username: 'hugo', SessionId })
  await assert.rejects(server.cognito.getUser({ AccessToken: tokens.access }), { name: 'NotAuthorizedException' })
})

test('what was signed out or has expired is not listed', async () => {
  await track()
  await scene.addUser('jon')
  const first = await signedIn('jon')
  await server.cognito.globalSignOut({ AccessToken: first.access })
  server.clock.advance({ seconds: 1 })
  const second = await signedIn('jon')
  assert.equal((await open(second.access)).length, 1)
  server.clock.advance({ days: 31 })
  const third = await signedIn('jon')
  assert.equal((await open(third.access)).length, 1)
  await assert.rejects(server.cognito.listUserSessions({ AccessToken: third.access, NextToken: 'forged' }), {
    name: 'InvalidParameterException',
  })
})

test('the cheapest tier has no sessions to manage where the installation is strict', async () => {
  const strict = await startTestServer({ strict: true })
  try {
    const { UserPool } = await strict.cognito.createUserPool({ PoolName: 'lite', UserPoolTier: 'LITE' })
    await assert.rejects(
      strict.cognito.setUserPoolSessionConfiguration({
        UserPoolId: UserPool!.Id!,
        UserSessionTracking: 'ENABLED',
        TokenSession: { MaxPerUser: 5 },
      }),
      { name: 'FeatureUnavailableInTierException' },
    )
  } finally {
    await strict.close()
  }
})
