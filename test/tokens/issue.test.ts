import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestServer, type TestServer } from '../support/server.ts'
import { addToGroup, claimsOf, headerOf, makeClient, makePool, makeUser, signedIn, signIn } from './fixture.ts'

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(() => server.close())

test('ID and access token are signed with different keys, and their headers say kid and alg alone', async () => {
  const { tokens } = await signedIn(server.ctx)
  const [idHeader, accessHeader] = [headerOf(tokens.idToken!), headerOf(tokens.accessToken)] as { kid: string }[]
  assert.deepEqual(Object.keys(idHeader!).sort(), ['alg', 'kid'])
  assert.deepEqual(Object.keys(accessHeader!).sort(), ['alg', 'kid'])
  assert.notEqual(idHeader!.kid, accessHeader!.kid)
  assert.equal(tokens.expiresIn, 3600)
})

test('both tokens carry the session id that the caller learns, and the same event', async () => {
  const { tokens } = await signedIn(server.ctx)
  const [id, access] = [claimsOf(tokens.idToken), claimsOf(tokens.accessToken)]
  assert.equal(id.origin_jti, tokens.originJti)
  assert.equal(access.origin_jti, tokens.originJti)
  assert.equal(id.event_id, access.event_id)
  assert.notEqual(id.jti, access.jti)
})

test('auth_time is the first proof', async () => {
  const { pool, client } = await makeClient(server.ctx, await makePool(server.ctx))
  const user = await makeUser(server.ctx, pool.id)
  const at = server.clock.now().getTime() - 90_000
  const tokens = await signIn(server.ctx, { pool, client, user }, { proven: { at, factors: [{ name: 'pwd', at }] } })
  assert.equal(claimsOf(tokens.accessToken).auth_time, Math.floor(at / 1000))
})

test('groups come best precedence first', async () => {
  const { pool, client } = await makeClient(server.ctx, await makePool(server.ctx))
  const user = await makeUser(server.ctx, pool.id)
  await addToGroup(server.ctx, user, { name: 'none', roleArn: 'arn:aws:iam::1:role/none' })
  await addToGroup(server.ctx, user, { name: 'second', precedence: 2, roleArn: 'arn:aws:iam::1:role/second' })
  await addToGroup(server.ctx, user, { name: 'first', precedence: 1, roleArn: 'arn:aws:iam::1:role/first' })
  const tokens = await signIn(server.ctx, { pool, client, user })
  assert.deepEqual(claimsOf(tokens.accessToken)['cognito:groups'], ['first', 'second', 'none'])
  assert.equal(claimsOf(tokens.idToken)['cognito:preferred_role'], 'arn:aws:iam::1:role/first')
})

test('the OAuth endpoints bind the ID token to the access token, and give one for openid alone', async () => {
  const oauth = { surface: 'oauth' as const, scope: 'openid email', nonce: 'n-1' }
  const { pool, client, user, tokens } = await signedIn(server.ctx, { issue: oauth })
  const id = claimsOf(tokens.idToken)
  assert.match(id.at_hash, /^[\w-]{22}$/)
  assert.equal(id.nonce, 'n-1')
  assert.equal(claimsOf(tokens.accessToken).scope, 'openid email')

  const plain = await signIn(server.ctx, { pool, client, user }, { surface: 'oauth', scope: 'api/read' })
  assert.equal(plain.idToken, undefined)
})

test('a refresh token looks like a JWE, is unique, and only its keyed hash is stored', async () => {
  const { pool, client, user, tokens } = await signedIn(server.ctx)
  assert.equal(tokens.refreshToken.split('.').length, 5)
  assert.deepEqual(headerOf(tokens.refreshToken), { cty: 'JWT', enc: 'A256GCM', alg: 'RSA-OAEP' })
  assert.notEqual((await signIn(server.ctx, { pool, client, user })).refreshToken, tokens.refreshToken)
  const rows = await server.ctx.db.selectFrom('refresh_tokens').selectAll().where('pool_id', '=', pool.id).execute()
  assert.equal(rows.length, 2)
  assert.deepEqual(
    rows.map((row) => row.token_hash.length),
    [32, 32],
  )
})

test('the implicit grant leaves a session but no refresh token', async () => {
  const issue = { surface: 'oauth' as const, scope: 'openid', withRefreshToken: false, originJti: crypto.randomUUID() }
  const { pool, tokens } = await signedIn(server.ctx, { issue })
  assert.equal(tokens.refreshToken, '')
  assert.equal(tokens.originJti, issue.originJti)
  const rows = await server.ctx.db.selectFrom('refresh_tokens').selectAll().where('pool_id', '=', pool.id).execute()
  assert.equal(rows.length, 0)
})

test('a session that exists is not opened again, and one of a client that has gone not at all', async () => {
  const who = await signedIn(server.ctx)
  const again = { originJti: who.tokens.originJti }
  await assert.rejects(signIn(server.ctx, who, again), { name: 'NotAuthorizedException' })
  await server.ctx.db.deleteFrom('clients').where('id', '=', who.client.id).execute()
  await assert.rejects(signIn(server.ctx, who), { name: 'NotAuthorizedException' })
})

test('a user who is disabled or deleted while signing in gets no tokens', async () => {
  const { pool, client } = await makeClient(server.ctx, await makePool(server.ctx))
  const [disabled, deleted] = [await makeUser(server.ctx, pool.id), await makeUser(server.ctx, pool.id)]
  await server.ctx.db.updateTable('users').set({ enabled: false }).where('id', '=', disabled.id).execute()
  await server.ctx.db.deleteFrom('users').where('id', '=', deleted.id).execute()
  for (const user of [disabled, deleted])
    await assert.rejects(signIn(server.ctx, { pool, client, user }), { name: 'NotAuthorizedException' })
})
