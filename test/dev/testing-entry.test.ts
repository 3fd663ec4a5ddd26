import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { type PoolhouseForTests, type Seed, startPoolhouse } from '../../src/testing/index.ts'

// As another project would use it: the server on a free port inside a test run.
const UserPoolId = 'us-east-1_seeded001'
const ClientId = 'seededclient0000000000001'
const seed: Seed = {
  pools: [
    {
      Id: UserPoolId,
      PoolName: 'seeded',
      AutoVerifiedAttributes: ['email'],
      Domain: 'seeded-app',
      ResourceServers: [{ Identifier: 'api', Name: 'API', Scopes: [{ ScopeName: 'read', ScopeDescription: 'Read' }] }],
      Groups: [{ GroupName: 'staff', Precedence: 1 }],
      Clients: [
        { ClientId, ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] },
        { ClientId: 'seededservice000000000001', ClientSecret: 'seeded_secret_seeded_secret_1' },
      ],
      Users: [
        {
          Username: 'ann',
          Password: 'Correct-horse-1',
          UserAttributes: { email: 'ann@example.com', email_verified: 'true' },
          Groups: ['staff'],
        },
      ],
    },
  ],
}

let poolhouse: PoolhouseForTests
let cognito: CognitoIdentityProvider

before(async () => {
  poolhouse = await startPoolhouse({ seed })
  const { url: endpoint, region, credentials } = poolhouse
  cognito = new CognitoIdentityProvider({ endpoint, region, credentials, maxAttempts: 1 })
})
after(async () => {
  cognito?.destroy()
  await poolhouse?.stop()
})

const signIn = (PASSWORD = 'Correct-horse-1') =>
  cognito.initiateAuth({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: 'ann', PASSWORD } })
const control = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
  fetch(`${poolhouse.url}/_poolhouse/${path}`, { method: 'POST', headers, body: JSON.stringify(body ?? {}) })

test('a seed makes pools and clients under the ids it chose, and users who sign in', async () => {
  const { AuthenticationResult } = await signIn()
  const { Groups } = await cognito.adminListGroupsForUser({ UserPoolId, Username: 'ann' })
  assert.ok(AuthenticationResult?.AccessToken)
  assert.deepEqual(
    Groups?.map(({ GroupName }) => GroupName),
    ['staff'],
  )
  const { UserPoolClient } = await cognito.describeUserPoolClient({ UserPoolId, ClientId: 'seededservice000000000001' })
  assert.equal(UserPoolClient?.ClientSecret, 'seeded_secret_seeded_secret_1')
  assert.equal((await cognito.describeUserPool({ UserPoolId })).UserPool?.Domain, 'seeded-app')
})

test('a seed that is applied again changes nothing, not even a password that was changed meanwhile', async () => {
  await cognito.adminSetUserPassword({ UserPoolId, Username: 'ann', Password: 'Changed-horse-1', Permanent: true })
  await poolhouse.seed(seed)
  await signIn('Changed-horse-1')
  assert.equal((await cognito.listUserPools({ MaxResults: 10 })).UserPools?.length, 1)
})

test('a seed that is changed changes what is there', async () => {
  const changed = structuredClone(seed)
  changed.pools[0]!.Groups = [{ GroupName: 'staff', Precedence: 7 }]
  changed.pools[0]!.Clients![0]!.AccessTokenValidity = 2
  await poolhouse.seed(changed)
  assert.equal((await cognito.getGroup({ UserPoolId, GroupName: 'staff' })).Group?.Precedence, 7)
  const { UserPoolClient } = await cognito.describeUserPoolClient({ UserPoolId, ClientId })
  assert.equal(UserPoolClient?.AccessTokenValidity, 2)
})

test('a seed that names users of a pool alone adds them, and the pool keeps its settings', async () => {
  await poolhouse.seed({ pools: [{ Id: UserPoolId, Users: [{ Username: 'cleo', Password: 'Correct-horse-1' }] }] })
  assert.equal((await cognito.adminGetUser({ UserPoolId, Username: 'cleo' })).UserStatus, 'CONFIRMED')
  const { UserPool } = await cognito.describeUserPool({ UserPoolId })
  assert.deepEqual([UserPool?.Name, UserPool?.AutoVerifiedAttributes], ['seeded', ['email']])
})

