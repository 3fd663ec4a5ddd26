import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { issuerUrl } from '../../src/pool/pools/issuer.ts'
import { poolOfIssuer } from '../../src/pool/tokens/issuer.ts'
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

let server: OAuthServer

before(async () => {
  server = await startOAuthServer()
})
after(() => server.close())

interface Discovery {
  issuer: string
  jwks_uri: string
  token_endpoint: string
}

const discover = async (issuer: string) =>
  (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as Discovery

const setIssuer = (UserPoolId: string, Type: 'ORIGINAL' | 'UPDATED') =>
  server.cognito.updateUserPool({ UserPoolId, IssuerConfiguration: { Type } })

async function tokensOf(poolId: string, app: { id: string }) {
  const base = `${server.site}/${poolId}`
  const url = authorizeUrl(base, { client_id: app.id, redirect_uri: callback, response_type: 'code' })
  const at = await signIn(createBrowser(), url, 'ann')
  return (await exchange(base, at.searchParams.get('code')!, app.id)).body
}

const userInfo = async (poolId: string, token: string) =>
  (await fetch(`${server.site}/${poolId}/oauth2/userInfo`, { headers: { authorization: `Bearer ${token}` } })).status

async function poolWithAnn() {
  const poolId = await server.pool()
  await server.user(poolId, 'ann')
  return { poolId, app: await server.client(poolId) }
}

test('tokens, discovery and key set agree, for either form of the issuer', async () => {
  const { poolId, app } = await poolWithAnn()
  for (const [type, issuer] of [
    ['ORIGINAL', `${server.site}/${poolId}`],
    ['UPDATED', `${server.site}/issuer/${poolId}`],
  ] as const) {
    await setIssuer(poolId, type)
    const tokens = await tokensOf(poolId, app)
    assert.equal(claimsOf(tokens.access_token).iss, issuer)
    const found = await discover(issuer)
    assert.equal(found.issuer, issuer)
    assert.equal(found.jwks_uri, `${issuer}/.well-known/jwks.json`)
    const keys = createRemoteJWKSet(new URL(found.jwks_uri))
    await jwtVerify(tokens.id_token!, keys, { issuer, audience: app.id, currentDate: server.clock.now() })
  }
})

test('an access token stays valid until it expires, even if its pool changes the form of its issuer', async () => {
  const { poolId, app } = await poolWithAnn()
  const before = await tokensOf(poolId, app)
  await setIssuer(poolId, 'UPDATED')
  const after = await tokensOf(poolId, app)
  assert.equal(await userInfo(poolId, before.access_token), 200)
  assert.equal(await userInfo(poolId, after.access_token), 200)
  await setIssuer(poolId, 'ORIGINAL')
  assert.equal(await userInfo(poolId, after.access_token), 200)

  const refreshed = await askToken(`${server.site}/${poolId}`, {
    grant_type: 'refresh_token',
    refresh_token: after.refresh_token!,
    client_id: app.id,
  })
  assert.equal(claimsOf(refreshed.body.access_token).iss, `${server.site}/${poolId}`)
})

test('a client’s own token has the pool’s issuer', async () => {
  const poolId = await server.pool()
  await setIssuer(poolId, 'UPDATED')
  await server.cognito.createResourceServer({
    UserPoolId: poolId,
    Identifier: 'api',
    Name: 'api',
    Scopes: [{ ScopeName: 'read', ScopeDescription: 'read' }],
  })
  const app = await server.client(poolId, {
    AllowedOAuthFlows: ['client_credentials'],
    AllowedOAuthScopes: ['api/read'],
    GenerateSecret: true,
  })
  const form = { grant_type: 'client_credentials', client_id: app.id, client_secret: app.secret }
  const { body } = await askToken(`${server.site}/${poolId}`, form)
  assert.equal(claimsOf(body.access_token).iss, `${server.site}/issuer/${poolId}`)
})

test('each installation builds both forms of issuer from its template, and recognizes its own', () => {
  const poolId = 'eu-west-1_AbCdEfGhI'
  const cases = [
    ['https://id.example.com/{poolId}', `https://id.example.com/issuer/${poolId}`],
    ['https://id.example.com/auth/{poolId}', `https://id.example.com/auth/issuer/${poolId}`],
    ['https://{poolId}.example.com', `https://${poolId}.example.com/issuer`],
    [
      'https://cognito-idp.{region}.amazonaws.com/{poolId}',
      `https://issuer-cognito-idp.us-east-1.amazonaws.com/${poolId}`,
    ],
  ] as const
  for (const [issuer, updated] of cases) {
    const ctx = { ...server.ctx, config: { ...server.ctx.config, issuer, region: 'us-east-1' } }
    const original = issuer.replace('{region}', 'us-east-1').replace('{poolId}', poolId)
    assert.equal(issuerUrl(ctx, poolId, 'ORIGINAL'), original)
    assert.equal(issuerUrl(ctx, poolId, 'UPDATED'), updated)
    for (const known of [original, updated]) {
      assert.equal(poolOfIssuer(ctx, known), poolId)
      assert.equal(poolOfIssuer(ctx, `${known}x/`), undefined)
      assert.equal(poolOfIssuer(ctx, known.replace('https:', 'http:')), undefined)
    }
  }
})
