import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ClientSettings, PoolSettings } from '../../src/model/settings.ts'
import type { Client } from '../../src/pool/clients/client.ts'
import type { Pool } from '../../src/pool/pools/pool.ts'
import {
  accessTokenClaims,
  clientTokenClaims,
  type Group,
  idTokenClaims,
  type TokenFacts,
} from '../../src/pool/tokens/claims.ts'
import { acrLevel, authenticationMethods, type Proven } from '../../src/pool/tokens/proven.ts'
import type { TokenFamily } from '../../src/pool/tokens/token-family.ts'

const now = new Date('2026-03-01T12:00:00.900Z')
const earlier = new Date('2026-03-01T11:00:00.400Z')

interface Given {
  client?: ClientSettings
  pool?: Partial<PoolSettings>
  attributes?: Record<string, string>
  groups?: Group[]
  family?: Partial<TokenFamily>
}

const attributeNames = [
  'name',
  'email',
  'email_verified',
  'phone_number',
  'phone_number_verified',
  'address',
  'updated_at',
  'custom:level',
]

function facts(given: Given = {}): TokenFacts {
  const SchemaAttributes = attributeNames.map((Name) => ({ Name }))
  const settings = { SchemaAttributes, ...given.pool } as PoolSettings
  const base = { name: 'x', revision: 1, createdAt: now, updatedAt: now }
  return {
    issuer: 'https://id.example.com/us-east-1_abcdefghi',
    pool: { ...base, id: 'us-east-1_abcdefghi', settings, domains: [] } as Pool,
    client: {
      ...base,
      needsConsent: false,
      poolId: 'us-east-1_abcdefghi',
      id: 'client1',
      settings: given.client ?? {},
      secrets: [],
    } as Client,
    user: {
      poolId: 'us-east-1_abcdefghi',
      id: '0b7c5a1e-0000-4000-8000-000000000001',
      username: 'ann',
      status: 'CONFIRMED',
      enabled: true,
      attributes: given.attributes ?? {},
      tokensValidFrom: null,
      createdAt: now,
      updatedAt: now,
    },
    groups: given.groups ?? [],
    family: {
      originJti: 'origin',
      eventId: 'event',
      userId: '0b7c5a1e-0000-4000-8000-000000000001',
      clientId: 'client1',
      scope: 'aws.cognito.signin.user.admin',
      surface: 'api',
      authTime: earlier,
      proven: { at: earlier.getTime(), factors: [{ name: 'pwd', at: earlier.getTime() }] },
      deviceKey: null,
      nonce: null,
      resource: null,
      originSessionId: null,
      claims: null,
      confirmation: null,
      createdAt: now,
      expiresAt: now,
      ...given.family,
    },
    now,
  }
}

/** As the token says them: undefined members are gone. */
// biome-ignore lint/suspicious/noExplicitAny: a test names the claims it looks at
const json = (claims: object): any => JSON.parse(JSON.stringify(claims))
const id = (given?: Given) => json(idTokenClaims(facts(given), 'jti1'))
const access = (given?: Given) => json(accessTokenClaims(facts(given), 'jti1'))

test('the ID token of an API sign-in has exactly these claims', () => {
  assert.deepEqual(id({ attributes: { email: 'ann@example.com', email_verified: 'true' } }), {
    sub: '0b7c5a1e-0000-4000-8000-000000000001',
    iss: 'https://id.example.com/us-east-1_abcdefghi',
    aud: 'client1',
    token_use: 'id',
    'cognito:username': 'ann',
    origin_jti: 'origin',
    event_id: 'event',
    auth_time: 1772362800,
    exp: 1772370000,
    iat: 1772366400,
    jti: 'jti1',
    acr: 'urn:cognito:loa:1',
    amr: ['pwd'],
    email: 'ann@example.com',
    email_verified: true,
  })
})

test('the access token of an API sign-in has exactly these claims', () => {
  assert.deepEqual(access({ attributes: { email: 'ann@example.com' }, family: { deviceKey: 'device' } }), {
    sub: '0b7c5a1e-0000-4000-8000-000000000001',
    iss: 'https://id.example.com/us-east-1_abcdefghi',
    client_id: 'client1',
    token_use: 'access',
    scope: 'aws.cognito.signin.user.admin',
    origin_jti: 'origin',
    device_key: 'device',
    event_id: 'event',
    auth_time: 1772362800,
    exp: 1772370000,
    iat: 1772366400,
    jti: 'jti1',
    username: 'ann',
    acr: 'urn:cognito:loa:1',
    amr: ['pwd'],
  })
})

test('an access token of the OAuth endpoints says version 2 and names no device', () => {
  const claims = access({ family: { surface: 'oauth', scope: 'openid email', deviceKey: 'device' } })
  assert.equal(claims.version, 2)
  assert.equal(claims.scope, 'openid email')
  assert.equal('device_key' in claims, false)
})

test('without revocation and rotation tokens do not name their session', () => {
  const client = { EnableTokenRevocation: false }
  assert.equal('origin_jti' in id({ client }), false)
  assert.equal('jti' in id({ client }), false)
  assert.equal('origin_jti' in access({ client }), false)
  assert.equal(access({ client }).jti, 'jti1')

  const rotating: ClientSettings = { ...client, RefreshTokenRotation: { Feature: 'ENABLED' } }
  assert.equal(id({ client: rotating }).origin_jti, 'origin')
  assert.equal(id({ client: rotating }).jti, 'jti1')
})

