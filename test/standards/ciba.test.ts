import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import * as oidc from 'openid-client'
import { type Browser, createBrowser } from '../oauth/browser.ts'
import { formIn, sendForm, signInByForm } from '../oauth/login-form.ts'
import { askToken, callback, claimsOf } from '../oauth/setup.ts'
import { authorizeUrl, credentials, type Scene, startScene } from './scene.ts'

const grant_type = 'urn:openid:params:grant-type:ciba'
const eve = { username: 'eve', password: 'Correct-horse-2' }

interface Client {
  id: string
  secret: string
}

let scene: Scene
let keys: Awaited<ReturnType<typeof generateKeyPair>>
let app: Client
let pinged: Client
let other: Client
let receiver: Server
let pings: { authorization: string | undefined; type: string | undefined; body: string }[]
let failures = 0

before(async () => {
  scene = await startScene({ Profile: 'standard', BackchannelAuthentication: true, RequestObjects: true })
  receiver = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    if (failures-- > 0) return response.writeHead(503).end()
    const { authorization, 'content-type': type } = request.headers
    pings.push({ authorization, type, body })
    return response.writeHead(204).end()
  })
  await new Promise<void>((resolve) => receiver.listen(0, 'localhost', resolve))
  keys = await generateKeyPair('ES256')
  const Jwks = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'ES256' }] }
  const polls = { BackchannelTokenDeliveryMode: 'poll' } as const
  app = await scene.client({ GenerateSecret: true, ClientName: 'Bank' }, { ...polls, Jwks })
  other = await scene.client({ GenerateSecret: true, PreventUserExistenceErrors: 'ENABLED' }, polls)
  pinged = await scene.client(
    { GenerateSecret: true },
    {
      BackchannelTokenDeliveryMode: 'ping',
      BackchannelClientNotificationEndpoint: `http://localhost:${(receiver.address() as AddressInfo).port}/ping`,
    },
  )
  await addUser(eve, { email: 'eve@example.com', email_verified: 'true' })
})
beforeEach(() => {
  pings = []
  failures = 0
  // Quotas of the hour are not what most of these tests are about.
  scene.server.clock.advance({ minutes: 61 })
})
after(async () => {
  receiver?.close()
  await scene.server.close()
})

async function addUser({ username, password }: typeof eve, attributes: Record<string, string>): Promise<void> {
  await scene.server.cognito.adminCreateUser({
    UserPoolId: scene.poolId,
    Username: username,
    MessageAction: 'SUPPRESS',
    UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
  })
  await scene.server.cognito.adminSetUserPassword({
    UserPoolId: scene.poolId,
    Username: username,
    Password: password,
    Permanent: true,
  })
}

interface Begun {
  auth_req_id: string
  expires_in: number
  interval: number
  error?: string
  error_description?: string
}

async function send(form: Record<string, string>, { id, secret }: Client = app): Promise<Begun & { status: number }> {
  const body = new URLSearchParams({ client_id: id, ...(secret && { client_secret: secret }), ...form })
  const response = await fetch(`${scene.base}/oauth2/bc-authorize`, { method: 'POST', body })
  return { status: response.status, ...((await response.json()) as Begun) }
}

const begin = (form: Record<string, string> = {}, client: Client = app) =>
  send({ scope: 'openid email', login_hint: 'ann', ...form }, client)

/** As an app that waits as long as it was told to. */
function poll(auth_req_id: string, { id, secret }: Client = app, seconds = 5) {
  scene.server.clock.advance({ seconds })
  return askToken(scene.base, { grant_type, auth_req_id, client_id: id, client_secret: secret })
}

const mailTo = (to: string) => scene.server.ctx.inbox!.list({ to }).length

/** The link in the newest mail to a user. */
async function linkTo(to = 'ann@example.com', before = 0): Promise<URL> {
  for (let waited = 0; mailTo(to) <= before; waited += 20) {
    assert.ok(waited < 8000, 'no mail came')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const { body } = scene.server.ctx.inbox!.list({ to }).at(-1)!
  const href = /href="([^"]*)"/.exec(body)?.[1] ?? /https?:\S+?(?=[\s)]|$)/.exec(body)?.[0]
  assert.ok(href, body)
  return new URL(href.replaceAll('&amp;', '&'))
}

