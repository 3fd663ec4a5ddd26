import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { exportJWK, generateKeyPair } from 'jose'
import * as oidc from 'openid-client'
import { type Browser, createBrowser } from '../oauth/browser.ts'
import { formIn, sendForm, signInByForm } from '../oauth/login-form.ts'
import { askToken, callback, claimsOf } from '../oauth/setup.ts'
import { authorizeUrl, credentials, type Scene, startScene } from './scene.ts'

const grant_type = 'urn:ietf:params:oauth:grant-type:device_code'

let scene: Scene
let app: { id: string; secret: string }
let other: { id: string; secret: string }

before(async () => {
  scene = await startScene({ Profile: 'standard', DeviceAuthorization: true }, {}, { trustProxy: 1 })
  app = await scene.client()
  other = await scene.client()
})
after(() => scene.server.close())

interface Begun {
  device_code: string
  user_code: string
  verification_uri: string
  verification_uri_complete: string
  expires_in: number
  interval: number
  error?: string
}

async function begin(form: Record<string, string> = {}): Promise<Begun> {
  const body = new URLSearchParams({ client_id: app.id, scope: 'openid email', ...form })
  const response = await fetch(`${scene.base}/oauth2/device_authorization`, { method: 'POST', body })
  return (await response.json()) as Begun
}

/** As a device that waits as long as it was told to. */
function poll(device_code: string, client_id = app.id, seconds = 5) {
  scene.server.clock.advance({ seconds })
  return askToken(scene.base, { grant_type, device_code, client_id })
}

/** From the code to the page that asks, by way of the login form. */
async function toConfirm(browser: Browser, { verification_uri, user_code }: Begun): Promise<URL> {
  const typed = await sendForm(browser, new URL(verification_uri), { user_code })
  assert.equal(typed.status, 303, await typed.text())
  const next = new URL(typed.headers.get('location')!, verification_uri)
  const at = await browser.follow(
    next.href,
    ({ pathname }) => pathname.endsWith('/login') || pathname.endsWith('/device'),
  )
  if (at.pathname.endsWith('/device')) return at
  const done = await sendForm(browser, at, credentials)
  return browser.follow(new URL(done.headers.get('location')!, at).href, ({ pathname }) => pathname.endsWith('/device'))
}

test('openid-client signs in on a device whose user types a code elsewhere', async () => {
  const config = await oidc.discovery(new URL(scene.base), app.id, undefined, oidc.None(), {
    execute: [oidc.allowInsecureRequests],
  })
  const begun = await oidc.initiateDeviceAuthorization(config, { scope: 'openid email' })
  assert.match(begun.user_code, /^[B-Z]{4}-[B-Z]{4}$/)
  assert.equal(begun.expires_in, 600)
  const browser = createBrowser()
  const confirm = await toConfirm(browser, begun as Begun)
  const html = await (await browser.get(confirm.href)).text()
  assert.ok(html.includes(begun.user_code))
  assert.match(html, /ann@example\.com/)
  const done = await sendForm(browser, confirm, { answer: 'allow' })
  assert.match(await done.text(), /Your device is connected/)
  const tokens = await oidc.pollDeviceAuthorizationGrant(config, { ...begun, interval: 1 })
  assert.equal(tokens.claims()!.sub, scene.sub)
  assert.equal((await oidc.fetchUserInfo(config, tokens.access_token, scene.sub)).email, 'ann@example.com')
  await oidc.refreshTokenGrant(config, tokens.refresh_token!)
})

test('a device polls, is told to slow down, and gets its tokens once', async () => {
  const begun = await begin()
  assert.equal((await poll(begun.device_code)).body.error, 'authorization_pending')
  assert.equal((await poll(begun.device_code, app.id, 1)).body.error, 'slow_down')
  assert.equal((await poll(begun.device_code)).body.error, 'authorization_pending')
  const browser = createBrowser()
  await sendForm(browser, await toConfirm(browser, begun), { answer: 'allow' })
  scene.server.clock.advance({ seconds: 5 })
  const form = { grant_type, device_code: begun.device_code, client_id: app.id }
  const answers = await Promise.all(Array.from({ length: 5 }, () => askToken(scene.base, form)))
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  assert.equal((await poll(begun.device_code)).body.error, 'invalid_grant')
})

