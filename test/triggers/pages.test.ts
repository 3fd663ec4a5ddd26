import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type HostedScene, password, startScene } from '../hosted/scene.ts'
import { Visitor } from '../hosted/visitor.ts'
import { arnOf, type LambdaEndpoint, lambdaKey, startLambda } from './lambda-endpoint.ts'
import { claimsOf } from './scene.ts'

const names = [
  'PreSignUp',
  'PostConfirmation',
  'PreAuthentication',
  'PostAuthentication',
  'PreTokenGeneration',
  'UserMigration',
]

let lambda: LambdaEndpoint
let scene: HostedScene

before(async () => {
  lambda = await startLambda()
  const LambdaConfig = Object.fromEntries(names.map((name) => [name, arnOf(name)]))
  scene = await startScene({ LambdaConfig }, {}, { lambdaEndpoint: lambda.url, lambdaCredentials: lambdaKey })
  for (const name of names) lambda.functions[name] = (event) => event
  await scene.addUser('ann@example.com')
})
after(async () => {
  await scene.close()
  await lambda.close()
})

async function signIn() {
  const visitor = new Visitor()
  const page = await visitor.open(scene.loginUrl())
  return visitor.submitAndFollow(page, { username: 'ann@example.com', password }, { path: '/login' })
}

test('a sign-in on the pages calls the functions that one by the API does, and tokens come from the code', async () => {
  lambda.calls.length = 0
  const { location } = await signIn()
  const sources = () => lambda.calls.map(({ event }) => event.triggerSource)
  assert.deepEqual(sources(), ['PreAuthentication_Authentication', 'PostAuthentication_Authentication'])
  assert.equal(lambda.calls[0]!.event.request.validationData, null)

  lambda.functions.PreTokenGeneration = (event) => ({
    ...event,
    response: { claimsOverrideDetails: { claimsToAddOrOverride: { tenant: 'blue' } } },
  })
  const answer = await redeem(new URL(location!).searchParams.get('code')!)
  const { id_token } = (await answer.json()) as { id_token: string }
  assert.equal(sources().at(-1), 'TokenGeneration_HostedAuth')
  assert.equal(claimsOf(id_token).tenant, 'blue')
  lambda.functions.PreTokenGeneration = (event) => event
})

