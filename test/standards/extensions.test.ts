import assert from 'node:assert/strict'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { extensions } from '../../src/cli/administration.ts'
import { applySeed } from '../../src/dev/seed.ts'
import { adminOf, allow, keyOf, keyWith } from '../administration/scene.ts'
import { createBrowser } from '../oauth/browser.ts'
import { signInByForm } from '../oauth/login-form.ts'
import { callback } from '../oauth/setup.ts'
import { authorizeUrl, credentials, type Scene, startScene } from './scene.ts'

let scene: Scene
let UserPoolId: string
let app: { id: string }

before(async () => {
  scene = await startScene({})
  UserPoolId = scene.poolId
  app = await scene.client()
})
after(() => scene.server.close())

const put = (Extensions: object) => scene.admin.putUserPoolExtensions({ UserPoolId, Extensions })
const request = () =>
  authorizeUrl(scene, { client_id: app.id, redirect_uri: callback, response_type: 'code', scope: 'openid', state: 's' })
const answeredIssuer = async (more = '&prompt=none') => {
  const location = (await fetch(request() + more, { redirect: 'manual' })).headers.get('location')!
  return new URL(location).searchParams.get('iss')
}

test('a pool has no extensions until some are put, and the last document put is what it has', async () => {
  const { UserPool } = await scene.server.cognito.createUserPool({ PoolName: 'plain' })
  assert.deepEqual(await scene.admin.getUserPoolExtensions({ UserPoolId: UserPool!.Id! }), {
    UserPoolId: UserPool!.Id!,
    Extensions: {},
  })
  await put({ Standards: { Profile: 'standard', IssuerParameter: false } })
  const put2 = await put({ Standards: { ServerMetadata: true } })
  assert.deepEqual(put2, { UserPoolId, Extensions: { Standards: { ServerMetadata: true } } })
  assert.deepEqual((await scene.admin.getUserPoolExtensions({ UserPoolId })).Extensions, put2.Extensions)
})

test('members that are not known are refused, at any depth', async () => {
  const refused = { name: 'InvalidParameterException', message: /Member must be one that is known/ }
  await assert.rejects(put({ Standard: {} }), refused)
  await assert.rejects(put({ Standards: { Profil: 'standard' } }), refused)
  await assert.rejects(put({ Standards: { IssuerParameter: true, ['x'.repeat(5000)]: 1 } }), refused)
  await assert.rejects(put({ Standards: { Profile: 'better' } }), { name: 'InvalidParameterException' })
  await assert.rejects(put({ Standards: { IssuerParameter: 'yes' } }), { name: 'SerializationException' })
  const ofPool = { UserPoolId, ClientId: app.id, Extensions: { Standards: { ServerMetadata: true } as object } }
  await assert.rejects(scene.admin.putClientExtensions(ofPool), refused)
})

test('a client can not switch what its pool alone can', async () => {
  const { id: ClientId } = await scene.client()
  const put = (Standards: object) =>
    scene.admin.putClientExtensions({ UserPoolId, ClientId, Extensions: { Standards } })
  const ofPool = ['Introspection', 'OAuthErrors', 'PS256', 'RegistrationManagement', 'RpInitiatedLogout']
  for (const part of [...ofPool, 'ClientIdMetadataDocuments', 'ServerMetadata', 'SharedSignals'])
    await assert.rejects(put({ [part]: true }), { name: 'InvalidParameterException' }, part)
  await put({ OpenIdClaims: true })
})

test('pools and clients that do not exist have none', async () => {
  const missing = { name: 'ResourceNotFoundException' }
  const other = (await scene.server.cognito.createUserPool({ PoolName: 'other' })).UserPool!.Id!
  await assert.rejects(scene.admin.getUserPoolExtensions({ UserPoolId: 'us-east-1_Nowhere00' }), missing)
  await assert.rejects(
    scene.admin.putUserPoolExtensions({ UserPoolId: 'us-east-1_Nowhere00', Extensions: {} }),
    missing,
  )
  await assert.rejects(scene.admin.getClientExtensions({ UserPoolId: other, ClientId: app.id }), missing)
  await assert.rejects(
    scene.admin.putClientExtensions({ UserPoolId: other, ClientId: app.id, Extensions: {} }),
    missing,
  )
})