test('what the user does not allow, nobody gets', async () => {
  const begun = await begin()
  const browser = createBrowser()
  const confirm = await toConfirm(browser, begun)
  const { action, hidden } = formIn(await (await browser.get(confirm.href)).text())
  const denied = await browser.post(new URL(action, confirm).href, { ...hidden, answer: 'deny' })
  assert.match(await denied.text(), /isn’t connected/)
  assert.equal((await poll(begun.device_code)).body.error, 'access_denied')
  const again = await browser.post(new URL(action, confirm).href, { ...hidden, answer: 'allow' })
  assert.equal(again.status, 400)
  assert.equal((await poll(begun.device_code)).body.error, 'access_denied')
})

test('after ten minutes a code is nobody’s', async () => {
  const begun = await begin()
  const browser = createBrowser()
  const confirm = await toConfirm(browser, begun)
  const { action, hidden } = formIn(await (await browser.get(confirm.href)).text())
  scene.server.clock.advance({ seconds: 601 })
  assert.equal((await poll(begun.device_code)).body.error, 'expired_token')
  const late = await browser.post(new URL(action, confirm).href, { ...hidden, answer: 'allow' })
  assert.equal(late.status, 400)
  assert.equal((await poll(begun.device_code)).body.error, 'expired_token')
})

test('a device code works only for its own app', async () => {
  const begun = await begin()
  assert.equal((await poll(begun.device_code, other.id)).body.error, 'invalid_grant')
  assert.equal((await poll('x')).body.error, 'invalid_grant')
  assert.equal((await askToken(scene.base, { grant_type, client_id: app.id })).body.error, 'invalid_request')
})

test('an app that has to push or sign its requests has no devices, since they can do neither', async () => {
  const pushed = await scene.client({}, { RequirePushedAuthorizationRequests: true })
  const { publicKey } = await generateKeyPair('ES256')
  const signs = { RequestObjects: true, RequireSignedRequestObject: true, Jwks: { keys: [await exportJWK(publicKey)] } }
  const signed = await scene.client({}, signs as object)
  for (const { id } of [pushed, signed]) assert.equal((await begin({ client_id: id })).error, 'unauthorized_client')
})

test('scopes that the app may not have are refused, and a switched-off app has no devices', async () => {
  assert.equal((await begin({ scope: 'openid what' })).error, 'invalid_scope')
  const off = await scene.client({}, { DeviceAuthorization: false })
  assert.equal((await begin({ client_id: off.id })).error, 'unauthorized_client')
  assert.equal((await poll('x', off.id)).body.error, 'unsupported_grant_type')
  const implicit = await scene.client({ AllowedOAuthFlows: ['implicit'] })
  assert.equal((await begin({ client_id: implicit.id })).error, 'unauthorized_client')
})

test('a link alone allows nothing: the page only has the code typed, and asks', async () => {
  const begun = await begin()
  const browser = createBrowser()
  await toConfirm(browser, await begin())
  const html = await (await browser.get(begun.verification_uri_complete)).text()
  assert.ok(html.includes(begun.user_code))
  assert.ok(!/name="answer"/.test(html))
  assert.equal((await poll(begun.device_code)).body.error, 'authorization_pending')
})

test('no other site answers in the user’s place', async () => {
  const begun = await begin()
  const browser = createBrowser()
  const confirm = await toConfirm(browser, begun)
  const { hidden } = formIn(await (await browser.get(confirm.href)).text())
  const url = `${scene.base}/device`
  const answer = { user_code: begun.user_code, answer: 'allow' }
  assert.equal((await browser.post(url, answer)).status, 403)
  assert.equal((await browser.post(url, { ...answer, ...hidden, _csrf: 'AAAA' })).status, 403)
  // Nor does the token of another browser's form.
  const { hidden: foreign } = formIn(await (await createBrowser().get(url)).text())
  assert.equal((await browser.post(url, { ...hidden, ...answer, _csrf: foreign._csrf! })).status, 403)
  // Nor does somebody who is not signed in.
  const stranger = createBrowser()
  const { hidden: own } = formIn(await (await stranger.get(url)).text())
  assert.equal((await stranger.post(url, { ...own, ...answer })).status, 303)
  assert.equal((await poll(begun.device_code)).body.error, 'authorization_pending')
})

