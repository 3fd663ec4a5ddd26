import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as oidc from 'openid-client'
import { createBrowser } from '../oauth/browser.ts'
import { signInByForm } from '../oauth/login-form.ts'
import { askToken, callback } from '../oauth/setup.ts'
import { authorizeUrl, credentials, type Scene, startScene } from './scene.ts'

let scene: Scene
let app: { id: string; secret: string }
let strict: { id: string; secret: string }

before(async () => {
  scene = await startScene()
  app = await scene.client({ GenerateSecret: true })
  strict = await scene.client({}, { RequirePushedAuthorizationRequests: true })
})
after(() => scene.server.close())

const request = (more: Record<string, string> = {}) => ({
  client_id: app.id,
  client_secret: app.secret,
  redirect_uri: callback,
  response_type: 'code',
  scope: 'openid',
  state: 's',
  ...more,
})

async function push(form: Record<string, string>) {
  const response = await fetch(`${scene.base}/oauth2/par`, { method: 'POST', body: new URLSearchParams(form) })
  return { status: response.status, body: (await response.json()) as Record<string, string> }
}

const begin = (query: Record<string, string>, browser = createBrowser()) =>
  browser.get(authorizeUrl(scene, query)).then(async (response) => ({
    status: response.status,
    location: response.headers.get('location'),
    text: await response.text(),
  }))

test('openid-client pushes a request, and no address contains its parameters', async () => {
  const config = await oidc.discovery(new URL(scene.base), app.id, app.secret, undefined, {
    execute: [oidc.allowInsecureRequests],
  })
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier()
  const url = await oidc.buildAuthorizationUrlWithPAR(config, {
    redirect_uri: callback,
    scope: 'openid email',
    state: 'secret-state',
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  })
  assert.deepEqual([...url.searchParams.keys()].sort(), ['client_id', 'request_uri'])
  const browser = createBrowser()
  const login = await browser.follow(url.href, (at) => at.pathname.endsWith('/login'))
  assert.ok(!login.href.includes('secret-state'), login.href)
  const page = await (await browser.get(login.href)).text()
  assert.ok(!page.includes('secret-state'))
  const at = await signInByForm(browser, login, credentials)
  const tokens = await oidc.authorizationCodeGrant(config, at, { pkceCodeVerifier, expectedState: 'secret-state' })
  assert.equal(tokens.claims()!.email, 'ann@example.com')
})

test('an invalid request is refused when it is pushed', async () => {
  assert.equal((await push(request({ client_secret: 'wrong' }))).status, 401)
  for (const [more, error] of [
    [{ scope: 'openid what' }, 'invalid_scope'],
    [{ response_type: 'what' }, 'unsupported_response_type'],
    [{ redirect_uri: 'https://evil.example.com' }, 'invalid_request'],
    [{ request_uri: 'urn:ietf:params:oauth:request_uri:x' }, 'invalid_request'],
    [{ max_age: 'x' }, 'invalid_request'],
    [{ state: 'x'.repeat(9000) }, 'invalid_request'],
  ] as [Record<string, string>, string][]) {
    const { status, body } = await push(request(more))
    assert.deepEqual([status, body.error], [400, error], JSON.stringify(more))
  }
})

test('a pushed request is what counts: parameters beside its name change nothing', async () => {
  const { body } = await push(request())
  const browser = createBrowser()
  const { location } = await begin(
    {
      client_id: app.id,
      request_uri: body.request_uri!,
      redirect_uri: 'https://evil.example.com',
      scope: 'openid email profile',
      state: 'evil',
      prompt: 'none',
    },
    browser,
  )
  const at = await signInByForm(browser, new URL(location!, scene.base), credentials)
  assert.equal(at.origin + at.pathname, callback)
  assert.equal(at.searchParams.get('state'), 's')
})

test('a request_uri works for one browser, for its app, and for a minute', async () => {
  const { body } = await push(request())
  const { request_uri } = body as { request_uri: string }
  const foreign = await begin({ client_id: strict.id, request_uri })
  assert.equal(foreign.status, 400)
  const first = createBrowser()
  assert.equal((await begin({ client_id: app.id, request_uri }, first)).status, 302)
  assert.equal((await begin({ client_id: app.id, request_uri })).status, 400)
  // The browser that has it open may reload.
  assert.equal((await begin({ client_id: app.id, request_uri }, first)).status, 302)

  const late = await push(request())
  scene.server.clock.advance({ seconds: 61 })
  assert.equal((await begin({ client_id: app.id, request_uri: late.body.request_uri! })).status, 400)
  assert.equal((await begin({ client_id: app.id, request_uri: `${request_uri}x` })).status, 400)
})

test('of several browsers at once one gets the request', async () => {
  const { body } = await push(request())
  const query = { client_id: app.id, request_uri: body.request_uri! }
  const statuses = await Promise.all(Array.from({ length: 6 }, async () => (await begin(query)).status))
  assert.equal(statuses.filter((status) => status === 302).length, 1)
})

test('of requests that are pushed and begun at the same time each stays its own', async () => {
  const states = Array.from({ length: 20 }, (_, number) => `state-${number}`)
  const pushed = await Promise.all(states.map((state) => push(request({ state }))))
  const pages = await Promise.all(
    pushed.map(async ({ body }) => {
      const browser = createBrowser()
      const { location } = await begin({ client_id: app.id, request_uri: body.request_uri! }, browser)
      return { browser, login: new URL(location!, scene.base) }
    }),
  )
  const ends = await Promise.all(pages.map(({ browser, login }) => signInByForm(browser, login, credentials)))
  assert.deepEqual(
    ends.map((at) => at.searchParams.get('state')),
    states,
  )
})

test('an app that has to push begins no sign-in in another way', async () => {
  const plain = { client_id: strict.id, redirect_uri: callback, response_type: 'code', scope: 'openid' }
  const { location } = await begin(plain)
  assert.equal(new URL(location!).searchParams.get('error'), 'invalid_request')
  // Its only address is where it is answered, also if it names none.
  const bare = await begin({ client_id: strict.id, response_type: 'code', scope: 'openid' })
  assert.ok(bare.location!.startsWith(`${callback}?error=invalid_request`), bare.location!)
  const { body } = await push(plain)
  const browser = createBrowser()
  const at = await signInByForm(
    browser,
    new URL(authorizeUrl(scene, { client_id: strict.id, request_uri: body.request_uri! })),
    credentials,
  )
  const { status } = await askToken(scene.base, {
    grant_type: 'authorization_code',
    code: at.searchParams.get('code')!,
    redirect_uri: callback,
    client_id: strict.id,
  })
  assert.equal(status, 200)
})

test('where it is not on there is no such endpoint', async () => {
  const plain = await startScene({})
  try {
    const response = await fetch(`${plain.base}/oauth2/par`, { method: 'POST' })
    assert.equal(response.status, 404)
  } finally {
    await plain.server.close()
  }
})
