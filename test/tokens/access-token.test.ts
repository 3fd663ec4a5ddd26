import assert from 'node:assert/strict'
import { createHmac, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { signJwt } from '../../src/lib/jwt.ts'
import { findPool } from '../../src/pool/pools/pool.ts'
import { issueClientToken } from '../../src/pool/tokens/issue-client-token.ts'
import { requireAccessToken } from '../../src/pool/tokens/require-access-token.ts'
import { revokeAllTokens, revokeFamily } from '../../src/pool/tokens/revocation-store.ts'
import { rotateSigningKeys } from '../../src/pool/tokens/rotate-signing-keys.ts'
import { signingKeys } from '../../src/pool/tokens/signing-keys.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { claimsOf, headerOf, makeUser, type SignedIn, signedIn, signIn } from './fixture.ts'

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(() => server.close())

const use = (token: string, options?: object) => requireAccessToken(server.ctx, token, options)
const refused = (message: string) => ({ name: 'NotAuthorizedException', message })
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const keysOf = async (who: SignedIn) => signingKeys(server.ctx, (await findPool(server.ctx, who.pool.id))!)

test('a good token gives pool, client, user and session', async () => {
  const who = await signedIn(server.ctx)
  const found = await use(who.tokens.accessToken)
  assert.equal(found.pool.id, who.pool.id)
  assert.equal(found.client.id, who.client.id)
  assert.deepEqual(found.user, who.user)
  assert.equal(found.claims.username, who.user.username)
  assert.equal(found.originJti, who.tokens.originJti)
})

test('a token that does not name its session is found by its event', async () => {
  const who = await signedIn(server.ctx, { client: { EnableTokenRevocation: false } })
  assert.equal((await use(who.tokens.accessToken)).originJti, who.tokens.originJti)
  server.clock.advance({ seconds: 1 })
  await revokeAllTokens(server.ctx.db, who.pool.id, who.user.id, server.clock.now())
  await assert.rejects(use(who.tokens.accessToken), refused('Access Token has been revoked'))
})

test('a token that is not one of our access tokens is refused', async () => {
  const who = await signedIn(server.ctx)
  const token = who.tokens.accessToken
  const [head, body, tail] = token.split('.') as [string, string, string]
  const keys = await keysOf(who)
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const claims = claimsOf(token)
  const other = await signedIn(server.ctx)
  const otherKeys = await keysOf(other)
  const publicPem = createPublicKey({ key: { ...keys.access.publicJwk }, format: 'jwk' }).export({
    type: 'spki',
    format: 'pem',
  })
  const hs256 = `${encode({ kid: keys.access.kid, alg: 'HS256' })}.${body}`

  const unverified = 'Could not verify signature for Access Token'
  const cases: [string, string, string][] = [
    ['nothing', '', 'Invalid Access Token'],
    ['no token', 'abc', 'Invalid Access Token'],
    ['four parts', `${token}.x`, 'Invalid Access Token'],
    ['alg none', `${encode({ kid: keys.access.kid, alg: 'none' })}.${body}.`, 'Invalid Access Token'],
    [
      'alg none with the signature',
      `${encode({ kid: keys.access.kid, alg: 'none' })}.${body}.${tail}`,
      'Invalid Access Token',
    ],
    [
      'HS256 with the public key',
      `${hs256}.${createHmac('sha256', publicPem).update(hs256).digest('base64url')}`,
      'Invalid Access Token',
    ],
    ['other claims', `${head}.${encode({ ...claims, username: 'root' })}.${tail}`, unverified],
    ['another signature', `${head}.${body}.${other.tokens.accessToken.split('.')[2]}`, unverified],
    ['a key of nobody', await signJwt(keys.access.kid, claims, privateKey), unverified],
    ['a kid of nobody', await signJwt('unknown', claims, privateKey), unverified],
    ['a key of another pool', await signJwt(otherKeys.access.kid, claims, otherKeys.access.privateKey), unverified],
    [
      'a foreign issuer',
      await signJwt(keys.access.kid, { ...claims, iss: 'https://evil.example/' }, keys.access.privateKey),
      unverified,
    ],
    [
      'a pool that is not',
      await signJwt(keys.access.kid, { ...claims, iss: claims.iss.replace(/.$/, '~') }, keys.access.privateKey),
      unverified,
    ],
    ['the ID token', who.tokens.idToken!, 'Invalid Access Token'],
    ['the refresh token', who.tokens.refreshToken, 'Invalid Access Token'],
  ]
  for (const [what, forged, message] of cases) await assert.rejects(use(forged), refused(message), what)
  // None of them was remembered in the place of the real one.
  assert.ok(await use(token))
})

test("another pool's session is not this one's, even where a token of this pool names it", async () => {
  const [who, other] = [await signedIn(server.ctx), await signedIn(server.ctx)]
  const keys = await keysOf(who)
  const claims = { ...claimsOf(who.tokens.accessToken), origin_jti: other.tokens.originJti }
  const mixed = await signJwt(keys.access.kid, claims, keys.access.privateKey)
  await assert.rejects(use(mixed), refused('Access Token has been revoked'))
})

test("a token whose session is another user's is refused", async () => {
  const who = await signedIn(server.ctx)
  const bob = await makeUser(server.ctx, who.pool.id)
  const keys = await keysOf(who)
  const mixed = { ...claimsOf(who.tokens.accessToken), sub: bob.id }
  const token = await signJwt(keys.access.kid, mixed, keys.access.privateKey)
  await assert.rejects(use(token), refused('Access Token has been revoked'))
})

test('a token ends with its time, also where it has been seen before', async () => {
  const who = await signedIn(server.ctx)
  await use(who.tokens.accessToken)
  server.clock.advance({ minutes: 59 })
  await use(who.tokens.accessToken)
  server.clock.advance({ minutes: 2 })
  await assert.rejects(use(who.tokens.accessToken), refused('Access Token has expired'))
})

test('a token without the scope that is asked for is refused', async () => {
  const who = await signedIn(server.ctx, { issue: { surface: 'oauth', scope: 'openid email' } })
  await assert.rejects(use(who.tokens.accessToken), refused('Access Token does not have required scopes'))
  assert.ok(await use(who.tokens.accessToken, { scope: 'openid' }))
  const api = await signIn(server.ctx, who)
  await assert.rejects(use(api.accessToken, { scope: 'openid' }), refused('Access Token does not have required scopes'))
})

test("a client's own token opens no user", async () => {
  const { pool, client } = await signedIn(server.ctx)
  const { accessToken } = await issueClientToken(server.ctx, { pool, client, scopes: ['api/read'] })
  await assert.rejects(use(accessToken), refused('Access Token does not have required scopes'))
  await assert.rejects(use(accessToken, { scope: 'api/read' }), refused('Invalid Access Token'))
})

test('a disabled user, a deleted user and a deleted client end the token', async () => {
  const who = await signedIn(server.ctx)
  const { db } = server.ctx
  await use(who.tokens.accessToken)
  await db.updateTable('users').set({ enabled: false }).where('id', '=', who.user.id).execute()
  await assert.rejects(use(who.tokens.accessToken), refused('User is disabled.'))
  await db.deleteFrom('users').where('id', '=', who.user.id).execute()
  const gone = { name: 'UserNotFoundException', message: 'User does not exist.' }
  await assert.rejects(use(who.tokens.accessToken), gone)
  await assert.rejects(
    server.cognito.globalSignOut({ AccessToken: who.tokens.accessToken }),
    refused('User does not exist.'),
  )

  const another = await signedIn(server.ctx)
  await use(another.tokens.accessToken)
  await db.deleteFrom('clients').where('id', '=', another.client.id).execute()
  await assert.rejects(use(another.tokens.accessToken), refused('Access Token has been revoked'))
  await db.deleteFrom('pools').where('id', '=', another.pool.id).execute()
  await assert.rejects(use(another.tokens.accessToken), refused('Could not verify signature for Access Token'))
})

test('a revoked session ends alone', async () => {
  const who = await signedIn(server.ctx)
  const second = await signIn(server.ctx, who)
  await use(who.tokens.accessToken)
  await revokeFamily(server.ctx.db, who.pool.id, who.tokens.originJti, server.clock.now())
  await assert.rejects(use(who.tokens.accessToken), refused('Access Token has been revoked'))
  assert.ok(await use(second.accessToken))
})

test('a login session that is older than the sign-out may open a new token session', async () => {
  const who = await signedIn(server.ctx)
  const loggedIn = server.clock.now().getTime()
  server.clock.advance({ minutes: 5 })
  await revokeAllTokens(server.ctx.db, who.pool.id, who.user.id, server.clock.now())
  server.clock.advance({ minutes: 5 })
  const proven = { at: loggedIn, factors: [{ name: 'pwd' as const, at: loggedIn }] }
  const opened = await signIn(server.ctx, who, { surface: 'oauth', scope: 'openid', proven })
  assert.ok(await use(opened.accessToken, { scope: 'openid' }))
})

test('a rotation publishes new keys before they sign, and the old ones verify until their last token is over', async () => {
  const who = await signedIn(server.ctx)
  const kid = () => signIn(server.ctx, who).then((tokens) => (headerOf(tokens.accessToken) as { kid: string }).kid)
  const first = await kid()
  await rotateSigningKeys(server.ctx, who.pool.id)
  who.pool = (await findPool(server.ctx, who.pool.id))!
  assert.equal((await keysOf(who)).all.size, 4)
  assert.equal(await kid(), first)

  server.clock.advance({ minutes: 11 })
  const second = await kid()
  assert.notEqual(second, first)
  const old = await signedIn(server.ctx, { poolId: who.pool.id })
  assert.ok(await use(old.tokens.accessToken))

  server.clock.advance({ days: 1 })
  assert.deepEqual([...(await keysOf(who)).all.keys()].includes(first), false)
  assert.equal((await keysOf(who)).all.size, 2)
})

test('a key that is withdrawn ends the tokens it has signed, also those seen before', async () => {
  const who = await signedIn(server.ctx)
  await rotateSigningKeys(server.ctx, who.pool.id)
  await use(who.tokens.accessToken)
  const { kid } = headerOf(who.tokens.accessToken) as { kid: string }
  server.clock.advance({ minutes: 11 })
  await server.ctx.db.deleteFrom('signing_keys').where('kid', '=', kid).execute()
  await server.ctx.db.updateTable('pools').set({ revision: 99 }).where('id', '=', who.pool.id).execute()
  await assert.rejects(use(who.tokens.accessToken), refused('Could not verify signature for Access Token'))
})

test('what one node ends is over on the others at once', async () => {
  const issuer = 'https://id.example.com/{poolId}'
  const masterKey = randomBytes(32)
  const first = await startTestServer({ issuer }, { masterKey })
  const second = await startTestServer({ issuer }, { masterKey, connection: first.connection, clock: first.clock })
  try {
    const who = await signedIn(first.ctx)
    await requireAccessToken(second.ctx, who.tokens.accessToken)
    await rotateSigningKeys(first.ctx, who.pool.id)
    first.clock.advance({ minutes: 11 })
    who.pool = (await findPool(first.ctx, who.pool.id))!
    const fresh = await signIn(first.ctx, who)
    await requireAccessToken(second.ctx, fresh.accessToken)
    await requireAccessToken(second.ctx, who.tokens.accessToken)

    await revokeFamily(first.ctx.db, who.pool.id, who.tokens.originJti, first.clock.now())
    const over = refused('Access Token has been revoked')
    await assert.rejects(requireAccessToken(second.ctx, who.tokens.accessToken), over)
    await revokeAllTokens(first.ctx.db, who.pool.id, who.user.id, first.clock.now())
    await assert.rejects(requireAccessToken(second.ctx, fresh.accessToken), over)
  } finally {
    await second.close()
    await first.close()
  }
})
