import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import * as oidc from 'openid-client'
import { createBrowser } from '../oauth/browser.ts'
import { signInByForm } from '../oauth/login-form.ts'
import { callback } from '../oauth/setup.ts'
import { caep, everyEvent, getJson, type Receiver, risc, ssf, startReceiver } from './receiver.ts'
import { authorizeUrl, credentials, type Scene, startScene } from './scene.ts'

const standards = { SharedSignals: true }
const push = 'urn:ietf:rfc:8935'
const pollMethod = 'urn:ietf:rfc:8936'

let scene: Scene
let endpoint: Server
let pushed: { authorization: string | undefined; text: string }[]
let pushUrl: string

before(async () => {
  pushed = []
  endpoint = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    pushed.push({ authorization: request.headers.authorization, text })
    response.writeHead(202).end()
  })
  await new Promise<void>((resolve) => endpoint.listen(0, 'localhost', resolve))
  pushUrl = `http://localhost:${(endpoint.address() as AddressInfo).port}/events`
  scene = await startScene(standards)
})
after(async () => {
  endpoint?.close()
  await scene.server.close()
})

const named = () => ({ UserPoolId: scene.poolId, Username: 'ann' })
const disable = () => scene.server.cognito.adminDisableUser(named())
const enable = () => scene.server.cognito.adminEnableUser(named())
const waitingRows = (stream: string) =>
  scene.server.ctx.db.selectFrom('notices').select('id').where('stream_id', '=', stream).execute()

