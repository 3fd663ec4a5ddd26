import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { refreshTokenHash } from '../../src/pool/tokens/refresh-token.ts'
import { type Rotation, rotateRefreshToken, rotateRefreshTokens } from '../../src/pool/tokens/refresh-token-store.ts'
import { refreshTokens } from '../../src/pool/tokens/refresh-tokens.ts'
import { requireAccessToken } from '../../src/pool/tokens/require-access-token.ts'
import { revokeFamily } from '../../src/pool/tokens/revocation-store.ts'
import type { Trx } from '../../src/store/db.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { addToGroup, claimsOf, makeClient, makeUser, newSecret, type SignedIn, signedIn, signIn } from './fixture.ts'

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(() => server.close())

const refresh = async (who: SignedIn, token = who.tokens.refreshToken, more = {}) => {
  const input = { ClientId: who.client.id, RefreshToken: token, ...more }
  return (await server.cognito.getTokensFromRefreshToken(input)).AuthenticationResult!
}
const rotation = (RetryGracePeriodSeconds?: number) => ({
  client: { RefreshTokenRotation: { Feature: 'ENABLED' as const, RetryGracePeriodSeconds } },
})
/** Users of one app, whose refresh tokens rotate. */
async function signedInTogether(count: number): Promise<SignedIn[]> {
  const first = await signedIn(server.ctx, rotation())
  const { pool, client } = first
  const others = Array.from({ length: count - 1 }, async () => {
    const who = { pool, client, user: await makeUser(server.ctx, pool.id) }
    return { ...who, tokens: await signIn(server.ctx, who) }
  })
  return [first, ...(await Promise.all(others))]
}
const refused = (message: string) => ({ name: 'NotAuthorizedException', message })
const reused = { name: 'RefreshTokenReuseException' }

test('a refresh keeps the session, and without rotation gives no new refresh token', async () => {
  const who = await signedIn(server.ctx)
  server.clock.advance({ minutes: 10 })
  const fresh = await refresh(who)
  assert.equal(fresh.RefreshToken, undefined)
  assert.equal(fresh.TokenType, 'Bearer')
  assert.equal(fresh.ExpiresIn, 3600)
  const [before, now] = [claimsOf(who.tokens.accessToken), claimsOf(fresh.AccessToken)]
  for (const kept of ['sub', 'origin_jti', 'event_id', 'auth_time', 'scope', 'amr', 'client_id', 'username'])
    assert.deepEqual(now[kept], before[kept], kept)
  assert.notEqual(now.jti, before.jti)
  assert.ok(now.iat >= before.iat + 600)
  // Still good for another one.
  assert.ok((await refresh(who)).IdToken)
})

test('attributes and groups are those of now', async () => {
  const who = await signedIn(server.ctx)
  await addToGroup(server.ctx, who.user, { name: 'staff', precedence: 1, roleArn: 'arn:aws:iam::1:role/staff' })
  const attributes = { email: 'new@example.com', email_verified: 'false' }
  await server.ctx.db.updateTable('users').set({ attributes }).where('id', '=', who.user.id).execute()
  const id = claimsOf((await refresh(who)).IdToken)
  assert.equal(id.email, 'new@example.com')
  assert.equal(id.email_verified, false)
  assert.deepEqual(id['cognito:groups'], ['staff'])
  assert.equal(id['cognito:preferred_role'], 'arn:aws:iam::1:role/staff')
})

test('a session of the OAuth endpoints keeps its scopes and nonce when the API refreshes it', async () => {
  const who = await signedIn(server.ctx, { issue: { surface: 'oauth', scope: 'openid email', nonce: 'n-1' } })
  const fresh = await refresh(who)
  assert.equal(claimsOf(fresh.AccessToken).scope, 'openid email')
  assert.equal(claimsOf(fresh.AccessToken).version, 2)
  assert.equal(claimsOf(fresh.IdToken).nonce, 'n-1')
})

