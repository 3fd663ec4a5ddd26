import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { JwtVerifier } from 'aws-jwt-verify'
import { SimpleJwksCache } from 'aws-jwt-verify/jwk'
import { keys } from '../../src/cli/administration.ts'
import { rotateOldKeys } from '../../src/jobs/rotate-keys.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { adminOf, allow, keyWith } from './scene.ts'

let server: TestServer
let second: TestServer
before(async () => {
  const masterKey = randomBytes(32)
  const issuer = 'https://id.example.com/{poolId}'
  server = await startTestServer({ issuer, signingKeyDays: 90 }, { jobs: false, masterKey })
  second = await startTestServer(
    { issuer },
    { jobs: false, masterKey, connection: server.connection, clock: server.clock },
  )
})
after(async () => {
  await second?.close()
  await server?.close()
})

async function scene() {
  const { cognito } = server
  const UserPoolId = (await cognito.createUserPool({ PoolName: 'pool' })).UserPool!.Id!
  const flows = { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH' as const, 'ALLOW_REFRESH_TOKEN_AUTH' as const] }
  const { UserPoolClient } = await cognito.createUserPoolClient({ UserPoolId, ClientName: 'app', ...flows })
  const ClientId = UserPoolClient!.ClientId!
  const Password = 'Correct-horse-1'
  await cognito.adminCreateUser({ UserPoolId, Username: 'ann', MessageAction: 'SUPPRESS' })
  await cognito.adminSetUserPassword({ UserPoolId, Username: 'ann', Password, Permanent: true })
  const signIn = async () => {
    const AuthParameters = { USERNAME: 'ann', PASSWORD: Password }
    return (await cognito.initiateAuth({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters }))
      .AuthenticationResult!
  }
  return { UserPoolId, ClientId, signIn }
}

const kidOf = (token: string): string => JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()).kid

const keySet = async (poolId: string) =>
  (await (await fetch(`${server.url}/${poolId}/.well-known/jwks.json`)).json()) as { keys: { kid: string }[] }

/** A verifier that remembers the key set, and how often it has fetched it. */
function verifierOf(poolId: string) {
  const state = { fetched: 0 }
  const fetcher = {
    fetch: async () => {
      state.fetched++
      return new TextEncoder().encode(JSON.stringify(await keySet(poolId))).buffer as ArrayBuffer
    },
  }
  const verifier = JwtVerifier.create(
    { issuer: `https://id.example.com/${poolId}`, audience: null, jwksUri: 'https://id.example.com/jwks.json' },
    { jwksCache: new SimpleJwksCache({ fetcher }) },
  )
  return { state, verify: (token: string) => verifier.verify(token) }
}

test('no token fails through a rotation, at verifiers that remember the key set', async () => {
  const { UserPoolId, signIn } = await scene()
  const admin = adminOf(server)
  const verifier = verifierOf(UserPoolId)
  const early = await signIn()
  await verifier.verify(early.AccessToken!)
  const { SigningKeys } = await admin.rotateSigningKeys({ UserPoolId })
  assert.deepEqual(SigningKeys.map(({ Signs, Status }) => `${Signs} ${Status}`).sort(), [
    'AccessTokens Active',
    'AccessTokens Pending',
    'IdTokens Active',
    'IdTokens Pending',
  ])
  let turned = false
  for (let minute = 0; minute < 20; minute++) {
    const { AccessToken, IdToken } = await signIn()
    await verifier.verify(AccessToken!)
    await verifier.verify(IdToken!)
    await verifier.verify(early.AccessToken!)
    await second.cognito.getUser({ AccessToken: AccessToken! })
    turned ||= kidOf(AccessToken!) !== kidOf(early.AccessToken!)
    server.clock.advance({ minutes: 1 })
  }
  assert.ok(turned)
  assert.equal(verifier.state.fetched, 2)
  server.clock.advance({ days: 1 })
  assert.equal((await keySet(UserPoolId)).keys.length, 2)
  const after = (await admin.listSigningKeys({ UserPoolId })).SigningKeys
  assert.deepEqual(
    after.map(({ Status }) => Status),
    ['Active', 'Active'],
  )
})

test('what a revoked key has signed is refused by every node, and users stay signed in', async () => {
  const { UserPoolId, ClientId, signIn } = await scene()
  const admin = adminOf(server)
  const { AccessToken, RefreshToken } = await signIn()
  await second.cognito.getUser({ AccessToken: AccessToken! })
  const KeyId = kidOf(AccessToken!)
  await admin.revokeSigningKey({ UserPoolId, KeyId })
  for (const { cognito } of [second, server])
    await assert.rejects(cognito.getUser({ AccessToken: AccessToken! }), { name: 'NotAuthorizedException' })
  assert.ok(!(await keySet(UserPoolId)).keys.some(({ kid }) => kid === KeyId))
  const renewed = await second.cognito.initiateAuth({
    ClientId,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: RefreshToken! },
  })
  await server.cognito.getUser({ AccessToken: renewed.AuthenticationResult!.AccessToken! })
  await assert.rejects(admin.revokeSigningKey({ UserPoolId, KeyId }), { name: 'ResourceNotFoundException' })
  await assert.rejects(admin.rotateSigningKeys({ UserPoolId: 'us-east-1_Nobody001' }), {
    name: 'ResourceNotFoundException',
  })
})

test('a key of another pool is out of reach, and so are keys without a policy that allows it', async () => {
  const [mine, other] = [await scene(), await scene()]
  const KeyId = (await keySet(other.UserPoolId)).keys[0]!.kid
  await assert.rejects(adminOf(server).revokeSigningKey({ UserPoolId: mine.UserPoolId, KeyId }), {
    name: 'ResourceNotFoundException',
  })
  const key = await keyWith(
    server,
    allow('poolhouse:*', `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${mine.UserPoolId}`),
  )
  await adminOf(server, key).rotateSigningKeys({ UserPoolId: mine.UserPoolId })
  await assert.rejects(adminOf(server, key).rotateSigningKeys({ UserPoolId: other.UserPoolId }), {
    name: 'AccessDeniedException',
  })
})

test('keys of a certain age are rotated automatically, once, however many nodes try', async () => {
  const { UserPoolId, signIn } = await scene()
  const count = async () => (await adminOf(server).listSigningKeys({ UserPoolId })).SigningKeys.length
  await rotateOldKeys(server.ctx)
  assert.equal(await count(), 2)
  server.clock.advance({ days: 91 })
  second.ctx.config.signingKeyDays = 90
  await Promise.all([rotateOldKeys(server.ctx), rotateOldKeys(second.ctx)])
  await rotateOldKeys(server.ctx)
  assert.equal(await count(), 4)
  assert.ok((await signIn()).AccessToken)
})

test('signing keys are listed, rotated and revoked from a shell', async () => {
  const { UserPoolId } = await scene()
  process.env.POOLHOUSE_PUBLIC_URL = server.url
  const output = async (...args: string[]) => {
    const lines: string[] = []
    await keys(args, (text) => lines.push(text))
    return lines.join('\n')
  }
  try {
    assert.match(await output('rotate', '--pool', UserPoolId), /IdTokens +Pending/)
    const [first] = JSON.parse(await output('list', '--pool', UserPoolId, '--json'))
    assert.doesNotMatch(
      await output('revoke', first.KeyId, '--pool', UserPoolId),
      new RegExp(first.KeyId.slice(0, 20).replaceAll('+', '\\+')),
    )
    await assert.rejects(output('list'), { name: 'UsageError' })
  } finally {
    delete process.env.POOLHOUSE_PUBLIC_URL
  }
})
