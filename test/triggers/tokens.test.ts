import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { overrideAccessClaims, overrideIdClaims } from '../../src/pool/tokens/override-claims.ts'
import { startSrp, usedSession } from '../sign-in/scene.ts'
import { arnOf } from './lambda-endpoint.ts'
import { claimsOf, envelope, password, startScene, type TriggerScene } from './scene.ts'

let scene: TriggerScene

before(async () => {
  scene = await startScene()
})
after(() => scene.close())

const selfService = 'aws.cognito.signin.user.admin'
const role = 'arn:aws:iam::000000000000:role/staff'

async function tokenPool(LambdaVersion: 'V1_0' | 'V2_0' | 'V3_0', code: (event: unknown) => unknown) {
  const name = `tokens${LambdaVersion}${Object.keys(scene.lambda.functions).length}`
  scene.lambda.functions[name] = code
  const config = { LambdaArn: arnOf(name), LambdaVersion }
  const pool = await scene.pool({ PreTokenGenerationConfig: config }, {}, { GenerateSecret: false })
  const { UserPoolId } = pool
  const UserAttributes = [
    { Name: 'email', Value: 'ann@example.com' },
    { Name: 'email_verified', Value: 'true' },
  ]
  await scene.cognito.adminCreateUser({ UserPoolId, Username: 'ann', UserAttributes, MessageAction: 'SUPPRESS' })
  await scene.cognito.adminSetUserPassword({ UserPoolId, Username: 'ann', Password: password, Permanent: true })
  await scene.cognito.createGroup({ UserPoolId, GroupName: 'staff', Precedence: 1, RoleArn: role })
  await scene.cognito.adminAddUserToGroup({ UserPoolId, Username: 'ann', GroupName: 'staff' })
  return pool
}

async function signIn(ClientId: string) {
  const { AuthenticationResult } = await scene.cognito.initiateAuth({
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ann', PASSWORD: password },
  })
  const { AccessToken, IdToken, RefreshToken } = AuthenticationResult!
  return { access: claimsOf(AccessToken), id: claimsOf(IdToken), AccessToken, RefreshToken }
}

test('the first version changes the ID token, and groups in both', async () => {
  const pool = await tokenPool('V1_0', (event) => ({
    ...(event as object),
    response: {
      claimsOverrideDetails: {
        claimsToAddOrOverride: {
          tenant: 'blue',
          age: 7,
          email: 'other@example.com',
          sub: 'me',
          'cognito:username': 'me',
        },
        claimsToSuppress: ['email_verified', 'iss'],
        groupOverrideDetails: {
          groupsToOverride: ['guests'],
          iamRolesToOverride: [`${role}2`],
          preferredRole: `${role}2`,
        },
      },
    },
  }))
  const { id, access } = await signIn(pool.ClientId)
  const { event } = scene.lambda.calls.at(-1)!
  assert.equal(event.version, '1')
  assert.deepEqual(event.request.groupConfiguration, {
    groupsToOverride: ['staff'],
    iamRolesToOverride: [role],
    preferredRole: role,
  })
  assert.equal('scopes' in event.request, false)
  assert.deepEqual([id.tenant, id.age, id.email, id.email_verified], ['blue', '7', 'other@example.com', undefined])
  assert.deepEqual(
    [id['cognito:groups'], id['cognito:roles'], id['cognito:preferred_role']],
    [['guests'], [`${role}2`], `${role}2`],
  )
  assert.notEqual(id.sub, 'me')
  assert.equal(id['cognito:username'], 'ann')
  assert.ok(id.iss)
  assert.deepEqual([access['cognito:groups'], access.tenant, access.scope], [['guests'], undefined, selfService])
})

