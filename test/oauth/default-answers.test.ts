import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { startTestServer, type TestServer } from '../support/server.ts'
import { createBrowser } from './browser.ts'
import { signInByForm } from './login-form.ts'
import { callback } from './setup.ts'

/**
 * What the endpoints answer while nothing beyond Cognito is switched on, to the byte, in `default-answers.json`. Ids,
 * tokens and times stand there as names. A change of it is a change for every app: `RECORD=1` writes it anew.
 */
const file = new URL('./default-answers.json', import.meta.url)

let server: TestServer
let base: string
let names: [text: string, name: string][]
const clients: Record<string, { id: string; secret: string }> = {}
const credentials = { username: 'ann', password: 'Correct-horse-1' }

before(async () => {
  server = await startTestServer()
  const { UserPool } = await server.cognito.createUserPool({ PoolName: 'default' })
  const poolId = UserPool!.Id!
  base = `${server.url}/${poolId}`
  const { User } = await server.cognito.adminCreateUser({
    UserPoolId: poolId,
    Username: 'ann',
    MessageAction: 'SUPPRESS',
    UserAttributes: [
      { Name: 'email', Value: 'ann@example.com' },
      { Name: 'email_verified', Value: 'true' },
      { Name: 'phone_number', Value: '+15555550100' },
      { Name: 'name', Value: 'Ann' },
      { Name: 'address', Value: '1 Main Street' },
    ],
  })
  await server.cognito.adminSetUserPassword({
    UserPoolId: poolId,
    Username: 'ann',
    Password: credentials.password,
    Permanent: true,
  })
  for (const [name, secret] of [
    ['open', false],
    ['sealed', true],
  ] as const) {
    const { UserPoolClient } = await server.cognito.createUserPoolClient({
      UserPoolId: poolId,
      ClientName: name,
      GenerateSecret: secret,
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['code', 'implicit'],
      AllowedOAuthScopes: ['openid', 'email', 'profile', 'aws.cognito.signin.user.admin'],
      SupportedIdentityProviders: ['COGNITO'],
      CallbackURLs: [callback],
      LogoutURLs: ['https://app.example.com/bye'],
    })
    clients[name] = { id: UserPoolClient!.ClientId!, secret: UserPoolClient!.ClientSecret ?? '' }
  }
  names = [
    [server.url, '{url}'],
    [encodeURIComponent(server.url), '{url-encoded}'],
    [poolId, '{pool}'],
    [clients.open!.id, '{open}'],
    [clients.sealed!.id, '{sealed}'],
    [User!.Attributes!.find(({ Name }) => Name === 'sub')!.Value!, '{sub}'],
  ]
})
after(() => server.close())

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

/** With names in the place of what no two runs share, and tokens opened. */
function settled(text: string): string {
  const opened = text
    .replaceAll(/eyJ[\w-]+\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+/g, '{refresh token}')
    .replaceAll(/(eyJ[\w-]+)\.([\w-]+)\.[\w-]+/g, (_, head, body) => `<${decoded(head)} ${decoded(body)}>`)
  const named = names.reduce((all, [value, name]) => all.replaceAll(value, name), opened)
  return named
    .replaceAll(uuid, '{uuid}')
    .replaceAll(/\b1[67]\d{8}\b/g, '{time}')
    .replaceAll(/"(kid|n|at_hash)":"[\w+/=-]+"/g, '"$1":"{$1}"')
}
const decoded = (part: string) => Buffer.from(part, 'base64url').toString()

const shownHeaders = [
  'location',
  'content-type',
  'cache-control',
  'pragma',
  'expires',
  'allow',
  'www-authenticate',
  'referrer-policy',
  'access-control-allow-origin',
  'access-control-expose-headers',
  'x-content-type-options',
  'x-frame-options',
  'content-security-policy',
]

async function shown(response: Response) {
  const headers = shownHeaders.flatMap((name) => {
    const value = response.headers.get(name)
    return value === null ? [] : [`${name}: ${settled(value)}`]
  })
  const text = await response.text()
  // The pages have tests of their own.
  const body = text.startsWith('<!') ? '(a page)' : settled(text)
  return { status: response.status, headers, body }
}

