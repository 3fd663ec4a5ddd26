import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { generate } from 'otplib'
import { type Credentials, signPost } from '../../src/admin/sign.ts'
import { isMultiFactor } from '../../src/pool/tokens/proven.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { adminOf, allow, cognitoOf, keyWith, rootKey } from './scene.ts'

let server: TestServer
let UserPoolId: string
let ClientId: string
const roleArn = 'arn:aws:iam::000000000000:role/lister'
const Password = 'Correct-horse-1'

before(async () => {
  server = await startTestServer({}, { jobs: false })
  const { cognito } = server
  UserPoolId = (await cognito.createUserPool({ PoolName: 'operators' })).UserPool!.Id!
  const flows = { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH' as const, 'ALLOW_REFRESH_TOKEN_AUTH' as const] }
  ClientId = (await cognito.createUserPoolClient({ UserPoolId, ClientName: 'cli', ...flows })).UserPoolClient!.ClientId!
  const admin = adminOf(server)
  await admin.putRole({ RoleName: 'lister', PolicyDocument: JSON.stringify(allow('cognito-idp:ListUserPools')) })
  await cognito.createGroup({ UserPoolId, GroupName: 'listers', RoleArn: roleArn })
  await admin.setOperatorsPool({ UserPoolId })
})
after(() => server?.close())

let people = 0
async function operator() {
  const Username = `op${++people}`
  await server.cognito.adminCreateUser({ UserPoolId, Username, MessageAction: 'SUPPRESS' })
  await server.cognito.adminSetUserPassword({ UserPoolId, Username, Password, Permanent: true })
  await server.cognito.adminAddUserToGroup({ UserPoolId, Username, GroupName: 'listers' })
  const { AuthenticationResult } = await server.cognito.initiateAuth({
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: Username, PASSWORD: Password },
  })
  return { Username, tokens: AuthenticationResult! }
}

async function sts(form: Record<string, string>, headers: Record<string, string> = {}) {
  const body = new URLSearchParams({ Version: '2011-06-15', ...form }).toString()
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  const response = await fetch(server.url, { method: 'POST', body, headers: { ...type, ...headers } })
  const text = await response.text()
  return {
    status: response.status,
    text,
    of: (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] ?? '',
  }
}

const assume = (token: string, more: Record<string, string> = {}) =>
  sts({
    Action: 'AssumeRoleWithWebIdentity',
    RoleArn: roleArn,
    RoleSessionName: 'ann',
    WebIdentityToken: token,
    ...more,
  })

async function session(token: string, more: Record<string, string> = {}): Promise<Credentials> {
  const answer = await assume(token, more)
  assert.equal(answer.status, 200, answer.text)
  return {
    accessKeyId: answer.of('AccessKeyId'),
    secretAccessKey: answer.of('SecretAccessKey'),
    sessionToken: answer.of('SessionToken'),
  }
}

async function whoAmI(credentials: Credentials, region = 'us-east-1') {
  const body = 'Action=GetCallerIdentity&Version=2011-06-15'
  const url = new URL('/', server.url)
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const signed = signPost({ url, headers, body, credentials, region, service: 'sts', now: new Date() })
  const response = await fetch(url, { method: 'POST', headers: signed, body })
  return { status: response.status, text: await response.text() }
}

const list = (credentials: Credentials) => cognitoOf(server, credentials).listUserPools({ MaxResults: 1 })

test('the root, a key and a session can get their identity, and nobody else can', async () => {
  assert.match(
    (await whoAmI(rootKey)).text,
    /<Arn>arn:aws:iam::000000000000:user\/local<\/Arn>.*<Account>000000000000<\/Account>/,
  )
  const key = await keyWith(server, allow('cognito-idp:ListUsers'))
  assert.match(
    (await whoAmI(key)).text,
    new RegExp(`<Arn>arn:aws:sts::000000000000:assumed-role/${key.RoleName}/ci</Arn>`),
  )
  const credentials = await session((await operator()).tokens.IdToken!)
  assert.match((await whoAmI(credentials)).text, /<Arn>arn:aws:sts::000000000000:assumed-role\/lister\/ann<\/Arn>/)
  const wrong = await whoAmI({ ...rootKey, secretAccessKey: 'wrong' })
  assert.equal(wrong.status, 403)
  assert.match(wrong.text, /<Code>SignatureDoesNotMatch<\/Code>/)
  assert.match(
    (await whoAmI({ accessKeyId: 'nobody', secretAccessKey: 'x' })).text,
    /<Code>InvalidClientTokenId<\/Code>/,
  )
  assert.match((await sts({ Action: 'GetCallerIdentity' })).text, /<Code>MissingAuthenticationToken<\/Code>/)
  assert.match(
    (await sts({ Action: '<b>' })).text,
    /<Code>InvalidAction<\/Code><Message>Could not find operation &lt;b&gt;/,
  )
})

