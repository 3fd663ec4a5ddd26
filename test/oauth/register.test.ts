import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { DcrConfigurationType } from '@aws-sdk/client-cognito-identity-provider'
import {
  askToken,
  authorizeUrl,
  callback,
  claimsOf,
  createBrowser,
  exchange,
  type OAuthServer,
  signIn,
  startOAuthServer,
} from './setup.ts'

const scope = 'aws.cognito/dcr/register'

let server: OAuthServer
before(async () => {
  server = await startOAuthServer()
})
after(() => server.close())

async function poolWith(DcrConfiguration: DcrConfigurationType | undefined, at = server) {
  const poolId = await at.pool()
  await at.cognito.createResourceServer({
    UserPoolId: poolId,
    Identifier: 'api',
    Name: 'api',
    Scopes: ['read', 'write'].map((ScopeName) => ({ ScopeName, ScopeDescription: ScopeName })),
  })
  if (DcrConfiguration) await at.cognito.updateUserPool({ UserPoolId: poolId, DcrConfiguration })
  return { poolId, base: `${at.site}/${poolId}` }
}

interface Registered {
  client_id: string
  client_secret?: string
  error?: string
  error_description?: string
  [member: string]: unknown
}

async function register(base: string, metadata: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${base}/oauth2/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof metadata === 'string' ? metadata : JSON.stringify(metadata),
  })
  return { status: response.status, headers: response.headers, body: (await response.json()) as Registered }
}

/** Of a client of the administrator's, which may register others. */
async function bearer(poolId: string, scopes = [scope]) {
  const app = await server.client(poolId, {
    AllowedOAuthFlows: ['client_credentials'],
    AllowedOAuthScopes: [scope, 'api/read'],
    GenerateSecret: true,
  })
  const form = {
    grant_type: 'client_credentials',
    client_id: app.id,
    client_secret: app.secret,
    scope: scopes.join(' '),
  }
  const { body } = await askToken(`${server.site}/${poolId}`, form)
  return { app, headers: { authorization: `Bearer ${body.access_token}` } }
}

const app = { redirect_uris: [callback], token_endpoint_auth_method: 'none', client_name: 'An agent (beta)' }

test('where anybody may register, an app does, and signs its users in', async () => {
  const { poolId, base } = await poolWith({ OpenDcrEnabled: true })
  const { status, headers, body } = await register(base, { ...app, logo_uri: 'https://app.example.com/logo.png' })
  assert.equal(status, 201)
  assert.equal(headers.get('cache-control'), 'no-store')
  const { client_id, client_id_issued_at, ...rest } = body
  assert.match(client_id, /^[0-9a-v]{25,26}$/)
  assert.ok(Math.abs(Number(client_id_issued_at) - server.clock.now().getTime() / 1000) < 5)
  assert.deepEqual(rest, {
    client_name: 'An agent beta',
    redirect_uris: [callback],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    scope: 'openid email phone profile',
  })

  await server.user(poolId, 'ann')
  const url = authorizeUrl(base, { client_id, redirect_uri: callback, response_type: 'code' })
  const at = await signIn(createBrowser(), url, 'ann')
  const tokens = await exchange(base, at.searchParams.get('code')!, client_id)
  assert.equal(claimsOf(tokens.body.access_token).client_id, client_id)
})

test('a client without a word on its authentication gets a secret, and needs it', async () => {
  const { base } = await poolWith({
    OpenDcrEnabled: true,
    OpenDcrGrantTypes: ['client_credentials'],
    AllowedScopes: ['api/read'],
  })
  const { status, body } = await register(base, { grant_types: ['client_credentials'] })
  assert.equal(status, 201)
  assert.equal(body.client_secret_expires_at, 0)
  assert.equal(body.token_endpoint_auth_method, 'client_secret_basic')
  assert.deepEqual([body.scope, body.response_types, body.redirect_uris], ['api/read', [], []])

  const form = { grant_type: 'client_credentials', client_id: body.client_id }
  const tokens = await askToken(base, { ...form, client_secret: body.client_secret! })
  assert.equal(claimsOf(tokens.body.access_token).scope, 'api/read')
  assert.equal((await askToken(base, form)).body.error, 'invalid_client')
})

test('a token with the scope may register clients that anonymous callers may not', async () => {
  const { poolId, base } = await poolWith({ AllowedScopes: ['api/read', scope] })
  const { headers } = await bearer(poolId)
  const grants = { grant_types: ['client_credentials'] }
  const { status, body } = await register(base, grants, headers)
  assert.deepEqual([status, body.scope], [201, 'api/read'])

  const refused = await register(base, grants)
  assert.equal(refused.status, 401)
  assert.equal(refused.headers.get('www-authenticate'), 'Bearer')
})