/** Waits for the mails of earlier requests, so that none of them is taken for the next one. */
async function allSent(): Promise<void> {
  const { db } = scene.server.ctx
  const queued = () => db.selectFrom('outbox').select('id').where('state', '=', 'queued').execute()
  for (let waited = 0; (await queued()).length > 0; waited += 20) {
    assert.ok(waited < 8000, 'a mail stays')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Begins, and answers with the link that the user gets. */
async function beginWithLink(form: Record<string, string> = {}, client = app): Promise<{ begun: Begun; link: URL }> {
  await allSent()
  const before = mailTo('ann@example.com')
  const begun = await begin(form, client)
  assert.equal(begun.error, undefined, begun.error_description)
  return { begun, link: await linkTo('ann@example.com', before) }
}

const isApproval = ({ pathname, searchParams }: URL) => pathname.endsWith('/approve') && !searchParams.has('code')

/** From the link to the page that asks, by way of the login form where nobody is signed in. */
async function toPage(browser: Browser, link: URL, as = credentials): Promise<URL> {
  const first = await browser.get(link.href)
  if (first.status !== 303) return link
  const login = await browser.follow(new URL(first.headers.get('location')!, link).href, (at) =>
    at.pathname.endsWith('/login'),
  )
  const done = await sendForm(browser, login, as)
  assert.equal(done.status, 303, await done.text())
  return browser.follow(new URL(done.headers.get('location')!, login).href, isApproval)
}

async function answer(browser: Browser, link: URL, how: 'allow' | 'deny', as = credentials): Promise<string> {
  return (await sendForm(browser, await toPage(browser, link, as), { answer: how })).text()
}

const configOf = ({ id, secret }: Client) =>
  oidc.discovery(new URL(scene.base), id, secret, undefined, { execute: [oidc.allowInsecureRequests] })

test('openid-client asks for a user, who allows it by the link in the mail, and polls for the tokens', async () => {
  const config = await configOf(app)
  assert.deepEqual(config.serverMetadata().backchannel_token_delivery_modes_supported, ['poll', 'ping'])
  assert.equal(config.serverMetadata().backchannel_user_code_parameter_supported, false)
  const before = mailTo('ann@example.com')
  const begun = await oidc.initiateBackchannelAuthentication(config, {
    scope: 'openid email',
    login_hint: 'ann',
    binding_message: 'Pay 12 € <b>now</b>',
  })
  assert.equal(begun.expires_in, 600)
  const link = await linkTo('ann@example.com', before)
  assert.ok(link.href.startsWith(`${scene.base}/approve?`))
  const browser = createBrowser()
  const page = await toPage(browser, link)
  const html = await (await browser.get(page.href)).text()
  assert.match(html, /Allow the request from Bank\?/)
  assert.match(html, /Pay 12 € &lt;b&gt;now&lt;\/b&gt;/)
  assert.match(html, /See your email address/)
  assert.match(html, /You’re signed in as ann@example\.com/)
  assert.match(await answer(browser, page, 'allow'), /You’ve allowed the request/)
  const tokens = await oidc.pollBackchannelAuthenticationGrant(config, { ...begun, interval: 1 })
  assert.equal(tokens.claims()!.sub, scene.sub)
  assert.equal((await oidc.fetchUserInfo(config, tokens.access_token, scene.sub)).email, 'ann@example.com')
  await oidc.refreshTokenGrant(config, tokens.refresh_token!)
})

test('an app polls, is told to slow down, and gets its tokens once', async () => {
  const { begun, link } = await beginWithLink()
  assert.equal((await poll(begun.auth_req_id)).body.error, 'authorization_pending')
  assert.equal((await poll(begun.auth_req_id, app, 1)).body.error, 'slow_down')
  assert.equal((await poll(begun.auth_req_id)).body.error, 'authorization_pending')
  await answer(createBrowser(), link, 'allow')
  const form = { grant_type, auth_req_id: begun.auth_req_id, client_id: app.id, client_secret: app.secret }
  const answers = await Promise.all(Array.from({ length: 5 }, () => askToken(scene.base, form)))
  const [taken, ...more] = answers.filter(({ status }) => status === 200)
  assert.equal(more.length, 0)
  assert.deepEqual(claimsOf(taken!.body.id_token!).amr, ['pwd'])
  assert.equal(claimsOf(taken!.body.id_token!).aud, app.id)
  assert.equal((await poll(begun.auth_req_id)).body.error, 'invalid_grant')
})

test('an answer is there at once, however recently the app has polled', async () => {
  for (const how of ['allow', 'deny'] as const) {
    const { begun, link } = await beginWithLink()
    assert.equal((await poll(begun.auth_req_id)).body.error, 'authorization_pending')
    await answer(createBrowser(), link, how)
    const { status, body } = await poll(begun.auth_req_id, app, 0)
    assert.deepEqual([status, body.error], how === 'allow' ? [200, undefined] : [400, 'access_denied'])
  }
})

test('what the user denies, nobody gets, and no later answer counts', async () => {
  const { begun, link } = await beginWithLink()
  const browser = createBrowser()
  const page = await toPage(browser, link)
  const { action, hidden } = formIn(await (await browser.get(page.href)).text())
  const denied = await browser.post(new URL(action, page).href, { ...hidden, answer: 'deny' })
  assert.match(await denied.text(), /haven’t allowed/)
  const again = await browser.post(new URL(action, page).href, { ...hidden, answer: 'allow' })
  assert.equal(again.status, 400)
  assert.equal((await poll(begun.auth_req_id)).body.error, 'access_denied')
})

test('of two answers at once one counts', async () => {
  const { begun, link } = await beginWithLink()
  const browser = createBrowser()
  const page = await toPage(browser, link)
  const { action, hidden } = formIn(await (await browser.get(page.href)).text())
  const answers = ['deny', 'allow', 'allow', 'deny'].map((one) =>
    browser.post(new URL(action, page).href, { ...hidden, answer: one }),
  )
  const statuses = (await Promise.all(answers)).map(({ status }) => status)
  assert.equal(statuses.filter((status) => status === 200).length, 1)
  assert.notEqual((await poll(begun.auth_req_id)).body.error, 'authorization_pending')
})

test('a request ends when the app has said, and half an hour later at most', async () => {
  const { begun, link } = await beginWithLink({ requested_expiry: '30' })
  assert.equal(begun.expires_in, 30)
  const browser = createBrowser()
  const page = await toPage(browser, link)
  const { action, hidden } = formIn(await (await browser.get(page.href)).text())
  scene.server.clock.advance({ seconds: 31 })
  assert.equal((await poll(begun.auth_req_id)).body.error, 'expired_token')
  const late = await browser.post(new URL(action, page).href, { ...hidden, answer: 'allow' })
  assert.equal(late.status, 400)
  assert.equal((await poll(begun.auth_req_id)).body.error, 'expired_token')
  assert.equal((await begin({ requested_expiry: '999999' })).expires_in, 1800)
  for (const requested_expiry of ['0', '-5', '1.5', 'x', ''])
    assert.equal((await begin({ requested_expiry })).error, 'invalid_request')
})

test('an auth_req_id works only for its own app', async () => {
  const { begun, link } = await beginWithLink()
  await answer(createBrowser(), link, 'allow')
  assert.equal((await poll(begun.auth_req_id, other)).body.error, 'invalid_grant')
  assert.equal((await poll('x')).body.error, 'invalid_grant')
  assert.equal((await poll('')).body.error, 'invalid_request')
  assert.equal(
    (await askToken(scene.base, { grant_type, auth_req_id: begun.auth_req_id, client_id: app.id })).status,
    401,
  )
  assert.equal((await poll(begun.auth_req_id)).status, 200)
})

test('nobody else answers in the user’s place, whoever has the link', async () => {
  const { begun, link } = await beginWithLink({ binding_message: 'W4SCT' })
  const browser = createBrowser()
  const page = await toPage(browser, link, eve)
  const shown = await browser.get(page.href)
  const html = await shown.text()
  assert.equal(shown.status, 403)
  assert.match(html, /You’re signed in as eve@example\.com, but this request is for another account/)
  assert.ok(!/W4SCT|ann@|name="answer"/.test(html))
  // Nor with the form of a request of her own.
  const before = mailTo('eve@example.com')
  await begin({ login_hint: 'eve' })
  const own = await toPage(browser, await linkTo('eve@example.com', before), eve)
  const { hidden } = formIn(await (await browser.get(own.href)).text())
  assert.equal((await browser.post(link.href, { ...hidden, answer: 'allow' })).status, 403)
  assert.equal((await poll(begun.auth_req_id)).body.error, 'authorization_pending')
  // The right user can sign in from there.
  const next = await toPage(browser, new URL(`${link.href}&again=1`))
  assert.match(await answer(browser, next, 'allow'), /allowed/)
  assert.equal(claimsOf((await poll(begun.auth_req_id)).body.id_token!).sub, scene.sub)
})

test('no other site answers in the user’s place', async () => {
  const { begun, link } = await beginWithLink()
  const browser = createBrowser()
  const page = await toPage(browser, link)
  const { hidden } = formIn(await (await browser.get(page.href)).text())
  assert.equal((await browser.post(page.href, { answer: 'allow' })).status, 403)
  assert.equal((await browser.post(page.href, { ...hidden, _csrf: 'AAAA', answer: 'allow' })).status, 403)
  // Nor does somebody who is not signed in.
  assert.equal((await createBrowser().post(page.href, { ...hidden, answer: 'allow' })).status, 303)
  assert.equal((await poll(begun.auth_req_id)).body.error, 'authorization_pending')
})

test('opening the link or following it allows nothing', async () => {
  const { begun, link } = await beginWithLink()
  const browser = createBrowser()
  const page = await toPage(browser, link)
  await browser.get(`${page.href}&answer=allow`)
  assert.equal((await poll(begun.auth_req_id)).body.error, 'authorization_pending')
})

test('an app that is pinged is told of the answer with its own token, again after a failure, and not what it is', async () => {
  failures = 1
  const client_notification_token = '8d67dc78-7faa-4d41-aabd-67707b374255'
  const { begun, link } = await beginWithLink({ client_notification_token }, pinged)
  await answer(createBrowser(), link, 'allow')
  const failed = () =>
    scene.server.ctx.db
      .selectFrom('notices')
      .select('id')
      .where('attempts', '>', 0)
      .where('next_attempt_at', '<', new Date(scene.server.ctx.clock.now().getTime() + 10_000))
      .executeTakeFirst()
  for (let waited = 0; !(await failed()); waited += 20) {
    assert.ok(waited < 8000, 'no ping has failed')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const kept = await scene.server.ctx.db.selectFrom('notices').selectAll().execute()
  assert.ok(!JSON.stringify(kept).includes(client_notification_token))
  assert.ok(!JSON.stringify(kept).includes(begun.auth_req_id))
  scene.server.clock.advance({ seconds: 4 })
  for (let waited = 0; pings.length === 0; waited += 20) {
    assert.ok(waited < 8000, 'no ping came')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  assert.deepEqual(pings, [
    {
      authorization: `Bearer ${client_notification_token}`,
      type: 'application/json',
      body: JSON.stringify({ auth_req_id: begun.auth_req_id }),
    },
  ])
  assert.equal((await poll(begun.auth_req_id, pinged)).status, 200)
})

test('a pinged app has to send a token that can stand in a header', async () => {
  assert.equal((await begin({}, pinged)).error, 'invalid_request')
  for (const client_notification_token of ['', 'a b', 'a\r\nX: y', 'x'.repeat(1025), 'é'])
    assert.equal((await begin({ client_notification_token }, pinged)).error, 'invalid_request')
})

test('an app names its user by one hint: a name, an alias or an ID token of its own', async () => {
  assert.equal((await begin({ login_hint: scene.sub })).status, 200)
  const { error, error_description } = await send({ scope: 'openid', login_hint_token: 'x' })
  assert.deepEqual([error, error_description], ['invalid_request', 'login_hint_token is not supported'])
  assert.equal((await send({ scope: 'openid' })).error, 'invalid_request')
  assert.equal((await begin({ id_token_hint: 'x' })).error, 'invalid_request')
  const { begun, link } = await beginWithLink()
  await answer(createBrowser(), link, 'allow')
  const id_token_hint = (await poll(begun.auth_req_id)).body.id_token!
  assert.equal((await send({ scope: 'openid', id_token_hint })).status, 200)
  assert.equal((await send({ scope: 'openid', id_token_hint }, other)).error, 'invalid_request')
  assert.equal((await send({ scope: 'openid', id_token_hint: `${id_token_hint}x` })).error, 'invalid_request')
})

test('a user who is unknown, disabled or not confirmed is told apart only where the app may know', async () => {
  await scene.server.cognito.adminCreateUser({ UserPoolId: scene.poolId, Username: 'off', MessageAction: 'SUPPRESS' })
  await scene.server.cognito.adminDisableUser({ UserPoolId: scene.poolId, Username: 'off' })
  for (const login_hint of ['nobody', 'off']) {
    assert.equal((await begin({ login_hint })).error, 'unknown_user_id')
    const hidden = await begin({ login_hint }, other)
    const known = await begin({}, other)
    assert.deepEqual(
      { ...hidden, auth_req_id: hidden.auth_req_id.length },
      { ...known, auth_req_id: known.auth_req_id.length },
    )
    assert.equal((await poll(hidden.auth_req_id, other)).body.error, 'authorization_pending')
    scene.server.clock.advance({ seconds: 600 })
    assert.equal((await poll(hidden.auth_req_id, other)).body.error, 'expired_token')
    assert.equal((await poll(known.auth_req_id, other)).body.error, 'expired_token')
  }
})

test('nobody is flooded: one app asks one user twenty times an hour, by whatever name', async () => {
  await addUser(
    { username: 'flooded', password: 'Correct-horse-3' },
    { email: 'flooded@example.com', email_verified: 'true' },
  )
  const { UserAttributes } = await scene.server.cognito.adminGetUser({ UserPoolId: scene.poolId, Username: 'flooded' })
  const sub = UserAttributes!.find(({ Name }) => Name === 'sub')!.Value!
  const ask = async (login_hint: string) => (await begin({ login_hint }, other)).status
  for (let count = 0; count < 20; count++) assert.equal(await ask('flooded'), 200)
  assert.equal(await ask('flooded'), 429)
  assert.equal(await ask('FLOODED'), 429)
  // By another name it looks as if she were asked, as it would for somebody who does not exist.
  assert.equal(await ask(sub), 200)
  await scene.server.message({ to: 'flooded@example.com' })
  const sent = await scene.server.ctx.db.selectFrom('outbox').select('id').where('user_id', '=', sub).execute()
  assert.equal(sent.length, 20)
  for (let count = 0; count < 20; count++) assert.equal(await ask('nobody-else'), 200)
  assert.equal(await ask('nobody-else'), 429)
  // Others are not kept from asking her, nor is she out of reach an hour later.
  assert.equal((await begin({ login_hint: 'flooded' })).status, 200)
  scene.server.clock.advance({ minutes: 61 })
  assert.equal(await ask('flooded'), 200)
})

test('what an app sends is checked before anybody is asked', async () => {
  const before = mailTo('ann@example.com')
  assert.equal((await begin({ user_code: '1234' })).error, 'invalid_request')
  assert.equal((await begin({ scope: 'email' })).error, 'invalid_scope')
  assert.equal((await begin({ scope: 'openid what' })).error, 'invalid_scope')
  assert.equal((await send({ login_hint: 'ann' })).error, 'invalid_request')
  assert.equal((await begin({ resource: 'not a url' })).error, 'invalid_target')
  for (const binding_message of ['', 'x'.repeat(129), 'two\nlines', 'left\u202eright', 'zero\u200bwidth'])
    assert.equal((await begin({ binding_message })).error, 'invalid_binding_message', binding_message)
  assert.equal((await begin({ login_hint: '' })).error, 'invalid_request')
  assert.equal((await begin({ login_hint: 'x'.repeat(257) })).error, 'invalid_request')
  assert.equal(mailTo('ann@example.com'), before)
})

test('only an app that is set up for it and proves who it is may ask', async () => {
  const unset = await scene.client({ GenerateSecret: true })
  assert.equal((await begin({}, unset)).error, 'unauthorized_client')
  assert.equal((await poll('x', unset)).body.error, 'unauthorized_client')
  const polls = { BackchannelTokenDeliveryMode: 'poll' } as const
  const open = await scene.client({}, polls)
  assert.equal((await begin({}, open)).error, 'unauthorized_client')
  const off = await scene.client({ GenerateSecret: true }, { ...polls, BackchannelAuthentication: false })
  assert.equal((await begin({}, off)).error, 'unauthorized_client')
  assert.equal((await poll('x', off)).body.error, 'unsupported_grant_type')
  const implicit = await scene.client({ GenerateSecret: true, AllowedOAuthFlows: ['implicit'] }, polls)
  assert.equal((await begin({}, implicit)).error, 'unauthorized_client')
  const wrong = await begin({}, { ...app, secret: 'wrong' })
  assert.deepEqual([wrong.status, wrong.error], [401, 'invalid_client'])
})

test('the mode push is refused, and an address goes with the mode ping', async () => {
  const put = (Standards: object) =>
    scene.admin.putClientExtensions({ UserPoolId: scene.poolId, ClientId: other.id, Extensions: { Standards } })
  const invalid = { name: 'InvalidParameterException' }
  await assert.rejects(put({ BackchannelTokenDeliveryMode: 'push' }), invalid)
  await assert.rejects(put({ BackchannelTokenDeliveryMode: 'ping' }), invalid)
  const uri = 'https://app.example.com/ping'
  await assert.rejects(
    put({ BackchannelTokenDeliveryMode: 'poll', BackchannelClientNotificationEndpoint: uri }),
    invalid,
  )
  await assert.rejects(
    put({ BackchannelTokenDeliveryMode: 'ping', BackchannelClientNotificationEndpoint: 'ftp://app.example.com' }),
    invalid,
  )
})

test('a signed request counts alone; one that is forged, old or without its times is refused', async () => {
  const now = Math.floor(scene.server.clock.now().getTime() / 1000)
  const claims = { iss: app.id, aud: scene.base, iat: now, nbf: now, exp: now + 60, jti: 'j1' }
  const asked = { scope: 'openid', login_hint: 'ann', requested_expiry: 77 }
  const sign = (payload: object, key = keys.privateKey) =>
    new SignJWT({ ...payload }).setProtectedHeader({ alg: 'ES256', kid: 'k1' }).sign(key)
  const request = await sign({ ...claims, ...asked })
  assert.equal((await send({ request, requested_expiry: '99', login_hint: 'eve' })).expires_in, 77)
  const foreign = await sign({ ...claims, ...asked }, (await generateKeyPair('ES256')).privateKey)
  const old = await sign({ ...claims, ...asked, exp: now - 60 })
  const untimed = await sign({ ...claims, ...asked, nbf: undefined })
  const long = await sign({ ...claims, ...asked, exp: now + 4200 })
  const stale = await sign({ ...claims, ...asked, nbf: now - 4200, exp: now - 4200 + 3600 * 2 })
  const withdrawn = await sign({ ...claims, ...asked, nbf: now - 4200, exp: now - 600 })
  for (const refused of [foreign, old, untimed, long, stale, withdrawn, 'x', ''])
    assert.equal((await send({ request: refused, ...asked, requested_expiry: '9' })).error, 'invalid_request')
})

test('an app that has to sign its requests asks for nobody otherwise', async () => {
  const Jwks = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'ES256' }] }
  const signing = await scene.client(
    { GenerateSecret: true },
    { Jwks, BackchannelTokenDeliveryMode: 'poll', RequireSignedRequestObject: true },
  )
  assert.equal((await begin({}, signing)).error, 'invalid_request')
  const now = Math.floor(scene.server.clock.now().getTime() / 1000)
  const times = { iat: now, nbf: now, exp: now + 60, jti: 'j2' }
  const request = await new SignJWT({ iss: signing.id, aud: scene.base, ...times, scope: 'openid', login_hint: 'ann' })
    .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
    .sign(keys.privateKey)
  assert.equal((await send({ request }, signing)).status, 200)
})

test('the audience of an assertion is the issuer, the token endpoint or this one', async () => {
  const statusFor = async (aud: string) => {
    const client_assertion = await new SignJWT({ iss: app.id, sub: app.id, aud, jti: crypto.randomUUID() })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .setExpirationTime(Math.floor(scene.server.clock.now().getTime() / 1000) + 60)
      .sign(keys.privateKey)
    const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
    const form = { client_assertion, client_assertion_type, scope: 'openid', login_hint: 'ann' }
    return (await send(form, { id: app.id, secret: '' })).status
  }
  for (const aud of [scene.base, `${scene.base}/oauth2/token`, `${scene.base}/oauth2/bc-authorize`])
    assert.equal(await statusFor(aud), 200, aud)
  for (const aud of [`${scene.base}/oauth2/par`, `${scene.base}/token`, 'https://else.example.com/oauth2/token'])
    assert.equal(await statusFor(aud), 401, aud)
})

test('the user finds the request on the account page as well', async () => {
  const { link } = await beginWithLink({ binding_message: 'Order 4711' })
  const browser = createBrowser()
  await toPage(browser, link)
  const html = await (await browser.get(`${scene.base}/account`)).text()
  assert.match(html, /Waiting for your approval/)
  assert.match(html, /Order 4711/)
  assert.ok(html.includes(link.searchParams.get('request')!))
  await answer(browser, link, 'deny')
  assert.doesNotMatch(await (await browser.get(`${scene.base}/account`)).text(), /Order 4711/)
})

test('a sign-out everywhere takes back an approval that the app has not used', async () => {
  const { begun, link } = await beginWithLink()
  await answer(createBrowser(), link, 'allow')
  await scene.server.cognito.adminUserGlobalSignOut({ UserPoolId: scene.poolId, Username: 'ann' })
  assert.equal((await poll(begun.auth_req_id)).body.error, 'invalid_grant')
})

test('the message is in the user’s language, and a text message where only the phone is verified', async () => {
  const phone = { phone_number: '+15555550177', phone_number_verified: 'true', locale: 'de-AT' }
  await addUser({ username: 'max', password: 'Correct-horse-4' }, { ...phone, email: 'max@example.com' })
  await begin({ login_hint: 'max' })
  const { body } = await scene.server.message({ to: '+15555550177', medium: 'SMS' })
  assert.match(body, /^Bank bittet um Ihre Zustimmung\. http/)
  await addUser(
    { username: 'mia', password: 'Correct-horse-5' },
    { email: 'mia@example.com', email_verified: 'true', locale: 'fr' },
  )
  await begin({ login_hint: 'mia', binding_message: 'not in the mail' })
  const mail = await scene.server.message({ to: 'mia@example.com' })
  assert.equal(mail.subject, 'Bank demande votre accord')
  assert.doesNotMatch(mail.body, /not in the mail/)
  // Somebody whom no message reaches is asked on the account page.
  await addUser({ username: 'moe', password: 'Correct-horse-6' }, { email: 'moe@example.com' })
  assert.equal((await begin({ login_hint: 'moe' })).status, 200)
})

test('a request of one pool is nothing in another', async () => {
  const { begun, link } = await beginWithLink()
  const { UserPool } = await scene.server.cognito.createUserPool({ PoolName: 'elsewhere' })
  const UserPoolId = UserPool!.Id!
  await scene.admin.putUserPoolExtensions({
    UserPoolId,
    Extensions: { Standards: { Profile: 'standard', BackchannelAuthentication: true } },
  })
  const elsewhere = `${scene.server.url}/${UserPoolId}`
  assert.equal((await fetch(`${elsewhere}/approve${link.search}`, { redirect: 'manual' })).status, 400)
  const body = { grant_type, auth_req_id: begun.auth_req_id, client_id: app.id, client_secret: app.secret }
  assert.equal((await askToken(elsewhere, body)).body.error, 'invalid_client')
})

test('an app comes back to our own page for an approval alone', async () => {
  const query = { client_id: app.id, redirect_uri: `${scene.base}/approve/x`, response_type: 'code', scope: 'openid' }
  assert.equal((await fetch(authorizeUrl(scene, query), { redirect: 'manual' })).status, 400)
  const back = await fetch(`${scene.base}/approve?code=x&state=unknown`, { redirect: 'manual' })
  assert.equal(back.status, 400)
  // A browser that comes back without a session is not sent round in circles.
  const { link } = await beginWithLink()
  const state = link.searchParams.get('request')!
  assert.equal((await fetch(`${scene.base}/approve?code=x&state=${state}`, { redirect: 'manual' })).status, 400)
})

test('who is signed in to another app of the pool answers without a new sign-in', async () => {
  const browser = createBrowser()
  const query = { client_id: other.id, redirect_uri: callback, response_type: 'code', scope: 'openid' }
  await signInByForm(browser, new URL(authorizeUrl(scene, query)), credentials)
  const { begun, link } = await beginWithLink()
  assert.equal((await browser.get(link.href)).status, 200)
  assert.match(await answer(browser, link, 'allow'), /allowed/)
  assert.equal((await poll(begun.auth_req_id)).status, 200)
})

test('an app of the FAPI profile asks with its key, and its tokens are bound', async () => {
  const fapi = await scene.client(
    { GenerateSecret: true },
    {
      Profile: 'fapi2',
      BackchannelAuthentication: true,
      BackchannelTokenDeliveryMode: 'poll',
      TokenEndpointAuthMethod: 'private_key_jwt',
      Jwks: { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k1' }] },
    },
  )
  const config = await oidc.discovery(
    new URL(scene.base),
    fapi.id,
    { [oidc.clockSkew]: Math.round((scene.server.clock.now().getTime() - Date.now()) / 1000) },
    oidc.PrivateKeyJwt(
      { key: keys.privateKey, kid: 'k1' },
      {
        [oidc.modifyAssertion](_, payload) {
          payload.aud = scene.base
        },
      },
    ),
    { execute: [oidc.allowInsecureRequests] },
  )
  const before = mailTo('ann@example.com')
  const begun = await oidc.initiateBackchannelAuthentication(config, { scope: 'openid', login_hint: 'ann' })
  await answer(createBrowser(), await linkTo('ann@example.com', before), 'allow')
  const DPoP = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256'))
  const quick = { ...begun, interval: 1 }
  await assert.rejects(oidc.pollBackchannelAuthenticationGrant(config, quick), /./)
  const tokens = await oidc.pollBackchannelAuthenticationGrant(config, quick, undefined, { DPoP })
  assert.equal(tokens.token_type, 'dpop')
  assert.equal((await begin({}, fapi)).error, 'invalid_client')
})

test('where it is not on there is neither endpoint nor page nor grant', async () => {
  await scene.standards({ Profile: 'standard' })
  assert.equal((await fetch(`${scene.base}/oauth2/bc-authorize`, { method: 'POST' })).status, 404)
  assert.equal((await fetch(`${scene.base}/approve?request=x`)).status, 404)
  assert.equal((await poll('x')).body.error, 'unsupported_grant_type')
  const metadata = (await (await fetch(`${scene.base}/.well-known/openid-configuration`)).json()) as object
  assert.ok(!JSON.stringify(metadata).includes('backchannel_auth'))
})