test('the second version changes both tokens, their scopes, and takes any JSON', async () => {
  const pool = await tokenPool('V2_0', (event) => ({
    ...(event as { callerContext: object }),
    response: {
      claimsAndScopeOverrideDetails: {
        idTokenGeneration: {
          claimsToAddOrOverride: { plan: { name: 'pro', seats: [1, 2] } },
          claimsToSuppress: ['email'],
        },
        accessTokenGeneration: {
          claimsToAddOrOverride: { plan: { name: 'pro' }, admin: false, limit: 1.5, aud: 'somebody', client_id: 'x' },
          scopesToAdd: ['api/read', 'two words', 'aws.cognito.something'],
          scopesToSuppress: [selfService],
        },
      },
    },
  }))
  const { id, access, AccessToken } = await signIn(pool.ClientId)
  const { event } = scene.lambda.calls.at(-1)!
  const { sub } = id
  assert.deepEqual(event, {
    ...envelope('TokenGeneration_Authentication', { ...pool, userName: 'ann', version: '2' }),
    request: {
      userAttributes: { sub, 'cognito:user_status': 'CONFIRMED', email: 'ann@example.com', email_verified: 'true' },
      groupConfiguration: { groupsToOverride: ['staff'], iamRolesToOverride: [role], preferredRole: role },
      scopes: [selfService],
    },
    response: { claimsAndScopeOverrideDetails: null },
  })
  assert.deepEqual([id.plan, id.email, id.email_verified], [{ name: 'pro', seats: [1, 2] }, undefined, true])
  assert.deepEqual(id['cognito:groups'], ['staff'])
  assert.deepEqual([access.plan, access.admin, access.limit, access.aud], [{ name: 'pro' }, false, 1.5, undefined])
  assert.deepEqual([access.scope, access.client_id], ['api/read', pool.ClientId])
  // Without its scope the token opens no account.
  await assert.rejects(scene.cognito.getUser({ AccessToken }), { name: 'NotAuthorizedException' })
})

test('a refresh asks anew, and either kind of refresh says so', async () => {
  let count = 0
  const pool = await tokenPool('V2_0', (event) => ({
    ...(event as object),
    response: {
      claimsAndScopeOverrideDetails: { idTokenGeneration: { claimsToAddOrOverride: { count: ++count } } },
    },
  }))
  const { ClientId } = pool
  const { id, RefreshToken } = await signIn(ClientId)
  const refreshed = await scene.cognito.initiateAuth({
    ClientId,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: RefreshToken! },
    ClientMetadata: { of: 'the refresh' },
  })
  assert.deepEqual([id.count, claimsOf(refreshed.AuthenticationResult!.IdToken).count], [1, 2])
  const first = scene.lambda.calls.at(-1)!.event
  assert.deepEqual([first.triggerSource, first.request.clientMetadata], ['TokenGeneration_RefreshTokens', undefined])

  const given = await scene.cognito.getTokensFromRefreshToken({ ClientId, RefreshToken, ClientMetadata: { of: 'it' } })
  assert.equal(claimsOf(given.AuthenticationResult!.IdToken).count, 3)
  const second = scene.lambda.calls.at(-1)!.event
  assert.deepEqual(
    [second.triggerSource, second.request.clientMetadata],
    ['TokenGeneration_Authentication', { of: 'it' }],
  )
})

test('a function that returns its event unchanged changes nothing', async () => {
  for (const version of ['V1_0', 'V2_0', 'V3_0'] as const) {
    const { ClientId } = await tokenPool(version, (event) => event)
    const { id, access } = await signIn(ClientId)
    assert.deepEqual([id.email, id['cognito:groups'], access.scope], ['ann@example.com', ['staff'], selfService])
  }
})

test('groups that are overridden by nothing are gone', async () => {
  for (const groupOverrideDetails of [null, {}]) {
    const pool = await tokenPool('V1_0', (event) => ({
      ...(event as object),
      response: { claimsOverrideDetails: { groupOverrideDetails } },
    }))
    const { id, access } = await signIn(pool.ClientId)
    assert.deepEqual(
      [id['cognito:groups'], id['cognito:roles'], access['cognito:groups']],
      [undefined, undefined, undefined],
    )
  }
})

test('a function that will not have tokens made stops the sign-in, and the password was right all the same', async () => {
  const { UserPoolId, ClientId } = await tokenPool('V1_0', () => {
    throw new Error('Suspended')
  })
  const suspended = {
    name: 'UserLambdaValidationException',
    message: 'PreTokenGeneration failed with error Suspended.',
  }
  // As many failures would have locked the account.
  for (let time = 0; time < 7; time++) await assert.rejects(signIn(ClientId), suspended)

  const { asked, responses } = await startSrp(scene, { UserPoolId, ClientId, username: 'ann' })
  const answer = async () =>
    scene.cognito.respondToAuthChallenge({
      ClientId,
      ChallengeName: 'PASSWORD_VERIFIER',
      Session: asked.Session,
      ChallengeResponses: await responses(password),
    })
  await assert.rejects(answer(), suspended)
  await assert.rejects(answer(), usedSession)
})