async function answers(): Promise<Record<string, unknown>> {
  const all: Record<string, unknown> = {}
  const { open, sealed } = clients as Record<'open' | 'sealed', { id: string; secret: string }>
  const ask = async (name: string, path: string, init: RequestInit = {}) => {
    all[name] = await shown(await fetch(path.startsWith('http') ? path : base + path, { redirect: 'manual', ...init }))
  }
  const post = (name: string, path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
    ask(name, path, { method: 'POST', body: new URLSearchParams(form), headers })

  await ask('discovery', '/.well-known/openid-configuration')
  await ask(
    'discovery of the updated issuer',
    `${base.replace(server.url, `${server.url}/issuer`)}/.well-known/openid-configuration`,
  )
  await ask('keys', '/.well-known/jwks.json')
  for (const path of ['/.well-known/oauth-authorization-server', '/.well-known/oauth-protected-resource'])
    await ask(path, path)

  const request = { client_id: open.id, redirect_uri: callback, response_type: 'code', scope: 'openid', state: 's' }
  const requests: Record<string, Record<string, string | undefined>> = {
    plain: {},
    'no client': { client_id: undefined },
    'unknown client': { client_id: 'nobody' },
    'other redirect_uri': { redirect_uri: 'https://evil.example.com' },
    'no response_type': { response_type: undefined },
    'response_type id_token': { response_type: 'id_token', nonce: 'n' },
    'response_type code id_token': { response_type: 'code id_token', nonce: 'n' },
    'response_type token': { response_type: 'token', prompt: 'none' },
    'response_mode form_post': { response_mode: 'form_post' },
    'response_mode fragment': { response_mode: 'fragment' },
    'unknown scope': { scope: 'openid what' },
    'scope address': { scope: 'openid address' },
    'email without openid': { scope: 'email' },
    'request object': { request: 'eyJhbGciOiJub25lIn0.e30.' },
    request_uri: { request_uri: 'urn:ietf:params:oauth:request_uri:x' },
    'prompt none': { prompt: 'none' },
    'prompt none login': { prompt: 'none login' },
    'prompt of no meaning': { prompt: 'what' },
    'prompt consent': { prompt: 'consent' },
    'max_age of no meaning': { max_age: 'x' },
    'acr_values of no meaning': { acr_values: 'x' },
    claims: { claims: '{"userinfo":{"name":null}}' },
    'claims of no meaning': { claims: '{' },
    id_token_hint: { id_token_hint: 'x', prompt: 'none' },
    'code_challenge plain': { code_challenge: 'x'.repeat(43), code_challenge_method: 'plain' },
    dpop_jkt: { dpop_jkt: 'x' },
    registration: { registration: '{}' },
    resource: { resource: 'urn:x' },
  }
  for (const [name, changes] of Object.entries(requests)) {
    const query = Object.entries({ ...request, ...changes }).filter((pair): pair is [string, string] => !!pair[1])
    await ask(`authorize: ${name}`, `/oauth2/authorize?${new URLSearchParams(query)}`)
  }
  await post('authorize: by POST', '/oauth2/authorize', request)

  const basic = { authorization: `Basic ${Buffer.from(`${sealed.id}:${sealed.secret}`).toString('base64')}` }
  const jwt = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
  await post('token: nothing', '/oauth2/token', {})
  await post('token: no grant_type', '/oauth2/token', { client_id: open.id })
  await post('token: unknown client', '/oauth2/token', { client_id: 'nobody', grant_type: 'refresh_token' })
  await post('token: no secret', '/oauth2/token', { client_id: sealed.id, grant_type: 'refresh_token' })
  await post('token: assertion', '/oauth2/token', {
    client_id: sealed.id,
    grant_type: 'refresh_token',
    client_assertion_type: jwt,
    client_assertion: 'x',
  })
  for (const grant of [
    'password',
    'urn:ietf:params:oauth:grant-type:device_code',
    'urn:ietf:params:oauth:grant-type:token-exchange',
    'urn:openid:params:grant-type:ciba',
  ])
    await post(`token: ${grant}`, '/oauth2/token', { client_id: open.id, grant_type: grant })
  await post('token: unknown code', '/oauth2/token', {
    client_id: open.id,
    grant_type: 'authorization_code',
    code: 'x',
    redirect_uri: callback,
  })
  await post('token: client_credentials', '/oauth2/token', { grant_type: 'client_credentials' }, basic)
  await post(
    'token: unknown refresh_token',
    '/oauth2/token',
    { grant_type: 'refresh_token', refresh_token: 'x' },
    basic,
  )

  const browser = createBrowser()
  const first = `${base}/oauth2/authorize?${new URLSearchParams({ ...request, scope: 'openid email', nonce: 'n' })}`
  const at = await signInByForm(browser, new URL(first), credentials)
  all['authorize: granted'] = settled(at.href)
  const grant = { client_id: open.id, grant_type: 'authorization_code', redirect_uri: callback }
  const redeemed = await fetch(`${base}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({ ...grant, code: at.searchParams.get('code')! }),
    headers: { dpop: 'x' },
  })
  const tokens = (await redeemed.clone().json()) as Record<string, string>
  all['token: code'] = await shown(redeemed)
  const bearer = { authorization: `Bearer ${tokens.access_token}` }
  await ask('userInfo', '/oauth2/userInfo', { headers: bearer })
  await post('userInfo by POST', '/oauth2/userInfo', {}, bearer)
  await post('userInfo by a form', '/oauth2/userInfo', { access_token: tokens.access_token! })
  await ask('userInfo by the scheme DPoP', '/oauth2/userInfo', {
    headers: { authorization: `DPoP ${tokens.access_token}` },
  })
  await ask('userInfo without a token', '/oauth2/userInfo')
  await ask('userInfo with another token', '/oauth2/userInfo', { headers: { authorization: 'Bearer x' } })
  await post('token: refresh_token', '/oauth2/token', {
    client_id: open.id,
    grant_type: 'refresh_token',
    refresh_token: tokens.refresh_token!,
  })
  for (const [name, more] of [
    ['code', { response_type: 'code' }],
    ['token', { response_type: 'token' }],
    ['another hint', { id_token_hint: 'x', prompt: 'none' }],
    ['claims', { claims: '{"id_token":{"name":null}}' }],
    ['two spaces', { response_type: 'token', scope: ' openid  profile ' }],
  ] as [string, Record<string, string>][]) {
    const query = new URLSearchParams({ ...request, ...more })
    all[`authorize: signed in, ${name}`] = await shown(await browser.get(`${base}/oauth2/authorize?${query}`))
  }

  await post('revoke: access token', '/oauth2/revoke', { client_id: open.id, token: tokens.access_token! })
  await post('revoke: unknown', '/oauth2/revoke', { client_id: open.id, token: 'x' })
  await post('revoke: no token', '/oauth2/revoke', { client_id: open.id })
  await post('revoke', '/oauth2/revoke', { client_id: open.id, token: tokens.refresh_token! })

  for (const [name, path] of [
    ['nothing', ''],
    ['client alone', `client_id=${open.id}`],
    ['hint alone', `id_token_hint=${tokens.id_token}`],
    ['post_logout_redirect_uri', `client_id=${open.id}&post_logout_redirect_uri=https://app.example.com/bye&state=x`],
    ['other logout_uri', `client_id=${open.id}&logout_uri=https://evil.example.com`],
    ['redirect_uri', `client_id=${open.id}&redirect_uri=${callback}&response_type=code`],
    ['logout_uri', `client_id=${open.id}&logout_uri=https://app.example.com/bye&state=x`],
  ] as const)
    await ask(`logout: ${name}`, `/logout?${path}`)
  await post('logout: by POST', '/logout', { client_id: open.id })

  for (const path of ['par', 'introspect', 'device_authorization', 'bc-authorize', 'register'])
    await post(`/oauth2/${path}`, `/oauth2/${path}`, { client_id: open.id })
  await ask('/device', '/device')
  return all
}

test('while nothing beyond it is switched on, the answers are Cognito’s', async () => {
  const now = await answers()
  if (process.env.RECORD) await writeFile(file, `${JSON.stringify(now, null, 2)}\n`)
  const recorded = JSON.parse(await readFile(file, 'utf8'))
  assert.deepEqual(Object.keys(now), Object.keys(recorded))
  for (const [name, answer] of Object.entries(now)) assert.deepEqual(answer, recorded[name], name)
})