async function nextPush(receiver: Receiver, type: string) {
  for (let waited = 0; ; waited += 20) {
    for (const { text, authorization } of pushed) {
      const event = await receiver.verify(text).catch(() => undefined)
      if (event?.type === type) return { event, authorization }
    }
    assert.ok(waited < 8000, `no ${type}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test('the transmitter describes its API, and a pool without it has none', async () => {
  const document = await getJson(`${scene.base}/.well-known/ssf-configuration`)
  assert.deepEqual(document, {
    spec_version: '1_0',
    issuer: scene.base,
    jwks_uri: `${scene.base}/.well-known/jwks.json`,
    delivery_methods_supported: [push, pollMethod],
    configuration_endpoint: `${scene.base}/ssf/streams`,
    status_endpoint: `${scene.base}/ssf/status`,
    verification_endpoint: `${scene.base}/ssf/verify`,
    authorization_schemes: [{ spec_urn: 'urn:ietf:rfc:6749' }],
    critical_subject_members: ['user', 'session'],
    default_subjects: 'ALL',
  })
  assert.deepEqual(await getJson(`${scene.server.url}/.well-known/ssf-configuration/${scene.poolId}`), document)
  const { UserPool } = await scene.server.cognito.createUserPool({ PoolName: 'plain' })
  for (const path of ['/.well-known/ssf-configuration', '/ssf/streams', '/ssf/status'])
    assert.equal((await fetch(`${scene.server.url}/${UserPool!.Id}${path}`)).status, 404, path)
})

test('a receiver polls what it asked for, until it acknowledges', async () => {
  const receiver = await startReceiver(scene)
  const stream = await receiver.create({ events_requested: [`${risc}account-disabled`, 'https://example.com/unknown'] })
  const { body } = await receiver.call('GET', 'configuration_endpoint', undefined, { stream_id: stream })
  assert.deepEqual(body, {
    stream_id: stream,
    iss: scene.base,
    aud: receiver.id,
    delivery: { method: pollMethod, endpoint_url: `${scene.base}/ssf/poll/${stream}` },
    events_supported: everyEvent,
    events_requested: [`${risc}account-disabled`, 'https://example.com/unknown'],
    events_delivered: [`${risc}account-disabled`],
    min_verification_interval: 5,
  })
  await disable()
  await enable()
  const first = await receiver.poll(stream)
  assert.deepEqual([first.status, first.body.moreAvailable], [200, false])
  assert.deepEqual(
    first.events.map(({ type, payload }) => [type, payload.sub_id]),
    [[`${risc}account-disabled`, { format: 'iss_sub', iss: scene.base, sub: scene.sub }]],
  )
  const again = await receiver.poll(stream)
  assert.deepEqual(again.events, first.events)
  const acknowledged = await receiver.poll(stream, { ack: [first.events[0]!.jti] })
  assert.deepEqual(acknowledged.body, { sets: {}, moreAvailable: false })
  // A repeated acknowledgement changes nothing.
  await disable()
  const later = await receiver.poll(stream, { ack: [first.events[0]!.jti] })
  assert.equal(later.events.length, 1)
  assert.notEqual(later.events[0]!.jti, first.events[0]!.jti)
  await enable()
})

test('a poll gives no more than it is asked for, oldest first, and says that there is more', async () => {
  const receiver = await startReceiver(scene)
  const stream = await receiver.create()
  await disable()
  await enable()
  const { events, body } = await receiver.poll(stream, { maxEvents: 1 })
  assert.deepEqual([events.map(({ type }) => type), body.moreAvailable], [[`${risc}account-disabled`], true])
  const none = await receiver.poll(stream, { maxEvents: 0, returnImmediately: false, ack: [events[0]!.jti] })
  assert.deepEqual(none.body, { sets: {}, moreAvailable: true })
  const rest = await receiver.poll(stream)
  assert.deepEqual([rest.events.map(({ type }) => type), rest.body.moreAvailable], [[`${risc}account-enabled`], false])
})

test('an event that the receiver can not use is reported, and does not come again', async () => {
  const receiver = await startReceiver(scene)
  const stream = await receiver.create()
  await enable()
  const { events } = await receiver.poll(stream)
  const setErrs = { [events[0]!.jti]: { err: 'invalid_key', description: 'unknown' }, other: { err: 'x' } }
  assert.deepEqual((await receiver.poll(stream, { setErrs })).events, [])
})

test('a poll that waits is answered with the event that happens meanwhile', async () => {
  const receiver = await startReceiver(scene)
  const stream = await receiver.create()
  const polled = receiver.poll(stream, { returnImmediately: false })
  await enable()
  assert.deepEqual(
    (await polled).events.map(({ type }) => type),
    [`${risc}account-enabled`],
  )
})

test('a verification comes over the stream with its state, and not too often', async () => {
  const receiver = await startReceiver(scene)
  const stream = await receiver.create()
  const ask = (state?: string) => receiver.call('POST', 'verification_endpoint', { stream_id: stream, state })
  const asked = await ask('a state')
  assert.deepEqual([asked.status, asked.body], [204, undefined])
  assert.equal((await ask()).status, 429)
  const { events } = await receiver.poll(stream)
  assert.deepEqual(
    events.map(({ type, facts, payload }) => [type, facts, payload.sub_id]),
    [[`${ssf}verification`, { state: 'a state' }, { format: 'opaque', id: stream }]],
  )
  scene.server.clock.advance({ seconds: 5 })
  assert.equal((await ask('a newer one')).status, 204)
  const later = await receiver.poll(stream)
  assert.deepEqual(
    later.events.map(({ facts }) => facts),
    [{ state: 'a newer one' }],
  )
})

test('events are pushed with the header that the receiver chose, which is sealed and not shown', async () => {
  const receiver = await startReceiver(scene)
  const secret = 'Bearer of-the-receiver'
  const stream = await receiver.create({
    delivery: { method: push, endpoint_url: pushUrl, authorization_header: secret },
  })
  await scene.server.cognito.adminUserGlobalSignOut(named())
  const { event, authorization } = await nextPush(receiver, `${caep}session-revoked`)
  assert.equal(authorization, secret)
  assert.deepEqual(event.payload.sub_id, { format: 'iss_sub', iss: scene.base, sub: scene.sub })
  const shown = await receiver.call('GET', 'configuration_endpoint', undefined, { stream_id: stream })
  assert.deepEqual(shown.body.delivery, { method: push, endpoint_url: pushUrl })
  const row = await scene.server.ctx.db
    .selectFrom('event_streams')
    .selectAll()
    .where('id', '=', stream)
    .executeTakeFirst()
  assert.ok(!JSON.stringify(row).includes('of-the-receiver'))
  assert.ok(!row!.header_sealed!.includes(secret))
  const url = new URL(`${scene.base}/ssf/poll/${stream}`)
  assert.equal((await receiver.call('POST', url, {})).status, 400)
})

test('a paused stream keeps its events, and sends them when it goes on', async () => {
  const receiver = await startReceiver(scene)
  const stream = await receiver.create({ delivery: { method: push, endpoint_url: pushUrl } })
  const status = (value: string) =>
    receiver.call('POST', 'status_endpoint', { stream_id: stream, status: value, reason: 'maintenance' })
  const paused = await status('paused')
  assert.deepEqual([paused.status, paused.body], [200, { stream_id: stream, status: 'paused', reason: 'maintenance' }])
  pushed = []
  await enable()
  assert.equal((await waitingRows(stream)).length, 1)
  // Nothing of it is due.
  const due = await scene.server.ctx.db
    .selectFrom('notices')
    .select('id')
    .where('stream_id', '=', stream)
    .where('next_attempt_at', '<=', scene.server.ctx.clock.now())
    .execute()
  assert.deepEqual(due, [])
  await status('enabled')
  await nextPush(receiver, `${risc}account-enabled`)
  assert.deepEqual((await receiver.call('GET', 'status_endpoint', undefined, { stream_id: stream })).body, {
    stream_id: stream,
    status: 'enabled',
    reason: 'maintenance',
  })
})

test('a paused stream answers polls with nothing, and a disabled one forgets', async () => {
  const receiver = await startReceiver(scene)
  const stream = await receiver.create()
  const status = (value: string) => receiver.call('POST', 'status_endpoint', { stream_id: stream, status: value })
  await enable()
  await status('paused')
  assert.deepEqual((await receiver.poll(stream)).events, [])
  await status('enabled')
  assert.equal((await receiver.poll(stream)).events.length, 1)
  await status('disabled')
  await enable()
  assert.deepEqual(await waitingRows(stream), [])
  const verified = await receiver.call('POST', 'verification_endpoint', { stream_id: stream })
  assert.equal(verified.status, 400)
  await status('enabled')
  assert.deepEqual((await receiver.poll(stream)).events, [])
})

test('a stream that nobody reads is disabled, and tells so', async () => {
  const receiver = await startReceiver(scene)
  const stream = await receiver.create()
  const { ctx } = scene.server
  const now = ctx.clock.now()
  const rows = Array.from({ length: 5000 }, (_, index) => ({
    pool_id: scene.poolId,
    id: `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`,
    notice: {
      kind: 'stream-event',
      streamId: stream,
      userId: scene.sub,
      at: 1,
      event: { kind: 'account-enabled', by: 'admin' },
    },
    created_at: now,
    next_attempt_at: new Date(now.getTime() + 3600_000),
    expires_at: new Date(now.getTime() + 3600_000),
    stream_id: stream,
  }))
  await ctx.db.insertInto('notices').values(rows).execute()
  await enable()
  const { body } = await receiver.call('GET', 'status_endpoint', undefined, { stream_id: stream })
  assert.equal(body.status, 'disabled')
  const { events } = await receiver.poll(stream)
  assert.deepEqual(
    events.map(({ type, facts }) => [type, facts]),
    [[`${ssf}stream-updated`, { status: 'disabled', reason: body.reason }]],
  )
})

test('an update changes what it names, a replacement everything', async () => {
  const receiver = await startReceiver(scene)
  const stream = await receiver.create({ description: 'ours', events_requested: [`${caep}session-revoked`] })
  const patch = (changes: object) => receiver.call('PATCH', 'configuration_endpoint', { stream_id: stream, ...changes })
  const patched = await patch({ events_requested: [`${risc}account-purged`], aud: [receiver.id] })
  assert.equal(patched.status, 200)
  assert.deepEqual([patched.body.description, patched.body.events_delivered], ['ours', [`${risc}account-purged`]])
  for (const wrong of [{ iss: 'https://evil.example.com' }, { aud: 'other' }, { events_delivered: everyEvent }])
    assert.equal((await patch(wrong)).status, 400, JSON.stringify(wrong))
  const replaced = await receiver.call('PUT', 'configuration_endpoint', {
    stream_id: stream,
    delivery: { method: push, endpoint_url: pushUrl },
  })
  assert.equal(replaced.status, 200)
  assert.deepEqual(
    [replaced.body.description, replaced.body.events_requested, replaced.body.delivery.method],
    [undefined, [], push],
  )
})

test('a receiver has one stream, lists it and deletes it', async () => {
  const receiver = await startReceiver(scene)
  const list = async () => (await receiver.call('GET', 'configuration_endpoint')).body
  assert.deepEqual(await list(), [])
  const stream = await receiver.create()
  assert.deepEqual(
    (await list()).map(({ stream_id }: { stream_id: string }) => stream_id),
    [stream],
  )
  assert.equal((await receiver.call('POST', 'configuration_endpoint', {})).status, 409)
  await enable()
  const remove = () => receiver.call('DELETE', 'configuration_endpoint', undefined, { stream_id: stream })
  assert.equal((await remove()).status, 204)
  assert.deepEqual(await waitingRows(stream), [])
  assert.equal((await remove()).status, 404)
  assert.equal((await receiver.call('GET', 'status_endpoint', undefined, { stream_id: stream })).status, 404)
})

test('no receiver reaches the stream of another one, of its pool or of another', async () => {
  const owner = await startReceiver(scene)
  const stream = await owner.create()
  await enable()
  const { UserPool } = await scene.server.cognito.createUserPool({ PoolName: 'elsewhere' })
  const poolId = UserPool!.Id!
  await scene.admin.putUserPoolExtensions({ UserPoolId: poolId, Extensions: { Standards: standards } })
  const elsewhere: Scene = {
    ...scene,
    poolId,
    base: `${scene.server.url}/${poolId}`,
    client: async (settings = {}) => {
      const { UserPoolClient } = await scene.server.cognito.createUserPoolClient({
        UserPoolId: poolId,
        ClientName: 'receiver',
        AllowedOAuthFlowsUserPoolClient: true,
        ...settings,
      })
      return { id: UserPoolClient!.ClientId!, secret: UserPoolClient!.ClientSecret! }
    },
  }
  for (const [other, refused] of [
    [await startReceiver(scene), 404],
    [await startReceiver(elsewhere), 401],
  ] as const) {
    const query = { stream_id: stream }
    const at = (path: string) => new URL(`${scene.base}/ssf${path}`)
    const { events } = await owner.poll(stream)
    const answers = await Promise.all([
      other.call('GET', at('/streams'), undefined, query),
      other.call('PATCH', at('/streams'), query),
      other.call('PUT', at('/streams'), query),
      other.call('DELETE', at('/streams'), undefined, query),
      other.call('GET', at('/status'), undefined, query),
      other.call('POST', at('/status'), { ...query, status: 'disabled' }),
      other.call('POST', at('/verify'), query),
      other.call('POST', at(`/poll/${stream}`), { ack: events.map(({ jti }) => jti), returnImmediately: true }),
    ])
    assert.deepEqual(
      answers.map(({ status }) => status),
      answers.map(() => refused),
    )
  }
  const own = await startReceiver(scene)
  const ownStream = await own.create()
  const { events } = await owner.poll(stream)
  assert.equal(events.length, 1)
  // The ids of another stream's events acknowledge nothing in one's own.
  await own.poll(ownStream, { ack: events.map(({ jti }) => jti) })
  assert.equal((await owner.poll(stream)).events.length, 1)
})

test('it takes a token that the client got for itself, with the scope that it still has', async () => {
  const receiver = await startReceiver(scene)
  const stream = await receiver.create()
  const reader = await startReceiver(scene, ['ssf.read'])
  assert.equal((await reader.call('GET', 'configuration_endpoint')).status, 200)
  const refused = await reader.call('POST', 'configuration_endpoint', {})
  assert.equal(refused.status, 403)
  assert.match(refused.headers.get('www-authenticate')!, /insufficient_scope/)

  const missing = await fetch(`${scene.base}/ssf/streams`)
  assert.deepEqual([missing.status, missing.headers.get('www-authenticate')], [401, 'Bearer'])
  assert.equal((await fetch(`${scene.base}/ssf/streams`, { method: 'OPTIONS' })).status, 405)

  // The token of a user, whose app has the scope.
  const app = await scene.client({ AllowedOAuthScopes: ['openid', 'ssf.manage'] })
  const query = { client_id: app.id, redirect_uri: callback, response_type: 'token', scope: 'openid ssf.manage' }
  const at = await signInByForm(createBrowser(), new URL(authorizeUrl(scene, query)), credentials)
  const token = new URLSearchParams(at.hash.slice(1)).get('access_token')!
  const bearer = { headers: { authorization: `Bearer ${token}` } }
  assert.equal((await fetch(`${scene.base}/ssf/streams`, bearer)).status, 401)

  await scene.server.cognito.updateUserPoolClient({
    UserPoolId: scene.poolId,
    ClientId: receiver.id,
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['client_credentials'],
    AllowedOAuthScopes: ['ssf.read'],
  })
  assert.equal((await receiver.call('POST', 'status_endpoint', { stream_id: stream, status: 'paused' })).status, 403)
  assert.equal((await receiver.call('GET', 'status_endpoint', undefined, { stream_id: stream })).status, 200)
})

test('bodies that are no such request are refused', async () => {
  const receiver = await startReceiver(scene)
  const stream = await receiver.create()
  const create = (body: unknown) => receiver.call('PUT', 'configuration_endpoint', body)
  const delivery = (more: object) => ({ stream_id: stream, delivery: { method: push, endpoint_url: pushUrl, ...more } })
  for (const body of [
    [],
    'text',
    { stream_id: stream, delivery: 'push' },
    { stream_id: stream, delivery: { method: 'carrier pigeon' } },
    delivery({ endpoint_url: undefined }),
    delivery({ endpoint_url: 'ftp://receiver.example.com/' }),
    delivery({ endpoint_url: 'https://name:word@receiver.example.com/' }),
    delivery({ authorization_header: 'Bearer a\r\nX-Other: b' }),
    delivery({ authorization_header: 7 }),
    { stream_id: stream, events_requested: 'all' },
    { stream_id: stream, events_requested: [7] },
    { stream_id: stream, events_requested: Array.from({ length: 101 }, (_, index) => `https://example.com/${index}`) },
    { stream_id: stream, description: 'x'.repeat(1025) },
    { description: 'no stream' },
  ])
    assert.equal((await create(body)).status, 400, JSON.stringify(body).slice(0, 100))
  for (const request of [
    { maxEvents: -1 },
    { maxEvents: 'all' },
    { returnImmediately: 'yes' },
    { ack: 'all' },
    { ack: Array.from({ length: 1001 }, () => stream) },
    { setErrs: [] },
  ])
    assert.equal((await receiver.poll(stream, request)).status, 400, JSON.stringify(request).slice(0, 100))
  const status = (body: object) => receiver.call('POST', 'status_endpoint', { stream_id: stream, ...body })
  assert.equal((await status({ status: 'asleep' })).status, 400)
  assert.equal((await status({ status: 'paused', subject: { format: 'opaque', id: 'ann' } })).status, 404)
  const form = await fetch(`${scene.base}/ssf/status`, {
    method: 'POST',
    body: new URLSearchParams({ stream_id: stream }),
    headers: { authorization: `Bearer ${receiver.token}` },
  })
  assert.equal(form.status, 400)
})