test('answers that can not be claims are refused', async () => {
  for (const response of [
    { claimsOverrideDetails: 'x' },
    { claimsOverrideDetails: { claimsToAddOrOverride: { plan: { name: 'pro' } } } },
    { claimsOverrideDetails: { claimsToSuppress: 'email' } },
  ]) {
    const { ClientId } = await tokenPool('V1_0', (event) => ({ ...(event as object), response }))
    await assert.rejects(signIn(ClientId), { name: 'InvalidLambdaResponseException' })
  }
  const scopesToAdd = Array.from({ length: 5001 }, (_, n) => `api/${n}`)
  const { ClientId } = await tokenPool('V2_0', (event) => ({
    ...(event as object),
    response: { claimsAndScopeOverrideDetails: { accessTokenGeneration: { scopesToAdd } } },
  }))
  await assert.rejects(signIn(ClientId), { name: 'InvalidLambdaResponseException' })
})

test('the third version is asked about tokens of clients, with their metadata; the others are not', async () => {
  const code = (event: unknown) => ({
    ...(event as object),
    response: {
      claimsAndScopeOverrideDetails: {
        accessTokenGeneration: { claimsToAddOrOverride: { tenant: 'blue', sub: 'x' }, scopesToAdd: ['api/write'] },
      },
    },
  })
  for (const version of ['V3_0', 'V2_0'] as const) {
    const { UserPoolId } = await tokenPool(version, code)
    await scene.cognito.createResourceServer({
      UserPoolId,
      Identifier: 'api',
      Name: 'api',
      Scopes: [{ ScopeName: 'read', ScopeDescription: 'read' }],
    })
    const { UserPoolClient } = await scene.cognito.createUserPoolClient({
      UserPoolId,
      ClientName: 'machine',
      GenerateSecret: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthScopes: ['api/read'],
    })
    const { ClientId, ClientSecret } = UserPoolClient!
    const before = scene.lambda.calls.length
    const answer = await fetch(`${scene.url}/${UserPoolId}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: ClientId!,
        client_secret: ClientSecret!,
        aws_client_metadata: '{"environment": "dev"}',
      }),
    })
    const claims = claimsOf(((await answer.json()) as { access_token: string }).access_token)
    assert.equal(claims.sub, ClientId)
    if (version === 'V2_0') {
      assert.equal(scene.lambda.calls.length, before)
      assert.deepEqual([claims.tenant, claims.scope], [undefined, 'api/read'])
      continue
    }
    assert.deepEqual([claims.tenant, claims.scope], ['blue', 'api/read api/write'])
    assert.deepEqual(scene.lambda.calls.at(-1)!.event, {
      ...envelope('TokenGeneration_ClientCredentials', {
        UserPoolId,
        ClientId,
        userName: 'ClientCredentials',
        version: '3',
      }),
      request: {
        userAttributes: {},
        groupConfiguration: null,
        scopes: ['api/read'],
        clientMetadata: { environment: 'dev' },
      },
      response: { claimsAndScopeOverrideDetails: null },
    })
  }
})

const fixedClaims =
  'acr amr at_hash auth_time azp client_id cognito:username cognito:other device_key event_id exp iat identities iss jti nbf nonce origin_jti sub token_use username version'.split(
    ' ',
  )

test('nobody but the service says what it alone can know', () => {
  const claims = {
    client_id: 'app',
    scope: 'openid',
    ...Object.fromEntries(fixedClaims.map((name) => [name, 'true one'])),
  }
  const add = Object.fromEntries([...fixedClaims, 'dev:custom:x'].map((name) => [name, 'forged']))
  const changes = { add, suppress: fixedClaims }
  const access = { ...changes, scopesToAdd: [], scopesToSuppress: [] }
  assert.deepEqual(overrideIdClaims(claims, { id: changes }), claims)
  assert.deepEqual(overrideAccessClaims({ ...claims, client_id: 'app' }, { access }), { ...claims, client_id: 'app' })
})

test('what is both added and suppressed is suppressed, and developer attributes only that', () => {
  const id = { add: { plan: 'pro', 'dev:a': 'x' }, suppress: ['plan', 'dev:b', 'cognito:groups'] }
  const claims = {
    'dev:b': 'y',
    'cognito:groups': ['g'],
    'cognito:roles': ['r'],
    'cognito:preferred_role': 'r',
    name: 'n',
  }
  assert.deepEqual(overrideIdClaims(claims, { id }), { name: 'n' })
})

test('an access token may name its own client as audience and nobody else', () => {
  const claims = { client_id: 'app', scope: '' }
  const changed = (aud: unknown) =>
    overrideAccessClaims(claims, { access: { add: { aud }, suppress: [], scopesToAdd: [], scopesToSuppress: [] } })
  assert.deepEqual(changed('app'), { ...claims, aud: 'app' })
  assert.deepEqual(changed('other'), claims)
  assert.deepEqual(overrideIdClaims({ aud: 'app' }, { id: { add: { aud: 'other' }, suppress: ['aud'] } }), {
    aud: 'app',
  })
})