test("an operator's sign-in gives credentials that do what the role allows", async () => {
  const { tokens } = await operator()
  const credentials = await session(tokens.IdToken!)
  assert.match(credentials.accessKeyId, /^ASIA/)
  assert.ok((await list(credentials)).UserPools)
  await assert.rejects(cognitoOf(server, credentials).listUsers({ UserPoolId }), {
    name: 'AccessDeniedException',
    message: /^User: arn:aws:sts::000000000000:assumed-role\/lister\/ann is not authorized/,
  })
  const { Events } = await adminOf(server).lookupEvents({ EventName: 'AssumeRoleWithWebIdentity', MaxResults: 1 })
  const record = JSON.parse(Events[0]!.CloudTrailEvent)
  assert.equal(record.eventSource, 'sts.amazonaws.com')
  assert.match(record.userIdentity.onBehalfOf.userId, /^[0-9a-f-]{36}$/)
  assert.ok(!Events[0]!.CloudTrailEvent.includes(credentials.sessionToken!))
})

const endings: [what: string, end: (who: Awaited<ReturnType<typeof operator>>) => Promise<unknown>][] = [
  [
    'leaves the group',
    ({ Username }) => server.cognito.adminRemoveUserFromGroup({ UserPoolId, Username, GroupName: 'listers' }),
  ],
  ['is disabled', ({ Username }) => server.cognito.adminDisableUser({ UserPoolId, Username })],
  ['is deleted', ({ Username }) => server.cognito.adminDeleteUser({ UserPoolId, Username })],
  ['is signed out everywhere', ({ Username }) => server.cognito.adminUserGlobalSignOut({ UserPoolId, Username })],
  ['revokes the sign-in', ({ tokens }) => server.cognito.revokeToken({ ClientId, Token: tokens.RefreshToken! })],
]
for (const [what, end] of endings)
  test(`credentials are refused with the next call once the operator ${what}`, async () => {
    const who = await operator()
    const credentials = await session(who.tokens.IdToken!)
    await list(credentials)
    await end(who)
    await assert.rejects(list(credentials), { name: 'UnrecognizedClientException' })
    assert.equal((await assume(who.tokens.IdToken!)).status >= 400, true)
  })

test('credentials last as long as they were asked for', async () => {
  const { tokens } = await operator()
  const credentials = await session(tokens.IdToken!, { DurationSeconds: '900' })
  server.clock.advance({ seconds: 901 })
  await assert.rejects(list(credentials), { name: 'ExpiredTokenException' })
  for (const DurationSeconds of ['899', '43201', '1e3x', '-1'])
    assert.match((await assume(tokens.IdToken!, { DurationSeconds })).text, /<Code>ValidationError<\/Code>/)
  server.clock.advance({ hours: 2 })
  assert.match((await assume(tokens.IdToken!)).text, /<Code>ExpiredTokenException<\/Code>/)
})

test('a session token works only with its own key, and only unaltered', async () => {
  const mine = await session((await operator()).tokens.IdToken!)
  const other = await session((await operator()).tokens.IdToken!)
  const flipped = Buffer.from(mine.sessionToken!, 'base64')
  flipped[40]! ^= 1
  const wrong: Credentials[] = [
    { ...mine, sessionToken: undefined },
    { ...mine, sessionToken: other.sessionToken },
    { ...mine, sessionToken: flipped.toString('base64') },
    { ...rootKey, sessionToken: mine.sessionToken },
    { ...mine, sessionToken: 'x'.repeat(5000) },
  ]
  for (const credentials of wrong) await assert.rejects(list(credentials), { name: 'UnrecognizedClientException' })
  await assert.rejects(list({ ...mine, secretAccessKey: other.secretAccessKey }), { name: 'InvalidSignatureException' })
})