test('what is no refresh token of this client is refused', async () => {
  const who = await signedIn(server.ctx)
  const { client: other } = await makeClient(server.ctx, who.pool.id)
  const stranger = await signedIn(server.ctx)
  const tampered = who.tokens.refreshToken.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
  const attempts: [SignedIn, string][] = [
    [who, 'nonsense'],
    [who, tampered],
    [who, who.tokens.accessToken],
    [{ ...who, client: other }, who.tokens.refreshToken],
    [who, stranger.tokens.refreshToken],
    [stranger, who.tokens.refreshToken],
  ]
  for (const attempt of attempts) await assert.rejects(refresh(...attempt), refused('Invalid Refresh Token.'))
  await assert.rejects(refresh({ ...who, client: { ...other, id: 'nobody' } }), { name: 'ResourceNotFoundException' })
})

test('a refresh token ends with its time', async () => {
  const client = { RefreshTokenValidity: 90, TokenValidityUnits: { RefreshToken: 'minutes' as const } }
  const who = await signedIn(server.ctx, { client })
  server.clock.advance({ minutes: 89 })
  await refresh(who)
  server.clock.advance({ minutes: 2 })
  await assert.rejects(refresh(who), refused('Refresh Token has expired'))
})

test('a confidential client shows its secret', async () => {
  const secret = newSecret()
  const who = await signedIn(server.ctx, { secret })
  await assert.rejects(refresh(who), { name: 'NotAuthorizedException' })
  await assert.rejects(refresh(who, undefined, { ClientSecret: newSecret() }), { name: 'NotAuthorizedException' })
  assert.ok(await refresh(who, undefined, { ClientSecret: secret }))
})

test('a session of a device is refreshed by that device', async () => {
  const deviceKey = `us-east-1_${crypto.randomUUID()}`
  const who = await signedIn(server.ctx, { issue: { deviceKey } })
  await assert.rejects(refresh(who), refused('Invalid Refresh Token.'))
  const other = { DeviceKey: `us-east-1_${crypto.randomUUID()}` }
  await assert.rejects(refresh(who, undefined, other), refused('Invalid Refresh Token.'))
  assert.equal(claimsOf((await refresh(who, undefined, { DeviceKey: deviceKey })).AccessToken).device_key, deviceKey)
})

test('a disabled user refreshes nothing', async () => {
  const who = await signedIn(server.ctx)
  await server.ctx.db.updateTable('users').set({ enabled: false }).where('id', '=', who.user.id).execute()
  await assert.rejects(refresh(who), refused('User is disabled.'))
})

test('a deleted user refreshes nothing', async () => {
  const who = await signedIn(server.ctx)
  await server.ctx.db.deleteFrom('users').where('id', '=', who.user.id).execute()
  await assert.rejects(refresh(who), refused('Invalid Refresh Token.'))
})

test('rotation gives a new refresh token for the rest of the first one’s life', async () => {
  const who = await signedIn(server.ctx, rotation())
  server.clock.advance({ days: 20 })
  const second = await refresh(who)
  assert.notEqual(second.RefreshToken, who.tokens.refreshToken)
  server.clock.advance({ days: 9 })
  const third = await refresh(who, second.RefreshToken)
  server.clock.advance({ days: 2 })
  await assert.rejects(refresh(who, third.RefreshToken), refused('Refresh Token has expired'))
})

test('a rotated token that comes again ends the whole session', async () => {
  const who = await signedIn(server.ctx, rotation())
  const second = await refresh(who)
  await assert.rejects(refresh(who), reused)
  await assert.rejects(refresh(who, second.RefreshToken), refused('Refresh Token has been revoked'))
  await assert.rejects(requireAccessToken(server.ctx, second.AccessToken), refused('Access Token has been revoked'))
})

test('within the grace period a retry is answered, after it the session ends', async () => {
  const who = await signedIn(server.ctx, rotation(30))
  const second = await refresh(who)
  server.clock.advance({ seconds: 20 })
  const retried = await refresh(who)
  assert.notEqual(retried.RefreshToken, second.RefreshToken)
  server.clock.advance({ seconds: 11 })
  await assert.rejects(refresh(who), reused)
  await assert.rejects(refresh(who, retried.RefreshToken), refused('Refresh Token has been revoked'))
})