test('who may change them is said by the policy, on the pool', async () => {
  const key = await keyWith(scene.server, allow('cognito-idp:*'))
  await assert.rejects(adminOf(scene.server, key).putUserPoolExtensions({ UserPoolId, Extensions: {} }), {
    name: 'AccessDeniedException',
    message: new RegExp(`poolhouse:PutUserPoolExtensions on resource: arn:.*userpool/${UserPoolId}`),
  })
  await scene.admin.putRole({ RoleName: 'dev', ReadyMadePolicy: 'developer', UserPoolIds: [UserPoolId] })
  const developer = adminOf(scene.server, await keyOf(scene.server, 'dev'))
  await developer.putUserPoolExtensions({ UserPoolId, Extensions: {} })
  await developer.getClientExtensions({ UserPoolId, ClientId: app.id })
  await scene.admin.putRole({ RoleName: 'reader', ReadyMadePolicy: 'read-only' })
  const reader = adminOf(scene.server, await keyOf(scene.server, 'reader'))
  await reader.getUserPoolExtensions({ UserPoolId })
  await assert.rejects(reader.putClientExtensions({ UserPoolId, ClientId: app.id, Extensions: {} }), {
    name: 'AccessDeniedException',
  })
})

test('a part is switched on by itself or by the profile, and a client overrides its pool', async () => {
  const client = (Standards: object) =>
    scene.admin.putClientExtensions({ UserPoolId, ClientId: app.id, Extensions: { Standards } })
  await put({})
  assert.equal(await answeredIssuer(), null)
  await put({ Standards: { IssuerParameter: true } })
  assert.equal(await answeredIssuer(), scene.base)
  await put({ Standards: { Profile: 'standard' } })
  assert.equal(await answeredIssuer(), scene.base)
  await put({ Standards: { Profile: 'standard', IssuerParameter: false } })
  assert.equal(await answeredIssuer(), null)
  await client({ IssuerParameter: true })
  assert.equal(await answeredIssuer(), scene.base)
  await put({ Standards: { Profile: 'standard' } })
  await client({ Profile: 'cognito' })
  assert.equal(await answeredIssuer(), null)
  await client({})
})

test('Cognito’s own operations neither show nor lose them', async () => {
  await put({ Standards: { Profile: 'standard' } })
  const { cognito } = scene.server
  const { UserPool } = await cognito.describeUserPool({ UserPoolId })
  assert.ok(!JSON.stringify(UserPool).includes('"standard"'))
  await cognito.updateUserPool({ UserPoolId })
  assert.deepEqual((await scene.admin.getUserPoolExtensions({ UserPoolId })).Extensions, {
    Standards: { Profile: 'standard' },
  })
})

test('`iss` comes with a code, and with a refusal by the login page', async () => {
  await put({ Standards: { IssuerParameter: true } })
  const at = await signInByForm(createBrowser(), new URL(request()), credentials)
  assert.deepEqual([...at.searchParams.keys()], ['code', 'state', 'iss'])
  assert.equal(at.searchParams.get('iss'), scene.base)
  assert.equal(await answeredIssuer('&max_age=x'), scene.base)
  const configuration = await (await fetch(`${scene.base}/.well-known/openid-configuration`)).json()
  assert.equal((configuration as Record<string, unknown>).authorization_response_iss_parameter_supported, true)
})