test('other tokens, other roles and other pools get nothing', async () => {
  const { tokens } = await operator()
  for (const token of [tokens.AccessToken!, tokens.RefreshToken!, `${tokens.IdToken!.slice(0, -4)}AAAA`, '', 'x.y.z'])
    assert.match((await assume(token)).text, /<Code>InvalidIdentityToken<\/Code>/)
  await adminOf(server).putRole({ RoleName: 'boss', ReadyMadePolicy: 'administrator' })
  const boss = await assume(tokens.IdToken!, { RoleArn: roleArn.replace('lister', 'boss') })
  assert.deepEqual([boss.status, boss.of('Code')], [403, 'AccessDenied'])
  for (const RoleArn of [
    roleArn.replace('lister', 'LISTER'),
    `${roleArn} `,
    roleArn.replace('000000000000', '111111111111'),
    'lister',
  ])
    assert.ok((await assume(tokens.IdToken!, { RoleArn })).status >= 400, RoleArn)
  assert.match((await assume(tokens.IdToken!, { Policy: '{}' })).text, /Session policies/)

  const another = (await server.cognito.createUserPool({ PoolName: 'another' })).UserPool!.Id!
  const credentials = await session(tokens.IdToken!)
  await adminOf(server).setOperatorsPool({ UserPoolId: another })
  await assert.rejects(list(credentials), { name: 'UnrecognizedClientException' })
  assert.match((await assume(tokens.IdToken!)).text, /<Code>InvalidIdentityToken<\/Code>/)
  await adminOf(server).setOperatorsPool({ UserPoolId })
})

test('who may do everything with a pool cannot make it the operators’ pool', async () => {
  const pool = `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${UserPoolId}`
  const key = await keyWith(server, allow('*', pool))
  await assert.rejects(adminOf(server, key).setOperatorsPool({ UserPoolId }), { name: 'AccessDeniedException' })
})

test('one address may not ask without end', async () => {
  const limited = await startTestServer({ callerRates: { address: 1, pool: 100, client: 100 } }, { jobs: false })
  try {
    const ask = async () => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const response = await fetch(limited.url, { method: 'POST', headers, body: 'Action=AssumeRoleWithWebIdentity' })
      return /<Code>(\w+)</.exec(await response.text())?.[1]
    }
    limited.clock.hold()
    const codes = new Set<string | undefined>()
    for (let i = 0; i < 30; i++) codes.add(await ask())
    assert.deepEqual([...codes], ['ValidationError', 'Throttling'])
  } finally {
    await limited.close()
  }
})

test('the SDK fetches credentials by AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ENDPOINT_URL', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'web-identity-'))
  const file = join(folder, 'token')
  await writeFile(file, (await operator()).tokens.IdToken!)
  const variables = {
    AWS_WEB_IDENTITY_TOKEN_FILE: file,
    AWS_ROLE_ARN: roleArn,
    AWS_ROLE_SESSION_NAME: 'sdk',
    AWS_ENDPOINT_URL: server.url,
    AWS_ENDPOINT_URL_STS: server.url,
    AWS_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
  }
  const before = { ...process.env }
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name]
  Object.assign(process.env, variables)
  const sdk = new CognitoIdentityProvider({ maxAttempts: 1 })
  try {
    assert.ok((await sdk.listUserPools({ MaxResults: 1 })).UserPools)
  } finally {
    sdk.destroy()
    for (const name of Object.keys(variables)) delete process.env[name]
    Object.assign(process.env, before)
    await rm(folder, { recursive: true })
  }
})

test('a policy knows whether the operator signed in with a second factor', async () => {
  const document = (value: string) =>
    JSON.stringify(
      allow('cognito-idp:ListUserPools', '*', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': value } } }),
    )
  const admin = adminOf(server)
  const { Username, tokens } = await operator()
  const plain = await session(tokens.IdToken!)
  const isMulti = async (credentials: Credentials) => {
    const { Events } = await admin.lookupEvents({ EventName: 'AssumeRoleWithWebIdentity', MaxResults: 1 })
    const record = JSON.parse(Events[0]!.CloudTrailEvent)
    assert.equal(record.userIdentity.accessKeyId, credentials.accessKeyId)
    return record.userIdentity.sessionContext.attributes.mfaAuthenticated
  }
  assert.equal(await isMulti(plain), 'false')

  const { cognito } = server
  await cognito.setUserPoolMfaConfig({
    UserPoolId,
    MfaConfiguration: 'OPTIONAL',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  })
  const { AccessToken } = tokens
  const { SecretCode } = await cognito.associateSoftwareToken({ AccessToken })
  const code = (seconds: number) =>
    generate({ secret: SecretCode!, epoch: Math.floor(server.clock.now().getTime() / 1000) + seconds })
  await cognito.verifySoftwareToken({ AccessToken, UserCode: await code(0) })
  await cognito.adminSetUserMFAPreference({
    UserPoolId,
    Username,
    SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true },
  })
  const begun = await cognito.initiateAuth({
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: Username, PASSWORD: Password },
  })
  const { AuthenticationResult } = await cognito.respondToAuthChallenge({
    ClientId,
    ChallengeName: begun.ChallengeName!,
    Session: begun.Session!,
    ChallengeResponses: { USERNAME: Username, SOFTWARE_TOKEN_MFA_CODE: await code(30) },
  })
  const strong = await session(AuthenticationResult!.IdToken!)
  assert.equal(await isMulti(strong), 'true')

  try {
    await admin.putRole({ RoleName: 'lister', PolicyDocument: document('true') })
    assert.ok((await list(strong)).UserPools)
    await assert.rejects(list(plain), { name: 'AccessDeniedException' })
    await admin.putRole({ RoleName: 'lister', PolicyDocument: document('false') })
    await assert.rejects(list(strong), { name: 'AccessDeniedException' })
    assert.ok((await list(plain)).UserPools)
  } finally {
    await admin.putRole({ RoleName: 'lister', PolicyDocument: JSON.stringify(allow('cognito-idp:ListUserPools')) })
  }
})