test('using one token of a generation ends its siblings', async () => {
  const who = await signedIn(server.ctx, rotation(30))
  const [lost, kept] = [await refresh(who), await refresh(who)]
  const third = await refresh(who, kept.RefreshToken)
  server.clock.advance({ seconds: 31 })
  assert.ok(await refresh(who, third.RefreshToken))
  await assert.rejects(refresh(who, lost.RefreshToken), reused)
})

test('a rotation reads no token that was rotated long ago, alone or with others', async () => {
  const { ctx } = server
  for (const rotate of [
    async (trx: Trx, all: Rotation[]) => Promise.all(all.map((one) => rotateRefreshToken(trx, one))),
    rotateRefreshTokens,
  ]) {
    const people = await signedInTogether(3)
    const at = ctx.clock.now()
    const rotations = people.map((who) => rotationOf(who))
    const old = { pool_id: rotations[0]!.poolId, issued_at: at, rotated_at: at, usable_until: at }
    const rows = rotations.flatMap(({ originJti }) =>
      Array.from({ length: 1000 }, () => ({ ...old, origin_jti: originJti, token_hash: randomBytes(32) })),
    )
    await ctx.db.insertInto('refresh_tokens').values(rows).execute()

    const read = await ctx.db.transaction().execute(async (trx) => {
      assert.deepEqual(await rotate(trx, rotations), [true, true, true])
      const { rows } = await sql<{ tuples: number }>`
        select pg_stat_get_xact_tuples_fetched(c) + pg_stat_get_xact_tuples_returned(c) as tuples
        from (select 'refresh_tokens'::regclass as c) as counted`.execute(trx)
      return Number(rows[0]!.tuples)
    })
    assert.ok(read < 60, `${read} rows`)
  }
})

test('of tokens that rotate together, those that are used, unknown or of ended sessions do not', async () => {
  const { db, clock } = server.ctx
  const [good, used, unknown, ended, other] = (await signedInTogether(5)).map((who) => rotationOf(who))
  assert.ok(await rotateRefreshToken(db, used!))
  await revokeFamily(db, ended!.poolId, ended!.originJti, clock.now())
  const strange = { ...unknown!, current: randomBytes(32) }
  const again = { ...used!, next: randomBytes(32) }
  const done = await rotateRefreshTokens(db, [good!, again, strange, ended!, other!])
  assert.deepEqual(done, [true, undefined, undefined, undefined, true])
  const stored = await db
    .selectFrom('refresh_tokens')
    .select('token_hash')
    .where('pool_id', '=', good!.poolId)
    .where('rotated_at', 'is', null)
    .execute()
  const valid = new Set(stored.map((row) => row.token_hash.toString('hex')))
  const expected = [good!.next, used!.next, unknown!.current, ended!.current, other!.next]
  assert.deepEqual(valid, new Set(expected.map((hash) => hash.toString('hex'))))
})

function rotationOf({ pool, tokens }: SignedIn): Rotation {
  const now = server.ctx.clock.now()
  return {
    poolId: pool.id,
    originJti: claimsOf(tokens.accessToken).origin_jti,
    current: refreshTokenHash(server.ctx, pool.id, tokens.refreshToken!),
    next: randomBytes(32),
    now,
    graceUntil: now,
  }
}

test('of parallel refreshes without grace exactly one succeeds', async () => {
  const who = await signedIn(server.ctx, rotation())
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => refresh(who)))
  assert.equal(outcomes.filter((outcome) => outcome.status === 'fulfilled').length, 1)
  const names = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? outcome.reason.name : []))
  assert.ok(names.every((name) => name === 'RefreshTokenReuseException' || name === 'NotAuthorizedException'))
  assert.ok(names.includes('RefreshTokenReuseException'))
})