test('a seed asks for a second factor, and takes it back', async () => {
  const Id = 'us-east-1_factors001'
  const ofUser = { ClientId: 'factors000000000000000001', ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH' as const] }
  const Users = [{ Username: 'ann', Password: 'Correct-horse-1' }]
  const pool = { Id, PoolName: 'factors', Clients: [ofUser], Users }
  const next = () =>
    cognito.initiateAuth({
      ClientId: ofUser.ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'ann', PASSWORD: 'Correct-horse-1' },
    })
  const factors = { MfaConfiguration: 'ON' as const, SoftwareTokenMfaConfiguration: { Enabled: true } }
  for (const _ of ['created', 'updated']) {
    await poolhouse.seed({ pools: [{ ...pool, ...factors }] })
    assert.equal((await next()).ChallengeName, 'MFA_SETUP')
  }
  await assert.rejects(poolhouse.seed({ pools: [{ Id: 'us-east-1_factors002', MfaConfiguration: 'ON' }] }), {
    message: /^pool us-east-1_factors002, MfaConfiguration ON needs a factor, such as "SoftwareTokenMfaConfiguration"/,
  })
  await poolhouse.seed({ pools: [{ ...pool, MfaConfiguration: 'OFF' }] })
  assert.ok((await next()).AuthenticationResult)
  await poolhouse.reset(Id)
})

test('a fault in a seed is named with its place, in the words of the service', async () => {
  const wrong: Seed = { pools: [{ Id: 'us-east-1_wrong0001', Groups: [{ GroupName: '' }] }] }
  await assert.rejects(poolhouse.seed(wrong), {
    name: 'SeedError',
    message: /^pool us-east-1_wrong0001, group : InvalidParameterException: .*groupName/,
  })
})

test('everything is reset to the seed', async () => {
  await cognito.createUserPool({ PoolName: 'another' })
  await poolhouse.reset()
  assert.equal((await cognito.listUserPools({ MaxResults: 10 })).UserPools?.length, 1)
  await signIn()
  // What a node remembered of the pool before the reset is not what it is now.
  assert.equal((await cognito.getGroup({ UserPoolId, GroupName: 'staff' })).Group?.Precedence, 1)
})

test('the clock ends a token, while signed calls go on by the wall clock', async () => {
  const { AuthenticationResult } = await signIn()
  poolhouse.clock.advance({ hours: 2 })
  await assert.rejects(cognito.getUser({ AccessToken: AuthenticationResult!.AccessToken! }), {
    message: 'Access Token has expired',
  })
  await cognito.describeUserPool({ UserPoolId })
  poolhouse.clock.reset()
  await cognito.getUser({ AccessToken: AuthenticationResult!.AccessToken! })
})

test('an operation fails as often as the fault says', async () => {
  poolhouse.fail('InitiateAuth', { type: 'TooManyRequestsException', times: 2 })
  await assert.rejects(signIn(), { name: 'TooManyRequestsException', message: 'Rate exceeded' })
  await assert.rejects(signIn(), { name: 'TooManyRequestsException' })
  await signIn()
})

test('the levers work over HTTP, and refuse what makes no sense', async () => {
  const moved = await control('clock', { advance: { days: 1 } })
  assert.ok(((await moved.json()) as { offsetSeconds: number }).offsetSeconds >= 86_400)
  assert.equal((await control('clock', { reset: true })).status, 200)
  for (const body of [{ advance: 'soon' }, { set: 'never' }]) assert.equal((await control('clock', body)).status, 400)
  assert.equal((await control('faults', { operation: 'NoSuchThing' })).status, 400)
  assert.equal((await control('faults', { operation: 'GetUser', delay: -1 })).status, 400)
})