test('with DPoP a stolen token is worth nothing', async () => {
  await scene.standards({ ...standards, DPoP: true, ServerMetadata: true })
  const { id, secret } = await startReceiver(scene)
  const config = await oidc.discovery(new URL(scene.base), id, secret, oidc.ClientSecretBasic(secret), {
    execute: [oidc.allowInsecureRequests],
  })
  const DPoP = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256'))
  const grant = () => oidc.clientCredentialsGrant(config, { scope: 'ssf.manage' }, { DPoP })
  const { access_token } = await grant().catch(grant)
  const url = new URL(`${scene.base}/ssf/streams`)
  const call = () => oidc.fetchProtectedResource(config, access_token, url, 'GET', undefined, undefined, { DPoP })
  assert.deepEqual(await (await call()).json(), [])
  for (const scheme of ['Bearer', 'DPoP'])
    assert.equal((await fetch(url, { headers: { authorization: `${scheme} ${access_token}` } })).status, 401, scheme)
  const resource = await getJson(`${scene.server.url}/.well-known/oauth-protected-resource/${scene.poolId}/ssf/streams`)
  assert.deepEqual([resource.resource, resource.scopes_supported], [url.href, ['ssf.manage', 'ssf.read']])
  await scene.standards(standards)
})

test('a client that registers itself can not have the scopes', async () => {
  await scene.server.cognito.updateUserPool({
    UserPoolId: scene.poolId,
    DcrConfiguration: {
      EnableStatus: 'Enabled',
      OpenDcrEnabled: true,
      OpenDcrGrantTypes: ['code', 'client_credentials'],
      AllowedScopes: ['ssf.manage', 'ssf.read'],
    },
  })
  const response = await fetch(`${scene.base}/oauth2/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_name: 'app', grant_types: ['client_credentials'], scope: 'ssf.manage' }),
  })
  assert.equal(response.status, 400)
})

test('deleting the client ends its stream, and turning the part off ends them all', async () => {
  const receiver = await startReceiver(scene)
  const stream = await receiver.create({ delivery: { method: push, endpoint_url: pushUrl } })
  const other = await startReceiver(scene)
  const otherStream = await other.create()
  await scene.server.cognito.deleteUserPoolClient({ UserPoolId: scene.poolId, ClientId: receiver.id })
  assert.equal((await receiver.call('GET', 'configuration_endpoint')).status, 401)
  await enable()
  assert.deepEqual(await waitingRows(stream), [])
  assert.equal((await waitingRows(otherStream)).length, 1)
  await scene.standards({})
  await enable()
  const bearer = { headers: { authorization: `Bearer ${other.token}` } }
  assert.equal((await fetch(`${scene.base}/ssf/streams`, bearer)).status, 404)
  assert.equal((await waitingRows(otherStream)).length, 1)
})

test('events are signed by RS256, also where the tokens of the pool are by PS256', async () => {
  await scene.standards({ ...standards, PS256: true })
  const receiver = await startReceiver(scene)
  assert.equal(decodeProtectedHeader(receiver.token).alg, 'PS256')
  const stream = await receiver.create()
  await disable()
  await enable()
  const { events, body } = await receiver.poll(stream)
  assert.ok(events.some(({ type }) => type === `${risc}account-enabled`))
  for (const token of Object.values<string>(body.sets)) assert.equal(decodeProtectedHeader(token).alg, 'RS256')
  await scene.standards(standards)
})

test('pushes go to public addresses over TLS alone', async () => {
  const hosts = { 'receiver.example.com': new URL(pushUrl).origin }
  const strict = await startScene(standards, {}, { allowPrivateAddresses: false, identityProviderHosts: hosts })
  try {
    const receiver = await startReceiver(strict)
    for (const endpoint_url of [pushUrl, 'http://receiver.example.com/', 'https://receiver.example.com:22/']) {
      const delivery = { method: push, endpoint_url }
      assert.equal((await receiver.call('POST', 'configuration_endpoint', { delivery })).status, 400, endpoint_url)
    }
    // A public name may lead to a private address: what counts is where the connection goes.
    const endpoint_url = 'https://receiver.example.com/events'
    const stream = await receiver.create({ delivery: { method: push, endpoint_url } })
    pushed = []
    await strict.server.cognito.adminEnableUser({ UserPoolId: strict.poolId, Username: 'ann' })
    const { ctx } = strict.server
    const failed = () =>
      ctx.db
        .selectFrom('notices')
        .select('id')
        .where('stream_id', '=', stream)
        .where('attempts', '>', 0)
        .where('next_attempt_at', '<', new Date(ctx.clock.now().getTime() + 10_000))
        .executeTakeFirst()
    for (let waited = 0; !(await failed()); waited += 20) {
      assert.ok(waited < 8000, 'the push has not failed')
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    // Streams of other tests may still be sending.
    assert.deepEqual(
      pushed.filter(({ text }) => decodeJwt(text).iss!.endsWith(strict.poolId)),
      [],
    )
  } finally {
    await strict.server.close()
  }
})