test('what is no token with the scope is refused, also where anybody may register', async () => {
  const { poolId, base } = await poolWith({ OpenDcrEnabled: true })
  const other = await poolWith({})
  const lacking = await bearer(poolId, ['api/read'])
  const foreign = await bearer(other.poolId)
  const deleted = await bearer(poolId)
  await server.cognito.deleteUserPoolClient({ UserPoolId: poolId, ClientId: deleted.app.id })
  for (const [headers, status, error] of [
    [lacking.headers, 403, 'insufficient_scope'],
    [foreign.headers, 401, 'invalid_token'],
    [deleted.headers, 401, 'invalid_token'],
    [{ authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' }, 401, 'invalid_token'],
    [{ authorization: 'Basic YTpi' }, 401, 'invalid_token'],
  ] as const) {
    const refused = await register(base, app, headers)
    assert.deepEqual([refused.status, refused.body.error], [status, error])
    assert.equal(refused.headers.get('www-authenticate'), `Bearer error="${error}"`)
  }
  const late = await bearer(poolId)
  server.clock.advance({ hours: 2 })
  assert.equal((await register(base, app, late.headers)).status, 401)
})

test('an ID token, and a user’s token without the scope, register nobody', async () => {
  const { poolId, base } = await poolWith({})
  await server.user(poolId, 'ann')
  const { id } = await server.client(poolId)
  const url = authorizeUrl(base, { client_id: id, redirect_uri: callback, response_type: 'code' })
  const at = await signIn(createBrowser(), url, 'ann')
  const { body } = await exchange(base, at.searchParams.get('code')!, id)
  const status = async (token: string) => (await register(base, app, { authorization: `Bearer ${token}` })).status
  assert.equal(await status(body.id_token!), 401)
  assert.equal(await status(body.access_token), 403)
})

test('pools decide who may register, and for which grants', async () => {
  const off = await poolWith(undefined)
  const disabled = await poolWith({ EnableStatus: 'Disabled', OpenDcrEnabled: true })
  for (const { base } of [off, disabled]) {
    assert.equal((await register(base, app)).status, 404)
  }
  const none = await poolWith({ OpenDcrEnabled: true, OpenDcrGrantTypes: ['implicit'], AuthenticatedGrantTypes: [] })
  const { headers } = await bearer(none.poolId)
  assert.equal((await register(none.base, app)).status, 401)
  assert.deepEqual((await register(none.base, app, headers)).body.error, 'access_denied')

  const open = await poolWith({ OpenDcrEnabled: true })
  const { status, body } = await register(open.base, { grant_types: ['client_credentials'] })
  assert.deepEqual([status, body.error], [400, 'invalid_client_metadata'])
})

test('inconsistent client metadata is refused', async () => {
  const { base } = await poolWith({ OpenDcrEnabled: true, OpenDcrGrantTypes: ['code', 'client_credentials'] })
  const cases: [unknown, string][] = [
    ['no json', 'invalid_client_metadata'],
    ['[]', 'invalid_client_metadata'],
    ['null', 'invalid_client_metadata'],
    [{}, 'invalid_redirect_uri'],
    [{ ...app, redirect_uris: [] }, 'invalid_redirect_uri'],
    [{ ...app, redirect_uris: callback }, 'invalid_client_metadata'],
    [{ ...app, redirect_uris: [1] }, 'invalid_client_metadata'],
    [{ ...app, redirect_uris: ['http://app.example.com/'] }, 'invalid_redirect_uri'],
    [{ ...app, redirect_uris: [`${callback}#part`] }, 'invalid_redirect_uri'],
    [{ ...app, redirect_uris: ['javascript:alert(1)'] }, 'invalid_redirect_uri'],
    [{ ...app, redirect_uris: [` ${callback}`] }, 'invalid_redirect_uri'],
    [{ ...app, redirect_uris: Array.from({ length: 101 }, (_, n) => `${callback}/${n}`) }, 'invalid_redirect_uri'],
    [{ ...app, grant_types: ['implicit'] }, 'invalid_client_metadata'],
    [{ ...app, grant_types: ['refresh_token'] }, 'invalid_client_metadata'],
    [{ ...app, grant_types: ['authorization_code', 'client_credentials'] }, 'invalid_client_metadata'],
    [{ ...app, response_types: ['token'] }, 'invalid_client_metadata'],
    [{ ...app, token_endpoint_auth_method: 'private_key_jwt' }, 'invalid_client_metadata'],
    [{ ...app, grant_types: ['client_credentials'] }, 'invalid_client_metadata'],
    [{ ...app, scope: 'openid api/read' }, 'invalid_client_metadata'],
    [{ ...app, scope: 'aws.cognito.signin.user.admin' }, 'invalid_client_metadata'],
    [{ ...app, scope }, 'invalid_client_metadata'],
    [{ ...app, client_name: 'a\0b' }, 'invalid_client_metadata'],
    [{ ...app, client_name: 'a'.repeat(70_000) }, 'invalid_request'],
  ]
  for (const [metadata, error] of cases) {
    const { status, body } = await register(base, metadata)
    assert.deepEqual([status, body.error], [400, error], JSON.stringify(metadata).slice(0, 80))
  }
  const form = await register(base, 'a=b', { 'content-type': 'application/x-www-form-urlencoded' })
  assert.equal(form.body.error, 'invalid_client_metadata')
  const get = await fetch(`${base}/oauth2/register`)
  assert.equal(get.status, 405)
})

test('a registered client is recognized, and its secret does not change', async () => {
  const { poolId, base } = await poolWith({ OpenDcrEnabled: true })
  const UserPoolId = poolId
  const { id } = await server.client(poolId)
  const { body } = await register(base, { redirect_uris: [callback] })
  const ClientId = body.client_id
  const described = await server.cognito.describeUserPoolClient({ UserPoolId, ClientId })
  assert.equal(described.UserPoolClient!.ClientType, 'DCR')
  const regular = await server.cognito.describeUserPoolClient({ UserPoolId, ClientId: id })
  assert.equal(regular.UserPoolClient!.ClientType, 'REGULAR')
  const listed = async (ClientType?: 'DCR' | 'REGULAR') =>
    (await server.cognito.listUserPoolClients({ UserPoolId, ClientType })).UserPoolClients!.map((one) => one.ClientId)
  assert.deepEqual(await listed('DCR'), [ClientId])
  assert.deepEqual(await listed('REGULAR'), [id])
  assert.equal((await listed()).length, 2)

  const refused = { name: 'InvalidParameterException' }
  await assert.rejects(server.cognito.addUserPoolClientSecret({ UserPoolId, ClientId }), refused)
  await assert.rejects(server.cognito.listUserPoolClientSecrets({ UserPoolId, ClientId }), refused)
  const secret = { UserPoolId, ClientId, ClientSecretId: `${ClientId}--1` }
  await assert.rejects(server.cognito.deleteUserPoolClientSecret(secret), refused)

  const flows = {
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code' as const],
    CallbackURLs: [callback],
  }
  const change = (AllowedOAuthScopes: string[]) =>
    server.cognito.updateUserPoolClient({ UserPoolId, ClientId, ...flows, AllowedOAuthScopes })
  assert.equal((await change(['openid', 'api/read'])).UserPoolClient!.ClientType, 'DCR')
  await assert.rejects(change([scope]), { name: 'ScopeDoesNotExistException' })
})

test('the scope belongs to a resource server of the pool’s own, which nobody can take or change', async () => {
  const { poolId: UserPoolId } = await poolWith({})
  const Identifier = 'aws.cognito/dcr'
  const { ResourceServer } = await server.cognito.describeResourceServer({ UserPoolId, Identifier })
  assert.equal(ResourceServer!.ManagedBy, 'COGNITO')
  assert.deepEqual(
    ResourceServer!.Scopes!.map(({ ScopeName }) => ScopeName),
    ['register'],
  )

  const pages: string[] = []
  let NextToken: string | undefined
  do {
    const page = await server.cognito.listResourceServers({ UserPoolId, MaxResults: 1, NextToken })
    assert.equal(page.ResourceServers!.length, 1)
    pages.push(`${page.ResourceServers![0]!.Identifier} ${page.ResourceServers![0]!.ManagedBy}`)
    NextToken = page.NextToken
  } while (NextToken)
  assert.deepEqual(pages, ['api undefined', `${Identifier} COGNITO`])

  const server_ = { UserPoolId, Identifier, Name: 'mine' }
  const refused = { name: 'InvalidParameterException' }
  await assert.rejects(server.cognito.updateResourceServer(server_), refused)
  await assert.rejects(server.cognito.deleteResourceServer({ UserPoolId, Identifier }), refused)
  await server.cognito.updateUserPool({ UserPoolId, DcrConfiguration: { EnableStatus: 'Disabled' } })
  const Scopes = [{ ScopeName: 'register', ScopeDescription: 'register' }]
  await assert.rejects(server.cognito.createResourceServer({ ...server_, Scopes }), refused)
  await assert.rejects(server.cognito.describeResourceServer({ UserPoolId, Identifier }), {
    name: 'ResourceNotFoundException',
  })
})

test('discovery names the endpoint while clients may register', async () => {
  const { poolId, base } = await poolWith({})
  const endpoint = async () =>
    ((await (await fetch(`${base}/.well-known/openid-configuration`)).json()) as Record<string, unknown>)
      .registration_endpoint
  assert.equal(await endpoint(), `${base}/oauth2/register`)
  await server.cognito.updateUserPool({ UserPoolId: poolId, DcrConfiguration: { EnableStatus: 'Disabled' } })
  assert.equal(await endpoint(), undefined)
})

test('from one address, or one /64 of IPv6, only so many clients come in an hour', async (context) => {
  const proxied = await startOAuthServer(true)
  context.after(() => proxied.close())
  const { base } = await poolWith({ OpenDcrEnabled: true }, proxied)
  const from = async (address: string) => (await register(base, app, { 'x-forwarded-for': address })).status
  const statuses = await Promise.all(Array.from({ length: 70 }, (_, number) => from(`2001:db8:0:7::${number}`)))
  assert.equal(statuses.filter((status) => status === 201).length, 60)
  assert.equal(statuses.filter((status) => status === 429).length, 10)
  assert.equal(await from('2001:db8:0:8::1'), 201)
  proxied.clock.advance({ hours: 1, seconds: 1 })
  assert.equal(await from('2001:db8:0:7::1'), 201)
})
