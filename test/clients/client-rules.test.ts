import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secretHash } from '../../src/lib/secret-hash.ts'
import type { ClientSettings, PoolSettings } from '../../src/model/settings.ts'
import type { Client } from '../../src/pool/clients/client.ts'
import {
  allowedFlows,
  allowedScopes,
  readableAttributes,
  tokenLifetimes,
  writableAttributes,
} from '../../src/pool/clients/client-rules.ts'
import { checkClientSecret, checkSecretHash } from '../../src/pool/clients/secret-hash.ts'
import type { Pool } from '../../src/pool/pools/pool.ts'

const at = new Date(0)
const clientWith = (settings: ClientSettings, ...secrets: string[]): Client => ({
  poolId: 'p',
  id: 'client1',
  needsConsent: false,
  name: 'web',
  revision: 1,
  settings,
  secrets: secrets.map((secret, i) => ({ id: String(i), secret, createdAt: at })),
  createdAt: at,
  updatedAt: at,
})
const SchemaAttributes: PoolSettings['SchemaAttributes'] = [
  { Name: 'sub', Required: true },
  { Name: 'name', Required: false },
  { Name: 'email', Required: true },
  { Name: 'email_verified', Required: false },
  { Name: 'custom:tier', Required: false },
  { Name: 'dev:custom:note', Required: false },
]
const pool: Pool = {
  id: 'p',
  name: 'p',
  revision: 1,
  settings: { SchemaAttributes },
  domains: [],
  createdAt: at,
  updatedAt: at,
}

const flows: [given: string[] | undefined, effective: string[]][] = [
  [undefined, ['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_CUSTOM_AUTH']],
  [[], ['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_CUSTOM_AUTH']],
  [['ALLOW_USER_AUTH'], ['ALLOW_USER_AUTH']],
  [
    ['ADMIN_NO_SRP_AUTH'],
    ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_CUSTOM_AUTH'],
  ],
  [['CUSTOM_AUTH_FLOW_ONLY'], ['ALLOW_CUSTOM_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH']],
  [
    ['USER_PASSWORD_AUTH', 'CUSTOM_AUTH_FLOW_ONLY'],
    ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_CUSTOM_AUTH'],
  ],
]

for (const [given, effective] of flows)
  test(`flows ${given ? `[${given}]` : 'left out'} are ${effective}`, () => {
    const client = clientWith({ ExplicitAuthFlows: given as ClientSettings['ExplicitAuthFlows'] })
    assert.deepEqual([...allowedFlows(client)].sort(), effective.toSorted())
  })

test('where refresh tokens rotate, REFRESH_TOKEN_AUTH is no flow', () => {
  const client = clientWith({ RefreshTokenRotation: { Feature: 'ENABLED' } })
  assert.deepEqual([...allowedFlows(client)], ['ALLOW_USER_SRP_AUTH', 'ALLOW_CUSTOM_AUTH'])
})

test('without lists of its own a client reads and writes all attributes, custom ones included', () => {
  assert.deepEqual([...readableAttributes(pool, clientWith({}))].sort(), [
    'custom:tier',
    'email',
    'email_verified',
    'identities',
    'name',
    'sub',
  ])
  assert.deepEqual([...writableAttributes(pool, clientWith({}))].sort(), ['custom:tier', 'email', 'name'])
})

test('lists of its own limit a client, but never hide sub nor close required attributes', () => {
  const client = clientWith({ ReadAttributes: ['custom:tier'], WriteAttributes: [] })
  assert.deepEqual([...readableAttributes(pool, client)].sort(), ['custom:tier', 'sub'])
  assert.deepEqual([...writableAttributes(pool, client)], ['email'])
})

test('oidc:profile stands for the attributes of the profile', () => {
  const readable = readableAttributes(pool, clientWith({ ReadAttributes: ['oidc:profile'] }))
  assert.ok(readable.has('given_name') && readable.has('locale'))
  assert.ok(!readable.has('email') && !readable.has('address') && !readable.has('oidc:profile'))
})

test('life times are in seconds, by the unit of each', () => {
  assert.deepEqual(tokenLifetimes(clientWith({ RefreshTokenValidity: 30 })), {
    access: 3600,
    id: 3600,
    refresh: 30 * 86_400,
    session: 180,
  })
  const settings: ClientSettings = {
    AccessTokenValidity: 20,
    IdTokenValidity: 2,
    RefreshTokenValidity: 3,
    TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'hours', RefreshToken: 'hours' },
    AuthSessionValidity: 5,
  }
  assert.deepEqual(tokenLifetimes(clientWith(settings)), { access: 1200, id: 7200, refresh: 10_800, session: 300 })
})

test('scopes count only where the client may use OAuth', () => {
  const AllowedOAuthScopes = ['openid', 'api/read']
  assert.deepEqual([...allowedScopes(clientWith({ AllowedOAuthScopes }))], [])
  const client = clientWith({ AllowedOAuthScopes, AllowedOAuthFlowsUserPoolClient: true })
  assert.deepEqual([...allowedScopes(client)], AllowedOAuthScopes)
})

test('a secret hash under either secret is right, over the name that was sent', () => {
  const client = clientWith({}, 'first-secret', 'second-secret')
  checkSecretHash(client, 'ann', secretHash('first-secret', 'ann', client.id))
  checkSecretHash(client, 'ann', secretHash('second-secret', 'ann', client.id))

  const mismatch = { name: 'NotAuthorizedException', message: 'SecretHash does not match for the client: client1' }
  for (const wrong of [
    secretHash('third-secret', 'ann', client.id),
    secretHash('first-secret', 'Ann', client.id),
    secretHash('first-secret', 'ann', 'client2'),
    'x',
  ])
    assert.throws(() => checkSecretHash(client, 'ann', wrong), mismatch)
})

test('a client with a secret wants a hash, and one without wants none', () => {
  for (const none of [undefined, ''])
    assert.throws(() => checkSecretHash(clientWith({}, 'a-secret'), 'ann', none), {
      name: 'NotAuthorizedException',
      message: 'Client client1 is configured with secret but SECRET_HASH was not received',
    })
  checkSecretHash(clientWith({}), 'ann', undefined)
  assert.throws(() => checkSecretHash(clientWith({}), 'ann', 'x'), {
    name: 'InvalidParameterException',
    message: 'App client client1 is not configured for secret but secret hash was received',
  })
})

test('either secret identifies the client, and nothing identifies a public one', () => {
  const client = clientWith({}, 'first-secret', 'second-secret')
  assert.equal(checkClientSecret(client, 'first-secret'), true)
  assert.equal(checkClientSecret(client, 'second-secret'), true)
  assert.equal(checkClientSecret(client, 'first-secre'), false)
  assert.equal(checkClientSecret(client, ''), false)
  assert.equal(checkClientSecret(clientWith({}), ''), false)
})
