import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose'
import { createBrowser } from '../oauth/browser.ts'
import { signInByForm } from '../oauth/login-form.ts'
import { callback } from '../oauth/setup.ts'
import { authorizeUrl, credentials, type Scene, startScene } from './scene.ts'

const caep = 'https://schemas.openid.net/secevent/caep/event-type/'
const risc = 'https://schemas.openid.net/secevent/risc/event-type/'

let scene: Scene
let receiver: Server
let received: { type: string | undefined; text: string }[]
let statuses: number[]
let uri: string

before(async () => {
  receiver = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const status = statuses.shift() ?? 202
    if (status < 500) received.push({ type: request.headers['content-type'], text })
    response.writeHead(status).end()
  })
  await new Promise<void>((resolve) => receiver.listen(0, 'localhost', resolve))
  uri = `http://localhost:${(receiver.address() as AddressInfo).port}/events`
  scene = await startScene({ EventReceivers: [{ Uri: uri, Audience: 'https://receiver.example.com' }] })
})
beforeEach(() => {
  received = []
  statuses = []
})
after(async () => {
  receiver?.close()
  await scene.server.close()
})

/** The next event of a type, verified as its receiver would. */
async function nextEvent(type: string): Promise<{ payload: JWTPayload; event: Record<string, unknown> }> {
  const keys = createRemoteJWKSet(new URL(`${scene.base}/.well-known/jwks.json`))
  for (let waited = 0; ; waited += 20) {
    for (const { text } of received) {
      const { payload } = await jwtVerify(text, keys, {
        issuer: scene.base,
        audience: 'https://receiver.example.com',
        typ: 'secevent+jwt',
      })
      const events = payload.events as Record<string, Record<string, unknown>>
      if (events[type]) return { payload, event: events[type] }
    }
    assert.ok(waited < 8000, `no ${type}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Waits until a notice has failed and is stored to be sent again, then moves on to that time. */
async function retryLater(): Promise<void> {
  const { ctx, clock } = scene.server
  const claimed = new Date(ctx.clock.now().getTime() + 10_000)
  const postponed = () =>
    ctx.db.selectFrom('notices').select('id').where('next_attempt_at', '<', claimed).executeTakeFirst()
  for (let waited = 0; !(await postponed()); waited += 20) {
    assert.ok(waited < 8000, 'no notice has failed')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  clock.advance({ seconds: 4 })
}

/** Waits until no notice is left to be sent. */
async function allSent(): Promise<void> {
  const left = async () => (await scene.server.ctx.db.selectFrom('notices').select('id').execute()).length
  for (let waited = 0; (await left()) > 0; waited += 20) {
    assert.ok(waited < 5000, 'the notice stays')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const ofAnn = () => ({ format: 'iss_sub', iss: scene.base, sub: scene.sub })
const named = () => ({ UserPoolId: scene.poolId, Username: 'ann' })

test('a new password is reported with who set it, in a token of its own type', async () => {
  await scene.server.cognito.adminSetUserPassword({ ...named(), Password: credentials.password, Permanent: true })
  const { payload, event } = await nextEvent(`${caep}credential-change`)
  assert.deepEqual(payload.sub_id, ofAnn())
  assert.equal(payload.sub, undefined)
  assert.equal(payload.exp, undefined)
  assert.equal(event.credential_type, 'password')
  assert.equal(event.initiating_entity, 'admin')
  assert.equal(received[0]!.type, 'application/secevent+jwt')
  assert.equal(decodeProtectedHeader(received[0]!.text).typ, 'secevent+jwt')
})

test('replacing a temporary password is reported as the user’s own change', async () => {
  const app = await scene.client()
  await scene.server.cognito.adminSetUserPassword({ ...named(), Password: 'Temporary-1', Permanent: false })
  assert.equal((await nextEvent(`${caep}credential-change`)).event.initiating_entity, 'admin')
  received = []
  const { Session } = await scene.server.cognito.initiateAuth({
    ClientId: app.id,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: credentials.username, PASSWORD: 'Temporary-1' },
  })
  await scene.server.cognito.respondToAuthChallenge({
    ClientId: app.id,
    Session,
    ChallengeName: 'NEW_PASSWORD_REQUIRED',
    ChallengeResponses: { USERNAME: credentials.username, NEW_PASSWORD: credentials.password },
  })
  const { event } = await nextEvent(`${caep}credential-change`)
  assert.deepEqual([event.initiating_entity, event.change_type], ['user', 'update'])
})

test('a reset password is reported as revoked, with every session', async () => {
  await scene.server.cognito.adminResetUserPassword(named())
  const { event } = await nextEvent(`${caep}credential-change`)
  assert.deepEqual([event.initiating_entity, event.change_type], ['admin', 'revoke'])
  assert.deepEqual((await nextEvent(`${caep}session-revoked`)).payload.sub_id, ofAnn())
  await scene.server.cognito.adminSetUserPassword({ ...named(), Password: credentials.password, Permanent: true })
  for (let waited = 0; received.length < 3; waited += 20) {
    assert.ok(waited < 8000, 'an event is missing')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
})

test('disabling and enabling a user are reported', async () => {
  await scene.server.cognito.adminDisableUser(named())
  await nextEvent(`${risc}account-disabled`)
  await scene.server.cognito.adminEnableUser(named())
  await nextEvent(`${risc}account-enabled`)
})

test('a global sign-out revokes sessions, and comes again after a failure with the same id', async () => {
  statuses = [503]
  await scene.server.cognito.adminUserGlobalSignOut(named())
  await retryLater()
  const { payload } = await nextEvent(`${caep}session-revoked`)
  assert.deepEqual(payload.sub_id, ofAnn())
  assert.equal(received.length, 1)
})

test('an event is sent while a slow receiver still holds an earlier one', async (context) => {
  const seen = new Set<string>()
  let isHeld = false
  let overlaps = 0
  const slow = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const { jti } = decodeJwt(text)
    if (seen.has(jti!)) return response.writeHead(202).end()
    seen.add(jti!)
    if (isHeld) overlaps++
    isHeld = true
    response.on('close', () => {
      isHeld = false
    })
  })
  await new Promise<void>((resolve) => slow.listen(0, 'localhost', resolve))
  context.after(() => slow.close().closeAllConnections())
  const { port } = slow.address() as AddressInfo
  await scene.standards({ EventReceivers: [{ Uri: `http://localhost:${port}/events` }] })
  // The first attempt is given up after five seconds: on a busy machine the next event may come later than that.
  for (let event = 1; overlaps === 0 && event <= 4; event++) {
    await scene.server.cognito.adminEnableUser(named())
    for (let waited = 0; seen.size < event; waited += 20) {
      assert.ok(waited < 20_000, 'an event waits')
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  assert.equal(overlaps, 1)
  await scene.standards({ EventReceivers: [{ Uri: uri, Audience: 'https://receiver.example.com' }] })
  slow.closeAllConnections()
  scene.server.clock.advance({ minutes: 2 })
  await allSent()
})

test('a receiver that has been removed gets no event that still waits for it', async () => {
  statuses = [503]
  await scene.server.cognito.adminUserGlobalSignOut(named())
  await scene.standards({})
  await retryLater()
  await allSent()
  assert.deepEqual(received, [])
  await scene.standards({ EventReceivers: [{ Uri: uri, Audience: 'https://receiver.example.com' }] })
})

test('signing out of a browser names its session', async () => {
  const app = await scene.client()
  const browser = createBrowser()
  const query = { client_id: app.id, redirect_uri: callback, response_type: 'code', scope: 'openid' }
  await signInByForm(browser, new URL(authorizeUrl(scene, query)), credentials)
  await browser.get(`${scene.base}/logout?client_id=${app.id}&logout_uri=https://app.example.com/bye`)
  const { payload, event } = await nextEvent(`${caep}session-revoked`)
  const { format, user, session } = payload.sub_id as { format: string; user: object; session: { id: string } }
  assert.equal(format, 'complex')
  assert.deepEqual(user, ofAnn())
  assert.ok(session.id)
  assert.equal(event.initiating_entity, 'user')
})

test('what a receiver refuses is not sent again', async () => {
  statuses = [400]
  await scene.server.cognito.adminEnableUser(named())
  await nextEvent(`${risc}account-enabled`)
  await allSent()
  assert.equal(received.length, 1)
})

test('the transmitter describes itself if there is a receiver', async () => {
  const response = await fetch(`${scene.base}/.well-known/ssf-configuration`)
  const document = (await response.json()) as Record<string, unknown>
  assert.equal(document.issuer, scene.base)
  assert.deepEqual(document.delivery_methods_supported, ['urn:ietf:rfc:8935'])
  const { UserPool } = await scene.server.cognito.createUserPool({ PoolName: 'other' })
  assert.equal((await fetch(`${scene.server.url}/${UserPool!.Id}/.well-known/ssf-configuration`)).status, 404)
})

test('deleting a user is reported as the last event', async () => {
  await scene.server.cognito.adminDeleteUser(named())
  const { payload } = await nextEvent(`${risc}account-purged`)
  assert.deepEqual(payload.sub_id, ofAnn())
})

test('a receiver whose address is none is refused', async () => {
  for (const Uri of ['ftp://receiver.example.com/', 'not an address'])
    await assert.rejects(scene.standards({ EventReceivers: [{ Uri }] }), { name: 'InvalidParameterException' })
})