test('two factors, a passkey and a provider that asked for two are multi-factor; a code alone is not', () => {
  const cases: [Parameters<typeof isMultiFactor>[0]['factors'], boolean][] = [
    [[{ name: 'pwd', at: 0 }], false],
    [[{ name: 'otp', at: 0 }], false],
    [[{ name: 'fed', at: 0, provider: 'corp' }], false],
    [[{ name: 'fed', at: 0, provider: 'corp', methods: ['mfa', 'pwd'] }], true],
    [[{ name: 'swk', at: 0 }], true],
    [
      [
        { name: 'pwd', at: 0 },
        { name: 'otp', at: 1 },
      ],
      true,
    ],
    [
      [
        { name: 'pwd', at: 0 },
        { name: 'pwd', at: 1 },
      ],
      false,
    ],
    [[{ name: 'custom', at: 0 }], false],
  ]
  for (const [factors, expected] of cases)
    assert.equal(isMultiFactor({ at: 0, factors }), expected, JSON.stringify(factors))
})

const signIns = async (more: { UserSub?: string; ErrorCode?: string } = {}) =>
  (await adminOf(server).lookupEvents({ UserPoolId, EventName: 'ConsoleLogin', MaxResults: 60, ...more })).Events

test('sign-ins of operators are in the audit, refused ones without the typed user name', async () => {
  const { cognito } = server
  const { Username, tokens } = await operator()
  const sub = (await cognito.adminGetUser({ UserPoolId, Username })).UserAttributes!.find(({ Name }) => Name === 'sub')!
    .Value!
  const [success, ...rest] = await signIns({ UserSub: sub })
  assert.deepEqual(rest, [])
  const record = JSON.parse(success!.CloudTrailEvent)
  assert.deepEqual(record.responseElements, { ConsoleLogin: 'Success' })
  assert.equal(record.additionalEventData.MFAUsed, 'No')
  assert.equal(record.additionalEventData.sub, sub)
  assert.match(record.sourceIPAddress, /127\.0\.0\.1$/)
  assert.equal(success!.Principal, record.userIdentity.arn)

  const attempt = (USERNAME: string, PASSWORD: string) =>
    cognito.initiateAuth({
      ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME, PASSWORD },
    })
  await assert.rejects(attempt(Username, 'Wrong-horse-1'))
  await assert.rejects(attempt('My-secret-pass-1', 'Wrong-horse-1'))
  const [unknown, known] = await signIns()
  assert.equal(known!.ErrorCode, 'NotAuthorizedException')
  assert.equal(JSON.parse(known!.CloudTrailEvent).additionalEventData.sub, sub)
  assert.match(unknown!.Principal, /\/user\/unknown$/)
  assert.doesNotMatch(JSON.stringify([known, unknown]), /horse|My-secret|op\d/)

  // A challenge that is open is no sign-in; its end is.
  await cognito.adminSetUserPassword({ UserPoolId, Username, Password: 'Temporary-horse-1', Permanent: false })
  const before = (await signIns()).length
  const begun = await attempt(Username, 'Temporary-horse-1')
  assert.equal((await signIns()).length, before)
  const answered = (NEW_PASSWORD: string) =>
    cognito.respondToAuthChallenge({
      ClientId,
      ChallengeName: begun.ChallengeName!,
      Session: begun.Session!,
      ChallengeResponses: { USERNAME: Username, NEW_PASSWORD },
    })
  await assert.rejects(answered('short'))
  await answered('Another-horse-1')
  const [end, refused] = await signIns()
  assert.deepEqual([end!.ErrorCode, refused!.ErrorCode], [undefined, 'InvalidPasswordException'])

  // A refresh is none, and neither is a sign-in elsewhere.
  await cognito.initiateAuth({
    ClientId,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: tokens.RefreshToken! },
  })
  assert.equal((await signIns()).length, before + 2)
  const { Faults } = await adminOf(server).verifyEvents()
  assert.deepEqual(Faults, [])
})

