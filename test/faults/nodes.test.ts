/** Two nodes of two workers each behind a balancer that sends each request to the other node. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { generate } from 'otplib'
import { createAdmin } from '../../src/admin/index.ts'
import { type Db, openDatabase } from '../../src/store/db.ts'
import { Visitor } from '../hosted/visitor.ts'
import { createBrowser } from '../oauth/browser.ts'
import { sendForm } from '../oauth/login-form.ts'
import { Authenticator } from '../passkeys/authenticator.ts'
import { origin, passkeyScene } from '../passkeys/scene.ts'
import { rightPassword, startSrp } from '../sign-in/scene.ts'
import type { TestServer } from '../support/server.ts'
import { checkCounts } from './check-counts.ts'
import { type Nodes, startNodes } from './nodes.ts'
import { soak } from './soak.ts'
import { callback, codeByPage, redeem, type Scene, startTraffic, trafficScene } from './traffic.ts'

let nodes: Nodes
let scene: Scene
before(async () => {
  nodes = await startNodes()
  scene = await trafficScene(nodes)
})
after(() => nodes?.close())

async function signUp(name: string): Promise<string> {
  const { ClientId } = scene
  const Username = `${name}@example.com`
  await nodes.cognito.signUp({ ClientId, Username, Password: rightPassword })
  await nodes.cognito.confirmSignUp({ ClientId, Username, ConfirmationCode: await nodes.codeFor(Username) })
  return Username
}

const totp = (secret: string, later = 0) => generate({ secret, epoch: Math.floor(Date.now() / 1000) + later })

async function signInBySrp(username: string, password = rightPassword) {
  const { asked, responses } = await startSrp(nodes, { ...scene, username })
  return nodes.cognito.respondToAuthChallenge({
    ClientId: scene.ClientId,
    ChallengeName: 'PASSWORD_VERIFIER',
    Session: asked.Session,
    ChallengeResponses: await responses(password),
  })
}

test('sign-up, SRP, refresh with rotation, a reset and a sign-out, each step on another node', async () => {
  const { cognito } = nodes
  const { ClientId } = scene
  const Username = await signUp('ann')
  const { AuthenticationResult: first } = await signInBySrp(Username)
  const { AuthenticationResult: second } = await cognito.getTokensFromRefreshToken({
    ClientId,
    RefreshToken: first!.RefreshToken,
  })
  await cognito.getUser({ AccessToken: second!.AccessToken })
  await assert.rejects(cognito.getTokensFromRefreshToken({ ClientId, RefreshToken: first!.RefreshToken }), {
    name: 'RefreshTokenReuseException',
  })
  await assert.rejects(cognito.getUser({ AccessToken: second!.AccessToken }), { name: 'NotAuthorizedException' })

  await cognito.forgotPassword({ ClientId, Username })
  const Password = 'Another-Horse-9'
  await cognito.confirmForgotPassword({
    ClientId,
    Username,
    Password,
    ConfirmationCode: await nodes.codeFor(Username, 1),
  })
  await assert.rejects(signInBySrp(Username), { name: 'NotAuthorizedException' })
  const { AuthenticationResult: tokens } = await signInBySrp(Username, Password)
  await cognito.globalSignOut({ AccessToken: tokens!.AccessToken })
  for (let i = 0; i < 4; i++)
    await assert.rejects(cognito.getUser({ AccessToken: tokens!.AccessToken }), { name: 'NotAuthorizedException' })
})

test('a retry within the grace period of rotation is answered by the other node', async () => {
  const { cognito } = nodes
  const { UserPoolClient } = await cognito.createUserPoolClient({
    UserPoolId: scene.UserPoolId,
    ClientName: 'patient',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
    RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 30 },
  })
  const ClientId = UserPoolClient!.ClientId!
  const { AuthenticationResult } = await cognito.initiateAuth({
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: await signUp('grace'), PASSWORD: rightPassword },
  })
  const { RefreshToken } = AuthenticationResult!
  const renewed = await Promise.all(
    [1, 2, 3, 4].map(() => cognito.getTokensFromRefreshToken({ ClientId, RefreshToken })),
  )
  const next = renewed.map(({ AuthenticationResult }) => AuthenticationResult!.RefreshToken)
  assert.equal(new Set(next).size, 4)
})

test('an authenticator app is set up and asked for on different nodes', async () => {
  const { cognito } = nodes
  const { ClientId, UserPoolId } = scene
  const Username = await signUp('mfa')
  await cognito.setUserPoolMfaConfig({
    UserPoolId,
    MfaConfiguration: 'OPTIONAL',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  })
  const { AccessToken } = (await signInBySrp(Username)).AuthenticationResult!
  const { SecretCode } = await cognito.associateSoftwareToken({ AccessToken })
  await cognito.verifySoftwareToken({ AccessToken, UserCode: await totp(SecretCode!) })
  await cognito.setUserMFAPreference({ AccessToken, SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } })
  const asked = await signInBySrp(Username)
  assert.equal(asked.ChallengeName, 'SOFTWARE_TOKEN_MFA')
  const answer = async () =>
    cognito.respondToAuthChallenge({
      ClientId,
      ChallengeName: 'SOFTWARE_TOKEN_MFA',
      Session: asked.Session,
      ChallengeResponses: { USERNAME: Username, SOFTWARE_TOKEN_MFA_CODE: await totp(SecretCode!, 30) },
    })
  const outcomes = await Promise.allSettled([answer(), answer(), answer(), answer()])
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
})

test('a passkey is registered and used on different nodes', async () => {
  const passkeys = await passkeyScene(nodes as unknown as TestServer)
  const { authenticator } = await passkeys.addOwner('key', new Authenticator(origin))
  const { options, Session } = await passkeys.challenge('key')
  const { AuthenticationResult } = await passkeys.answer('key', Session, authenticator.get(options))
  assert.ok(AuthenticationResult?.AccessToken)
})

test('a passkey of the login page is asked for, and taken, by different nodes', async () => {
  const passkeys = await passkeyScene(nodes as unknown as TestServer, {
    mfa: { WebAuthnConfiguration: { RelyingPartyId: 'localhost' } },
  })
  const { UserPoolId, ClientId } = passkeys
  const { UserPoolClient } = await nodes.cognito.describeUserPoolClient({ UserPoolId, ClientId })
  const { CreationDate: _, LastModifiedDate: __, ClientSecret: ___, ...settings } = UserPoolClient!
  await nodes.cognito.updateUserPoolClient({
    ...settings,
    UserPoolId,
    ClientId,
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid'],
    SupportedIdentityProviders: ['COGNITO'],
    CallbackURLs: [callback],
  })
  const { authenticator } = await passkeys.addOwner('page-key', new Authenticator(nodes.url))
  const visitor = new Visitor()
  const query = new URLSearchParams({ client_id: ClientId, response_type: 'code', redirect_uri: callback })
  const login = await visitor.open(`${nodes.url}/${UserPoolId}/oauth2/authorize?${query}`)
  const options = /data-options="([^"]*)"/.exec(login.body)![1]!.replaceAll('&quot;', '"').replaceAll('&#x3D;', '=')
  const credential = JSON.stringify(authenticator.get(JSON.parse(options)))
  const at = await visitor.submitAndFollow(login, { credential })
  assert.ok(new URL(at.location ?? at.url).searchParams.get('code'), at.body)
})

test('a device begins, is allowed and asks for its tokens on different nodes, and gets them once', async () => {
  const { UserPoolId, ClientId } = scene
  const username = await signUp('device')
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local-secret-key' }
  const admin = createAdmin({ endpoint: nodes.url, region: 'us-east-1', credentials })
  await admin.putUserPoolExtensions({ UserPoolId, Extensions: { Standards: { DeviceAuthorization: true } } })
  const ask = async (path: string, form: Record<string, string>) =>
    (
      await fetch(`${nodes.url}/${UserPoolId}/oauth2/${path}`, { method: 'POST', body: new URLSearchParams(form) })
    ).json()
  const begun = (await ask('device_authorization', { client_id: ClientId, scope: 'openid' })) as Record<string, string>
  const browser = createBrowser()
  const typed = await sendForm(browser, new URL(begun.verification_uri!), { user_code: begun.user_code! })
  const login = await browser.follow(new URL(typed.headers.get('location')!, nodes.url).href, ({ pathname }) =>
    pathname.endsWith('/login'),
  )
  const done = await sendForm(browser, login, { username, password: rightPassword })
  const confirm = await browser.follow(new URL(done.headers.get('location')!, login).href, ({ pathname }) =>
    pathname.endsWith('/device'),
  )
  await sendForm(browser, confirm, { answer: 'allow' })
  const form = {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: begun.device_code!,
    client_id: ClientId,
  }
  const answers = (await Promise.all(Array.from({ length: 6 }, () => ask('token', form)))) as {
    access_token?: string
  }[]
  assert.equal(answers.filter(({ access_token }) => access_token).length, 1, JSON.stringify(answers))
})

test('authorize, login and token are on different nodes, and of many at once one is given the tokens of a code', async () => {
  const code = await codeByPage(nodes, scene, await signUp('page'))
  assert.ok(code)
  const answers = await Promise.all(Array.from({ length: 8 }, () => redeem(nodes, scene, code)))
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  for (const { body } of answers.filter(({ status }) => status !== 200)) assert.match(body, /invalid_grant/)
})

test('nodes are replaced one by one under load, and no request is refused or cut', async () => {
  const traffic = startTraffic(nodes, scene, 3)
  nodes.balancer.cuts.length = 0
  for (const old of [...nodes.running]) {
    await nodes.add()
    const { code } = await nodes.stop(old)
    assert.equal(code, 0)
  }
  const counts = await traffic.stop()
  assert.deepEqual({ cuts: nodes.balancer.cuts, failed: counts.failed }, { cuts: [], failed: [] })
  await checkCounts(nodes, scene, counts)
})

test('the schema of a newer release is in place before its nodes are, and nothing fails meanwhile', async () => {
  const traffic = startTraffic(nodes, scene, 3)
  const { db, close } = openDatabase({ connection: nodes.database.connection, maxConnections: 1, prepare: false })
  // Until every statement is prepared.
  while (traffic.counts.done < 6) await sleep(100)
  await newerSchema(db)
  // This release still starts over it, as when a machine comes back in the middle of a deploy.
  await nodes.add()
  assert.equal((await nodes.stop(nodes.running[0]!)).code, 0)
  const counts = await traffic.stop()
  assert.deepEqual({ cuts: nodes.balancer.cuts, failed: counts.failed }, { cuts: [], failed: [] })
  await checkCounts(nodes, scene, counts)

  await sql`insert into migrations (name, expand_only) values ('9999_drop', false)`.execute(db)
  await assert.rejects(nodes.add(), /The schema is ahead of this release by 9999_drop/)
  await sql`delete from migrations where name = '9999_drop'`.execute(db)
  await close()
})

/** Such a step as releases make: a table more, and a column of each table that a request reads or writes. */
async function newerSchema(db: Db): Promise<void> {
  for (const table of ['pools', 'clients', 'users', 'login_names', 'codes', 'outbox'])
    await sql`alter table ${sql.table(table)} add column future text`.execute(db)
  await sql`create table futures (pool_id text primary key)`.execute(db)
  await sql`insert into migrations (name, expand_only) values ('9998_futures', true)`.execute(db)
}

test('a node that is killed under load loses nothing that was acknowledged', async () => {
  const traffic = startTraffic(nodes, scene, 3)
  await sleep(1000)
  await nodes.kill(nodes.running[0]!)
  await sleep(1500)
  await checkCounts(nodes, scene, await traffic.stop())
  await nodes.add()
})

test('a database that hangs up on everybody costs calls, not what was acknowledged', async () => {
  const traffic = startTraffic(nodes, scene, 3)
  const { db, close } = openDatabase({ connection: nodes.database.connection, maxConnections: 1, prepare: false })
  for (let round = 0; round < 3; round++) {
    await sleep(400)
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`.execute(db)
  }
  await close()
  await sleep(1000)
  await checkCounts(nodes, scene, await traffic.stop())
})

test('some seconds of mixed traffic leave no file open', async () => {
  const { counts, samples } = await soak(nodes, scene, { seconds: 3, people: 3, every: 0.5 })
  assert.deepEqual(counts.failed, [])
  assert.ok(samples.at(-1)!.files <= samples[0]!.files + 30, JSON.stringify(samples))
  await checkCounts(nodes, scene, counts)
})