test('sessions that rotate at the same time each get a token of their own, and their old ones end', async () => {
  const people = await signedInTogether(24)
  const next = await Promise.all(people.map((who) => refresh(who)))
  assert.equal(new Set(next.map(({ RefreshToken }) => RefreshToken)).size, people.length)
  const again = await Promise.all(people.map((who, index) => refresh(who, next[index]!.RefreshToken)))
  for (const [index, who] of people.entries()) {
    assert.equal(claimsOf(again[index]!.AccessToken).sub, who.user.id)
    await assert.rejects(refresh(who), reused)
  }
})

test('of many sessions that rotate twice at the same time, each does so once', async () => {
  const people = await signedInTogether(12)
  const outcomes = await Promise.allSettled([...people, ...people].map((who) => refresh(who)))
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, people.length)
})

test('a session that is locked elsewhere holds up no other that rotates', async () => {
  const people = await signedInTogether(12)
  const [locked, ...others] = people
  const { origin_jti: originJti } = claimsOf(locked!.tokens.accessToken)
  const lock = Promise.withResolvers<void>()
  const isLocked = Promise.withResolvers<void>()
  const holder = server.ctx.db.transaction().execute(async (trx) => {
    await trx
      .selectFrom('token_families')
      .select('pool_id')
      .where('pool_id', '=', locked!.pool.id)
      .where('origin_jti', '=', originJti)
      .forUpdate()
      .execute()
    isLocked.resolve()
    await lock.promise
  })
  await isLocked.promise
  // So that the locked one is in the middle of a batch.
  const early = refresh(others[0]!)
  const waiting = refresh(locked!)
  await Promise.all([early, ...others.slice(1).map((who) => refresh(who))])
  lock.resolve()
  await holder
  assert.ok((await waiting).RefreshToken)
})

test('sessions that end while they rotate with others get nothing, and the others do', async () => {
  const people = await signedInTogether(12)
  const { db, clock } = server.ctx
  for (const who of people.slice(0, 6))
    await revokeFamily(db, who.pool.id, claimsOf(who.tokens.accessToken).origin_jti, clock.now())
  const outcomes = await Promise.allSettled(people.map((who) => refresh(who)))
  const isRefreshed = outcomes.map(({ status }) => status === 'fulfilled')
  assert.deepEqual(isRefreshed, [...Array(6).fill(false), ...Array(6).fill(true)])
})

test('parallel refreshes within the grace period all succeed, each with a token of its own', async () => {
  const who = await signedIn(server.ctx, rotation(30))
  const answers = await Promise.all(Array.from({ length: 6 }, () => refresh(who)))
  assert.equal(new Set(answers.map((answer) => answer.RefreshToken)).size, 6)
})

test('who must authenticate by the name of the owner is asked before anything is judged or spent', async () => {
  const who = await signedIn(server.ctx, rotation())
  const names: (string | undefined)[] = []
  const attempt = (refreshToken: string) =>
    refreshTokens(server.ctx, {
      ...who,
      refreshToken,
      surface: 'api',
      authenticate(username) {
        names.push(username)
        throw new Error('not the client')
      },
    })
  await assert.rejects(attempt(who.tokens.refreshToken), { message: 'not the client' })
  await assert.rejects(attempt('nonsense'), { message: 'not the client' })
  assert.deepEqual(names, [who.user.username, undefined])
  assert.ok((await refresh(who)).RefreshToken)
})

test('the token endpoint refreshes an API session, but not one of a tracked device', async () => {
  const who = await signedIn(server.ctx)
  const input = { ...who, surface: 'oauth' as const }
  const fresh = await refreshTokens(server.ctx, { ...input, refreshToken: who.tokens.refreshToken })
  assert.equal(claimsOf(fresh.accessToken).scope, 'aws.cognito.signin.user.admin')
  const deviceKey = `us-east-1_${crypto.randomUUID()}`
  const tracked = await signIn(server.ctx, who, { deviceKey })
  const attempt = refreshTokens(server.ctx, { ...input, deviceKey, refreshToken: tracked.refreshToken })
  await assert.rejects(attempt, refused('Invalid Refresh Token.'))
})