test('an answer counts only for the account that the page has shown', async () => {
  const begun = await begin()
  const browser = createBrowser()
  const confirm = await toConfirm(browser, begun)
  const url = `${scene.base}/device`
  const { hidden } = formIn(await (await browser.get(url)).text())
  const answer = { user_code: begun.user_code, answer: 'allow' }
  assert.equal((await browser.post(url, { ...hidden, ...answer })).status, 303)
  const { hidden: shown } = formIn(await (await browser.get(confirm.href)).text())
  // The same user, but in another session.
  const again = authorizeUrl(scene, {
    client_id: app.id,
    redirect_uri: callback,
    response_type: 'code',
    prompt: 'login',
  })
  await signInByForm(browser, new URL(again), credentials)
  assert.equal((await browser.post(url, { ...shown, ...answer })).status, 303)
  assert.equal((await poll(begun.device_code)).body.error, 'authorization_pending')
  const renewed = await toConfirm(browser, begun)
  assert.match(await (await sendForm(browser, renewed, { answer: 'allow' })).text(), /Your device is connected/)
})

test('codes are typed as people type, and guessed a few times only', async () => {
  const begun = await begin()
  const browser = createBrowser()
  const spoken = begun.user_code.toLowerCase().replace('-', ' ')
  const url = new URL(begun.verification_uri)
  assert.equal((await sendForm(browser, url, { user_code: spoken })).status, 303)
  const statuses: number[] = []
  for (let guess = 0; guess < 14; guess++)
    statuses.push((await sendForm(browser, url, { user_code: 'BBBB-BBBB' })).status)
  assert.equal(statuses[0], 400)
  assert.equal(statuses.at(-1), 429)
  assert.equal((await sendForm(browser, url, { user_code: begun.user_code })).status, 429)
  scene.server.clock.advance({ minutes: 16 })
  const fresh = await begin()
  assert.equal((await sendForm(browser, url, { user_code: fresh.user_code })).status, 303)
})

test('all of a /64 of IPv6 has the guesses of one address', async () => {
  const url = new URL((await begin()).verification_uri)
  const guess = async (address: string) =>
    (await sendForm(createBrowser({ 'x-forwarded-for': address }), url, { user_code: 'BBBB-BBBB' })).status
  const statuses: number[] = []
  for (let number = 0; number < 12; number++) statuses.push(await guess(`2001:db8:0:7::${number}`))
  assert.deepEqual([statuses[0], statuses.at(-1)], [400, 429])
  assert.equal(await guess('2001:db8:0:8::1'), 400)
})

test('values from the address are escaped', async () => {
  const page = await createBrowser().get(`${scene.base}/device?user_code=%22%3E%3Cscript%3E`)
  assert.ok(!(await page.text()).includes('"><script>'))
})

test('an app comes back to our own page for a device alone, and gets no code by it', async () => {
  const query = { client_id: app.id, redirect_uri: `${scene.base}/device/`, response_type: 'code', scope: 'openid' }
  const refused = await fetch(`${scene.base}/oauth2/authorize?${new URLSearchParams(query)}`, { redirect: 'manual' })
  assert.equal(refused.status, 400)
  const off = await scene.client({}, { DeviceAuthorization: false })
  const ofOff = { ...query, redirect_uri: `${scene.base}/device`, client_id: off.id }
  const response = await fetch(`${scene.base}/oauth2/authorize?${new URLSearchParams(ofOff)}`, { redirect: 'manual' })
  assert.equal(response.status, 400)
})

test('the code that comes back to the page is good for nothing', async () => {
  const browser = createBrowser()
  const at = await toConfirm(browser, await begin())
  const code = at.searchParams.get('code')!
  const codeForm = { grant_type: 'authorization_code', code, redirect_uri: `${scene.base}/device`, client_id: app.id }
  assert.equal((await askToken(scene.base, codeForm)).body.error, 'invalid_grant')
  const { db } = scene.server.ctx
  const codes = () => db.selectFrom('oauth_records').select('model').where('model', '=', 'AuthorizationCode').execute()
  const before = (await codes()).length
  await browser.get(at.href)
  assert.equal((await codes()).length, before - 1)
})

test('tokens of a device say who has signed in', async () => {
  const begun = await begin()
  const browser = createBrowser()
  await sendForm(browser, await toConfirm(browser, begun), { answer: 'allow' })
  const { body } = await poll(begun.device_code)
  const claims = claimsOf(body.id_token!)
  assert.deepEqual(claims.amr, ['pwd'])
  assert.equal(claims.aud, app.id)
  assert.equal(claims.email, 'ann@example.com')
})

test('where it is not on there is neither endpoint nor page', async () => {
  await scene.standards({ Profile: 'standard' })
  const begun = await fetch(`${scene.base}/oauth2/device_authorization`, { method: 'POST' })
  assert.equal(begun.status, 404)
  assert.equal((await fetch(`${scene.base}/device`)).status, 404)
})
