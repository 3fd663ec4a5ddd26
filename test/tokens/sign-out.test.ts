import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { requireAccessToken } from '../../src/pool/tokens/require-access-token.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { makeClient, newSecret, signedIn, signIn } from './fixture.ts'

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(() => server.close())

const use = (token: string) => requireAccessToken(server.ctx, token)
const revoked = { name: 'NotAuthorizedException', message: 'Access Token has been revoked' }
const refreshRevoked = { name: 'NotAuthorizedException', message: 'Refresh Token has been revoked' }

test('GlobalSignOut ends every session of the user, and of nobody else', async () => {
  const who = await signedIn(server.ctx)
  const second = await signIn(server.ctx, who)
  const bob = await signedIn(server.ctx, { poolId: who.pool.id })
  server.clock.advance({ seconds: 1 })
  await server.cognito.globalSignOut({ AccessToken: second.accessToken })

  for (const tokens of [who.tokens, second]) {
    await assert.rejects(use(tokens.accessToken), revoked)
    const input = { ClientId: who.client.id, RefreshToken: tokens.refreshToken }
    await assert.rejects(server.cognito.getTokensFromRefreshToken(input), refreshRevoked)
  }
  await assert.rejects(server.cognito.globalSignOut({ AccessToken: second.accessToken }), revoked)
  assert.ok(await use(bob.tokens.accessToken))

  server.clock.advance({ seconds: 1 })
  assert.ok(await use((await signIn(server.ctx, who)).accessToken))
})

test('AdminUserGlobalSignOut ends every session of the user', async () => {
  const who = await signedIn(server.ctx)
  server.clock.advance({ seconds: 1 })
  await server.cognito.adminUserGlobalSignOut({ UserPoolId: who.pool.id, Username: who.user.username })
  await assert.rejects(use(who.tokens.accessToken), revoked)
  await assert.rejects(server.cognito.adminUserGlobalSignOut({ UserPoolId: who.pool.id, Username: 'nobody' }), {
    name: 'UserNotFoundException',
  })
})

test('RevokeToken ends the session of the refresh token and leaves the others', async () => {
  const who = await signedIn(server.ctx)
  const second = await signIn(server.ctx, who)
  const input = { ClientId: who.client.id, Token: who.tokens.refreshToken }
  await server.cognito.revokeToken(input)
  await assert.rejects(use(who.tokens.accessToken), revoked)
  const refresh = { ClientId: who.client.id, RefreshToken: who.tokens.refreshToken }
  await assert.rejects(server.cognito.getTokensFromRefreshToken(refresh), refreshRevoked)
  assert.ok(await use(second.accessToken))
  // Again is no error, and neither is what nobody has issued.
  await server.cognito.revokeToken(input)
  await server.cognito.revokeToken({ ...input, Token: 'nonsense' })
})

test('RevokeToken wants a refresh token', async () => {
  const who = await signedIn(server.ctx)
  for (const Token of [who.tokens.accessToken, who.tokens.idToken])
    await assert.rejects(server.cognito.revokeToken({ ClientId: who.client.id, Token }), {
      name: 'UnsupportedTokenTypeException',
    })
})

test('RevokeToken wants the client of the token, its secret, and revocation switched on', async () => {
  const secret = newSecret()
  const who = await signedIn(server.ctx, { secret })
  const input = { ClientId: who.client.id, Token: who.tokens.refreshToken }
  await assert.rejects(server.cognito.revokeToken(input), { name: 'UnauthorizedException' })
  await assert.rejects(server.cognito.revokeToken({ ...input, ClientSecret: newSecret() }), {
    name: 'UnauthorizedException',
  })
  await assert.rejects(server.cognito.revokeToken({ ...input, ClientId: 'nobody' }), { name: 'UnauthorizedException' })

  const { client: other } = await makeClient(server.ctx, who.pool.id)
  await server.cognito.revokeToken({ ...input, ClientId: other.id })
  assert.ok(await use(who.tokens.accessToken))

  await server.cognito.revokeToken({ ...input, ClientSecret: secret })
  await assert.rejects(use(who.tokens.accessToken), revoked)

  const without = await signedIn(server.ctx, { client: { EnableTokenRevocation: false } })
  await assert.rejects(
    server.cognito.revokeToken({ ClientId: without.client.id, Token: without.tokens.refreshToken }),
    { name: 'UnsupportedOperationException' },
  )
})