test('an authorization server’s metadata stand before and below the path of the issuer, where they are on', async () => {
  const at = (path: string) => fetch(scene.server.url + path)
  const paths = [
    `/.well-known/oauth-authorization-server/${UserPoolId}`,
    `/${UserPoolId}/.well-known/oauth-authorization-server`,
  ]
  await put({})
  for (const path of paths) assert.equal((await at(path)).status, 404)
  await put({ Standards: { ServerMetadata: true } })
  for (const path of paths) {
    const { issuer, token_endpoint } = (await (await at(path)).json()) as Record<string, string>
    assert.equal(issuer, scene.base)
    assert.equal(token_endpoint, `${scene.base}/oauth2/token`)
  }
  const updated = await at(`/.well-known/oauth-authorization-server/issuer/${UserPoolId}`)
  assert.equal(((await updated.json()) as { issuer: string }).issuer, `${scene.server.url}/issuer/${UserPoolId}`)
  assert.equal((await at('/.well-known/oauth-authorization-server/us-east-1_Nowhere00')).status, 404)
})

test('a seed brings extensions of pools and clients', async () => {
  const Extensions = { Standards: { Profile: 'standard' as const } }
  const Clients = [{ ClientId: 'seeded', Extensions: { Standards: { IssuerParameter: false } } }]
  const seed = { pools: [{ Id: 'us-east-1_seeded01', Extensions, Clients }] }
  await applySeed(scene.server.ctx, seed)
  const ofPool = await scene.admin.getUserPoolExtensions({ UserPoolId: 'us-east-1_seeded01' })
  assert.deepEqual(ofPool.Extensions, Extensions)
  const ofClient = await scene.admin.getClientExtensions({ UserPoolId: 'us-east-1_seeded01', ClientId: 'seeded' })
  assert.deepEqual(ofClient.Extensions, Clients[0]!.Extensions)
  const asks = {
    Standards: {
      BackchannelTokenDeliveryMode: 'ping' as const,
      BackchannelClientNotificationEndpoint: 'https://bank.example.com/ciba',
      RequestObjectSigningAlg: 'PS256' as const,
      RequireSignedRequestObject: true,
      RequestUris: ['https://bank.example.com/request#v1'],
      TosUri: 'https://bank.example.com/terms',
    },
  }
  const all = { Standards: { ...Extensions.Standards, BackchannelAuthentication: true, RequestsByReference: true } }
  await applySeed(scene.server.ctx, {
    pools: [{ Id: 'us-east-1_seeded02', Extensions: all, Clients: [{ ClientId: 'asks', Extensions: asks }] }],
  })
  const UserPoolId = 'us-east-1_seeded02'
  assert.deepEqual((await scene.admin.getUserPoolExtensions({ UserPoolId })).Extensions, all)
  assert.deepEqual((await scene.admin.getClientExtensions({ UserPoolId, ClientId: 'asks' })).Extensions, asks)
  const wrong = { pools: [{ Id: 'us-east-1_seeded01', Extensions: { Standards: { What: true } } as object }] }
  await assert.rejects(applySeed(scene.server.ctx, wrong), { name: 'SeedError', message: /extensions/ })
})

test('they are put and shown from a shell', async () => {
  process.env.POOLHOUSE_PUBLIC_URL = scene.server.url
  try {
    const run = async (...args: string[]) => {
      const lines: string[] = []
      await extensions(args, (text) => lines.push(text))
      return JSON.parse(lines.join('\n'))
    }
    const file = join(await mkdtemp(join(tmpdir(), 'extensions-')), 'extensions.json')
    await writeFile(file, '{ "Standards": { "IssuerParameter": true } }')
    assert.deepEqual(await run('put', UserPoolId, file, '--client', app.id), { Standards: { IssuerParameter: true } })
    assert.deepEqual(await run('show', UserPoolId, '--client', app.id), { Standards: { IssuerParameter: true } })
    assert.deepEqual(await run('put', UserPoolId, file), { Standards: { IssuerParameter: true } })
    assert.deepEqual(await run('show', UserPoolId), { Standards: { IssuerParameter: true } })
    await assert.rejects(run('put', UserPoolId, '/nowhere.json'), { name: 'UsageError' })
    await writeFile(file, '{ "Standards": { "What": true } }')
    await assert.rejects(run('put', UserPoolId, file), { name: 'StartError', message: /InvalidParameterException/ })
  } finally {
    delete process.env.POOLHOUSE_PUBLIC_URL
  }
})