const redeem = (code: string) =>
  fetch(`${scene.url}/${scene.poolId}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: scene.clientId,
      redirect_uri: scene.callback,
      code,
    }),
  })

test('a user of another directory is migrated on the pages, whatever level the app asks for', async () => {
  const { cognito, poolId } = scene
  lambda.functions.UserMigration = (event) => {
    const userAttributes = { email: event.userName, email_verified: 'true' }
    return { ...event, response: { userAttributes, finalUserStatus: 'CONFIRMED', messageAction: 'SUPPRESS' } }
  }
  for (const level of [undefined, 'urn:cognito:loa:1']) {
    const parameters: Record<string, string> = level ? { acr_values: level } : {}
    const username = level ? 'zoe@example.com' : 'yan@example.com'
    const visitor = new Visitor()
    const page = await visitor.open(scene.loginUrl(parameters))
    const { location } = await visitor.submitAndFollow(page, { username, password }, { path: '/login' })
    assert.ok(new URL(location!).searchParams.get('code'))
    assert.equal((await cognito.adminGetUser({ UserPoolId: poolId, Username: username })).UserStatus, 'CONFIRMED')
  }
})

/** A page that asks for the name first, and the one that it leads to. */
async function typeName(username: string, client_id: string) {
  const visitor = new Visitor()
  const page = await visitor.open(scene.loginUrl({ client_id }))
  return { visitor, asked: await visitor.submitAndFollow(page, { username }, { path: '/login' }) }
}

for (const PreventUserExistenceErrors of ['ENABLED', 'LEGACY'] as const)
  test(`a page that asks for the name first migrates by the password: errors ${PreventUserExistenceErrors}`, async () => {
    const { cognito, poolId: UserPoolId } = scene
    const client_id = await scene.addClient({ ExplicitAuthFlows: ['ALLOW_USER_AUTH'], PreventUserExistenceErrors })
    const Username = `${PreventUserExistenceErrors.toLowerCase()}@example.com`
    lambda.functions.UserMigration = (event) => {
      if (event.request.password === 'closed') throw new Error('Closed')
      if (event.request.password !== password) return event
      const userAttributes = { email: event.userName, email_verified: 'true' }
      return { ...event, response: { userAttributes, finalUserStatus: 'CONFIRMED', messageAction: 'SUPPRESS' } }
    }
    lambda.calls.length = 0
    const { visitor, asked } = await typeName(Username, client_id)
    assert.match(asked.body, /type="password"/)
    const sources = () => lambda.calls.map(({ event }) => event.triggerSource)
    assert.deepEqual(sources(), ['PreAuthentication_Authentication'])

    const wrong = await visitor.submitAndFollow(asked, { password: 'wrong' })
    const text = PreventUserExistenceErrors === 'LEGACY' ? /User does not exist/ : /Incorrect username or password/
    assert.match(wrong.body, text)
    const closed = await visitor.submitAndFollow(wrong, { password: 'closed' })
    assert.match(closed.body, /UserMigration failed with error Closed\./)
    await assert.rejects(cognito.adminGetUser({ UserPoolId, Username }), { name: 'UserNotFoundException' })

    const { location } = await visitor.submitAndFollow(closed, { password })
    assert.ok(new URL(location!).searchParams.get('code'))
    assert.equal((await cognito.adminGetUser({ UserPoolId, Username })).UserStatus, 'CONFIRMED')
    const migrations = lambda.calls.filter(({ event }) => event.triggerSource === 'UserMigration_Authentication')
    assert.deepEqual(
      migrations.map(({ event }) => [event.userName, event.request.password]),
      ['wrong', 'closed', password].map((given) => [Username, given]),
    )
    assert.equal(sources().at(-1), 'PostAuthentication_Authentication')

    // Here now: the other directory is not asked any more.
    lambda.calls.length = 0
    const again = await typeName(Username, client_id)
    assert.ok((await again.visitor.submitAndFollow(again.asked, { password })).location)
    assert.ok(!sources().includes('UserMigration_Authentication'))
  })

test('a migrated user who is not confirmed is led from the password to a new one', async () => {
  const client_id = await scene.addClient({
    ExplicitAuthFlows: ['ALLOW_USER_AUTH'],
    PreventUserExistenceErrors: 'LEGACY',
  })
  lambda.functions.UserMigration = (event) => {
    const userAttributes = { email: event.userName, email_verified: 'true' }
    return { ...event, response: { userAttributes, messageAction: 'SUPPRESS' } }
  }
  const { visitor, asked } = await typeName('reset@example.com', client_id)
  const answer = await visitor.submit(asked, { password })
  assert.match(answer.location!, /\/confirmforgotpassword\?/i)
})

test('what a function says stands above the form', async () => {
  for (const name of ['PreAuthentication', 'PostAuthentication']) {
    lambda.functions[name] = () => {
      throw new Error('Closed <today>')
    }
    const page = await signIn()
    assert.match(page.body, new RegExp(`${name} failed with error Closed &lt;today&gt;\\.`))
    lambda.functions[name] = (event) => event
  }
})

test('the token endpoint answers with the words of the function', async () => {
  const { location } = await signIn()
  lambda.functions.PreTokenGeneration = () => {
    throw new Error('Suspended')
  }
  const answer = await redeem(new URL(location!).searchParams.get('code')!)
  assert.equal(answer.status, 400)
  assert.deepEqual(await answer.json(), {
    error: 'invalid_grant',
    error_description: 'PreTokenGeneration failed with error Suspended.',
  })
  lambda.functions.PreTokenGeneration = (event) => event
})