test('attributes take the types of OIDC, and custom ones are strings', () => {
  const claims = id({
    attributes: {
      email_verified: 'false',
      phone_number_verified: 'true',
      address: '1 Main Street',
      updated_at: '1700000000',
      'custom:level': '7',
      name: 'Ann',
      identities:
        '[{"userId":"1","providerName":"Google","providerType":"Google","issuer":null,"primary":true,"dateCreated":1700000000000}]',
    },
  })
  assert.equal(claims.email_verified, false)
  assert.equal(claims.phone_number_verified, true)
  assert.deepEqual(claims.address, { formatted: '1 Main Street' })
  assert.equal(claims.updated_at, 1700000000)
  assert.equal(claims['custom:level'], '7')
  assert.equal(claims.identities[0].primary, 'true')
  assert.equal(claims.identities[0].dateCreated, '1700000000000')
  assert.equal(claims.identities[0].issuer, null)
})

test('an attribute that the client may not read is not in the ID token', () => {
  const claims = id({ client: { ReadAttributes: ['name'] }, attributes: { name: 'Ann', email: 'ann@example.com' } })
  assert.equal(claims.name, 'Ann')
  assert.equal('email' in claims, false)
})

test('scopes choose the attributes of an ID token of the OAuth endpoints', () => {
  const attributes = { name: 'Ann', email: 'a@b.c', email_verified: 'true', phone_number: '+1', 'custom:level': '7' }
  const shown = (scope: string) => {
    const claims = id({ attributes, family: { surface: 'oauth', scope } })
    return Object.keys(attributes).filter((name) => name in claims)
  }
  assert.deepEqual(shown('openid'), Object.keys(attributes))
  assert.deepEqual(shown('openid aws.cognito.signin.user.admin'), Object.keys(attributes))
  assert.deepEqual(shown('openid profile'), Object.keys(attributes))
  assert.deepEqual(shown('openid email'), ['email', 'email_verified'])
  assert.deepEqual(shown('openid phone'), ['phone_number'])
  assert.deepEqual(shown('openid email phone api/read'), ['email', 'email_verified', 'phone_number'])
})

test('no attribute can pass for a claim of the service', () => {
  const client = { ReadAttributes: ['aud', 'cognito:username'] }
  const claims = id({ client, attributes: { aud: 'other', 'cognito:username': 'root' } })
  assert.equal(claims.aud, 'client1')
  assert.equal(claims['cognito:username'], 'ann')
})

const group = (name: string, precedence: number | null, roleArn: string | null): Group => ({
  name,
  precedence,
  roleArn,
})

test('groups give their names, their roles and the role of the best precedence', () => {
  const cases: [Group[], string[] | undefined, string | undefined][] = [
    [[], undefined, undefined],
    [[group('a', 1, null)], undefined, undefined],
    [[group('a', 0, 'r1'), group('b', 1, 'r2')], ['r1', 'r2'], 'r1'],
    [[group('a', 1, 'r1'), group('b', 1, 'r1')], ['r1'], 'r1'],
    [[group('a', 1, 'r1'), group('b', 1, 'r2')], ['r1', 'r2'], undefined],
    [[group('a', null, 'r1'), group('b', null, 'r2'), group('c', 5, 'r3')], ['r1', 'r2', 'r3'], 'r3'],
  ]
  for (const [groups, roles, preferred] of cases) {
    const claims = id({ groups })
    assert.deepEqual(claims['cognito:roles'], roles)
    assert.equal(claims['cognito:preferred_role'], preferred)
    assert.deepEqual(claims['cognito:groups'], groups.length ? groups.map(({ name }) => name) : undefined)
    assert.equal('cognito:roles' in access({ groups }), false)
  }
  assert.deepEqual(access({ groups: [group('a', 1, 'r1')] })['cognito:groups'], ['a'])
})

test("a client's own token names no user", () => {
  const { issuer, client } = facts()
  assert.deepEqual(json(clientTokenClaims({ issuer, client, scopes: ['api/read', 'api/write'] }, now, 'jti1')), {
    sub: 'client1',
    client_id: 'client1',
    iss: issuer,
    token_use: 'access',
    scope: 'api/read api/write',
    auth_time: 1772366400,
    iat: 1772366400,
    exp: 1772370000,
    version: 2,
    jti: 'jti1',
  })
})

test('life times follow the units of the client', () => {
  const client: ClientSettings = {
    AccessTokenValidity: 5,
    IdTokenValidity: 2,
    TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'days' },
  }
  assert.equal(access({ client }).exp - access({ client }).iat, 300)
  assert.equal(id({ client }).exp - id({ client }).iat, 172_800)
})

test('acr and amr follow what was proven', () => {
  const cases: [Proven['factors'][number]['name'][], number, string[]][] = [
    [['pwd'], 1, ['pwd']],
    [['email_otp'], 2, ['email_otp']],
    [['hwk'], 3, ['hwk']],
    [['pwd', 'sms'], 3, ['pwd', 'sms', 'mfa']],
    [['pwd', 'otp'], 4, ['pwd', 'otp', 'mfa']],
    [['pwd', 'pwd'], 1, ['pwd']],
    [['custom'], 1, []],
  ]
  for (const [names, level, methods] of cases) {
    const proven = { at: 0, factors: names.map((name) => ({ name, at: 0 })) }
    assert.equal(acrLevel(proven), level, names.join())
    assert.deepEqual(authenticationMethods(proven), methods)
  }
})

test('the lower tier has neither acr nor amr, and a pool may name its levels', () => {
  assert.equal('acr' in id({ pool: { UserPoolTier: 'LITE' } }), false)
  assert.equal('amr' in access({ pool: { UserPoolTier: 'LITE' } }), false)
  assert.equal(id({ pool: { AcrConfiguration: { Level1: { AcrValue: 'low' } } } }).acr, 'low')
})