test('another website can turn none of them', async () => {
  for (const path of ['clock', 'faults', 'reset', 'seed']) {
    const answer = await control(path, {}, { origin: 'https://attacker.example' })
    assert.equal(answer.status, 403, path)
  }
})

test('a message is waited for', async () => {
  await cognito.signUp({
    ClientId,
    Username: 'bob',
    Password: 'Correct-horse-1',
    UserAttributes: [{ Name: 'email', Value: 'bob@example.com' }],
  })
  const { code } = await poolhouse.inbox.waitFor({ to: 'bob@example.com' })
  await cognito.confirmSignUp({ ClientId, Username: 'bob', ConfirmationCode: code! })
})

test('a refused start leaves nothing running, and gives the reason', async () => {
  const program = `
    import { startPoolhouse } from ${JSON.stringify(new URL('../../src/testing/index.ts', import.meta.url).href)}
    const seed = { pools: [{ Id: 'us-east-1_refused01', PoolName: 'x', Clients: [{ ClientId: 'wrong id' }] }] }
    await startPoolhouse({ seed }).catch(({ message }) => console.log(message))`
  const started = performance.now()
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    timeout: 30_000,
  })
  assert.match(stdout, /wrong id|ClientId/)
  assert.ok(performance.now() - started < 30_000)
})

test('a typing error in an option or an operation is refused with the nearest name', async () => {
  await assert.rejects(startPoolhouse({ seeed: seed } as never), { message: /no option seeed; did you mean seed\?/ })
  assert.throws(() => poolhouse.fail('InitiateAut' as never, { type: 'X' }), {
    message: /There is no operation InitiateAut; did you mean InitiateAuth\?/,
  })
  await assert.rejects(startPoolhouse({ limits: { groupsPerUsr: 1 } }), { message: /groupsPerUsr/ })
  await assert.rejects(startPoolhouse({ seed: '/no/such/seed.json' }), /no\/such\/seed\.json/)
})

test('waiting for a message ends before the runner’s own timeout, and lists the messages that came instead', async () => {
  await signIn()
  await cognito.forgotPassword({ ClientId, Username: 'ann' })
  await poolhouse.inbox.waitFor({ to: 'ann@example.com' })
  await assert.rejects(poolhouse.inbox.waitFor({ to: 'ana@example.com' }, { timeout: 50 }), {
    message: /No message to ana@example\.com came within 50 ms\. Messages came to .*ann@example\.com/,
  })
})

test('limits, strict mode and functions can be set for a run', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'poolhouse-functions-'))
  await writeFile(
    join(folder, 'welcome.mjs'),
    'export const handler = async (event) => ({ ...event, response: { autoConfirmUser: true } })',
  )
  const own = await startPoolhouse({
    limits: { groupsPerUser: 1 },
    strict: true,
    triggersDir: folder,
    logLevel: 'silent',
  })
  const { url: endpoint, region, credentials } = own
  const client = new CognitoIdentityProvider({ endpoint, region, credentials, maxAttempts: 1 })
  try {
    const LambdaConfig = { PreSignUp: 'arn:aws:lambda:us-east-1:000000000000:function:welcome' }
    const UserPoolId = (await client.createUserPool({ PoolName: 'own', LambdaConfig })).UserPool!.Id!
    const { UserPoolClient } = await client.createUserPoolClient({ UserPoolId, ClientName: 'app' })
    const ann = { Username: 'ann', Password: 'Correct-horse-1' }
    assert.equal((await client.signUp({ ClientId: UserPoolClient!.ClientId, ...ann })).UserConfirmed, true)
    for (const GroupName of ['one', 'two']) await client.createGroup({ UserPoolId, GroupName })
    const member = { UserPoolId, Username: 'ann' }
    await client.adminAddUserToGroup({ ...member, GroupName: 'one' })
    await assert.rejects(client.adminAddUserToGroup({ ...member, GroupName: 'two' }), {
      message: /more than 1 groups/,
    })
  } finally {
    client.destroy()
    await own.stop()
    await rm(folder, { recursive: true, force: true })
  }
})
