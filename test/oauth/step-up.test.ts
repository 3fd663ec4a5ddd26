import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { generate } from 'otplib'
import { type HostedScene, password, startScene } from '../hosted/scene.ts'
import { type Seen, Visitor } from '../hosted/visitor.ts'
import { askToken, claimsOf } from './setup.ts'

/** The pages of a pool in which nobody is asked for more than a password, until an app does. */
let scene: HostedScene
let secret: string
const plain = 'ann@example.com'
const withApp = 'bob@example.com'
/** Of no ID token. */
const ownScope = 'aws.cognito.signin.user.admin'

before(async () => {
  scene = await startScene(
    {},
    {
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      AllowedOAuthScopes: ['openid', 'email', ownScope],
    },
  )
  const { cognito, poolId, clientId } = scene
  await cognito.setUserPoolMfaConfig({
    UserPoolId: poolId,
    MfaConfiguration: 'OPTIONAL',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  })
  for (const email of [plain, withApp]) await scene.addUser(email)
  const { AuthenticationResult } = await cognito.initiateAuth({
    ClientId: clientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: withApp, PASSWORD: password },
  })
  const AccessToken = AuthenticationResult!.AccessToken
  secret = (await cognito.associateSoftwareToken({ AccessToken })).SecretCode!
  await cognito.verifySoftwareToken({ AccessToken, UserCode: await nextCode() })
})
after(() => scene?.close())

/** Of a time that no code before was of. */
async function nextCode(): Promise<string> {
  scene.clock.advance({ seconds: 30 })
  return generate({ secret, epoch: scene.clock.now().getTime() / 1000 })
}

const level = (n: number) => `urn:cognito:loa:${n}`
const authorize = (more: Record<string, string> = {}) => scene.loginUrl(more, 'oauth2/authorize')
const signIn = async (visitor: Visitor, url: string, username: string) =>
  visitor.submitAndFollow(await visitor.open(url), { username, password }, { path: '/login' })

const isAtApp = (seen: Seen) => seen.location?.startsWith(scene.callback) === true

async function claims(seen: Seen) {
  assert.ok(isAtApp(seen), seen.location ?? seen.body)
  const { body } = await askToken(`${scene.url}/${scene.poolId}`, {
    grant_type: 'authorization_code',
    code: new URL(seen.location!).searchParams.get('code')!,
    redirect_uri: scene.callback,
    client_id: scene.clientId,
  })
  return claimsOf(body.access_token)
}

test('a session that has proven less than the app asks for is taken further', async () => {
  const visitor = new Visitor()
  assert.equal((await claims(await signIn(visitor, authorize(), withApp))).acr, level(1))
  assert.ok(isAtApp(await visitor.open(authorize())), 'without a level the session will do')

  const acr_values = `${level(4)} ${level(1)}`
  const silent = await visitor.open(authorize({ acr_values, prompt: 'none' }))
  assert.equal(new URL(silent.location!).searchParams.get('error'), 'login_required')
  const asked = await signIn(visitor, authorize({ acr_values }), withApp)
  assert.ok(!isAtApp(asked), 'a code is asked for')
  const done = await visitor.submitAndFollow(asked, { code: await nextCode() })
  const { acr, amr } = await claims(done)
  assert.deepEqual([acr, amr], [level(4), ['pwd', 'otp', 'mfa']])

  for (const enough of [level(4), level(2), `${level(3)} ${level(1)}`])
    assert.ok(isAtApp(await visitor.open(authorize({ acr_values: enough }))), enough)
})

test('who can prove no more is not asked for it, where the app takes less', async () => {
  const visitor = new Visitor()
  await signIn(visitor, authorize(), plain)
  const acr_values = `${level(4)} ${level(3)} ${level(1)}`
  assert.equal((await claims(await visitor.open(authorize({ acr_values })))).acr, level(1))
})

test('who can prove nothing that the app takes does not get in', async () => {
  const visitor = new Visitor()
  const seen = await signIn(visitor, authorize({ acr_values: level(4) }), plain)
  assert.ok(!isAtApp(seen))
  assert.equal(seen.status, 200)
  assert.match(seen.body, /This app needs a stronger sign-in than your account is set up for/)
  assert.doesNotMatch(seen.body, /TARGET_ACR_VALUES/)
})

test('choosing the same account again is no way around a level or an age', async () => {
  const visitor = new Visitor()
  await signIn(visitor, authorize(), withApp)
  const chooser = await visitor.open(authorize({ acr_values: level(4), prompt: 'select_account' }))
  const same = { account: 'same' }
  assert.ok(!isAtApp(await visitor.submitAndFollow(chooser, same)))
  scene.clock.advance({ minutes: 10 })
  const late = await visitor.open(authorize({ max_age: '60', scope: ownScope, prompt: 'select_account' }))
  assert.ok(!isAtApp(await visitor.submitAndFollow(late, same)))
})

test('an age is held also where the app asks for no ID token', async () => {
  const visitor = new Visitor()
  await signIn(visitor, authorize(), plain)
  scene.clock.advance({ minutes: 10 })
  assert.ok(isAtApp(await visitor.open(authorize({ max_age: '900', scope: ownScope }))))
  assert.ok(!isAtApp(await visitor.open(authorize({ max_age: '300', scope: ownScope }))))
})

test('levels that the pool does not know are passed over, but one has to be known', async () => {
  const visitor = new Visitor()
  await signIn(visitor, authorize(), plain)
  assert.ok(isAtApp(await visitor.open(authorize({ acr_values: `gold ${level(1)}` }))))
  const refused: Record<string, string>[] = [{ acr_values: 'gold' }, { max_age: 'soon' }, { max_age: '-1' }]
  for (const more of refused) {
    const seen = await visitor.open(authorize(more))
    assert.equal(new URL(seen.location!).searchParams.get('error'), 'invalid_request')
  }
})

test('levels have the names that the pool gives them', async () => {
  const { cognito, poolId } = scene
  const { UserPool } = await cognito.describeUserPool({ UserPoolId: poolId })
  const update = (AcrConfiguration?: Record<string, { AcrValue: string }>, UserPoolTier?: 'LITE') =>
    cognito.updateUserPool({
      UserPoolId: poolId,
      AutoVerifiedAttributes: UserPool!.AutoVerifiedAttributes,
      MfaConfiguration: 'OPTIONAL',
      AcrConfiguration,
      UserPoolTier,
    })
  const visitor = new Visitor()
  await update({ Level1: { AcrValue: 'https://example.com/bronze' } })
  await signIn(visitor, authorize(), plain)
  const seen = await visitor.open(authorize({ acr_values: 'https://example.com/bronze' }))
  assert.equal((await claims(seen)).acr, 'https://example.com/bronze')
  const old = await visitor.open(authorize({ acr_values: level(1) }))
  assert.equal(new URL(old.location!).searchParams.get('error'), 'invalid_request')

  await update(undefined, 'LITE')
  assert.ok(isAtApp(await visitor.open(authorize({ acr_values: level(4), max_age: '0' }))), 'not of the lowest tier')
})