test('servers notice at once that a pool has become the operators’', async () => {
  const { cognito } = server
  const pool = (await cognito.createUserPool({ PoolName: 'later' })).UserPool!.Id!
  const client = (
    await cognito.createUserPoolClient({
      UserPoolId: pool,
      ClientName: 'app',
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
    })
  ).UserPoolClient!.ClientId!
  const attempt = () =>
    cognito.initiateAuth({
      ClientId: client,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'nobody', PASSWORD: 'x' },
    })
  const recorded = async () =>
    (await adminOf(server).lookupEvents({ UserPoolId: pool, EventName: 'ConsoleLogin' })).Events.length
  await assert.rejects(attempt())
  assert.equal(await recorded(), 0)
  try {
    await adminOf(server).setOperatorsPool({ UserPoolId: pool })
    await assert.rejects(attempt())
    assert.equal(await recorded(), 1)
  } finally {
    await adminOf(server).setOperatorsPool({ UserPoolId })
  }
  await assert.rejects(attempt())
  assert.equal(await recorded(), 1)
})

test('refused sign-ins are recorded up to a number a minute', async () => {
  const attempt = () =>
    server.cognito.initiateAuth({
      ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: '', PASSWORD: '' },
    })
  const before = Date.now()
  for (let i = 0; i < 320; i += 20) await Promise.all(Array.from({ length: 20 }, () => attempt().catch(() => {})))
  assert.ok(Date.now() - before < 50_000)
  const admin = adminOf(server)
  let count = 0
  let NextToken: string | undefined
  do {
    const page = await admin.lookupEvents({ UserPoolId, EventName: 'ConsoleLogin', MaxResults: 60, NextToken })
    count += page.Events.filter(({ Principal }) => Principal.endsWith('/unknown')).length
    NextToken = page.NextToken
  } while (NextToken)
  assert.ok(count >= 280 && count <= 302, `${count} records`)
})

test('an operator who loses the group is refused by the next call of every node', async () => {
  const issuer = 'https://id.example.com/{poolId}'
  const masterKey = randomBytes(32)
  const first = await startTestServer({ issuer }, { jobs: false, masterKey })
  const second = await startTestServer(
    { issuer },
    { jobs: false, masterKey, connection: first.connection, clock: first.clock },
  )
  try {
    const made = await adminOf(first).setUpOperators({ Email: 'ann@example.com', Invitation: 'SHOW_PASSWORD' })
    const { UserPoolId: pool, RoleArn, GroupName } = made
    const Username = 'ann@example.com'
    await first.cognito.adminSetUserPassword({ UserPoolId: pool, Username, Password, Permanent: true })
    const app = await first.cognito.createUserPoolClient({
      UserPoolId: pool,
      ClientName: 'test',
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
    })
    const { AuthenticationResult } = await second.cognito.initiateAuth({
      ClientId: app.UserPoolClient!.ClientId!,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: Username, PASSWORD: Password },
    })
    const form = {
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn,
      RoleSessionName: 'ann',
      WebIdentityToken: AuthenticationResult!.IdToken!,
    }
    const assumeAt = (url: string) => fetch(url, { method: 'POST', body: new URLSearchParams(form) })
    const text = await (await assumeAt(second.url)).text()
    const of = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] ?? ''
    const credentials = {
      accessKeyId: of('AccessKeyId'),
      secretAccessKey: of('SecretAccessKey'),
      sessionToken: of('SessionToken'),
    }
    const nodes = [first, second]
    for (const node of nodes) await cognitoOf(node, credentials).listUserPools({ MaxResults: 1 })
    await first.cognito.adminRemoveUserFromGroup({ UserPoolId: pool, Username, GroupName })
    for (const node of nodes) {
      await assert.rejects(cognitoOf(node, credentials).listUserPools({ MaxResults: 1 }), {
        name: 'UnrecognizedClientException',
      })
      assert.equal((await assumeAt(node.url)).status, 403)
    }
    const { Events } = await adminOf(second).lookupEvents({ ErrorCode: 'AccessDeniedException', UserPoolId: pool })
    assert.equal(Events.length, 2, 'both refusals are recorded')
  } finally {
    await second.close()
    await first.close()
  }
})
