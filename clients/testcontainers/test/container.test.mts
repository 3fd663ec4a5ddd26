import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { PoolhouseContainer, type StartedPoolhouseContainer } from '../build/index.js'
import { startFakeDocker } from './fake-docker.mts'

const image = 'poolhouse:dev'
const seed = {
  pools: [
    {
      Id: 'us-east-1_container1',
      PoolName: 'shop',
      AutoVerifiedAttributes: ['email'],
      Clients: [
        { ClientId: 'webclient00000000000001', ClientName: 'web', ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] },
      ],
      Users: [{ Username: 'ann', Password: 'Correct-horse-1' }],
    },
  ],
}

let docker: Awaited<ReturnType<typeof startFakeDocker>>
let poolhouse: StartedPoolhouseContainer
let cognito: CognitoIdentityProvider
before(async () => {
  docker = await startFakeDocker({ name: image, workingFolder: process.env.POOLHOUSE_HOME ?? resolve('../..') })
  process.env.DOCKER_HOST = docker.host
  process.env.TESTCONTAINERS_RYUK_DISABLED = 'true'
  poolhouse = await new PoolhouseContainer(image).withSeed(seed).start()
  cognito = new CognitoIdentityProvider(poolhouse.getClientConfig())
})
beforeEach(() => poolhouse.reset())
after(() => docker.close())

async function signIn(username = 'ann'): Promise<string> {
  const { AuthenticationResult } = await cognito.initiateAuth({
    ClientId: poolhouse.getClientId(),
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: username, PASSWORD: 'Correct-horse-1' },
  })
  return AuthenticationResult!.AccessToken!
}

const issuerOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()).iss

test('a user of the seed signs in, and the issuer of the token is where the tests find it', async () => {
  const token = await signIn()
  assert.equal(issuerOf(token), poolhouse.getIssuer())
  const discovery = await fetch(`${poolhouse.getIssuer()}/.well-known/openid-configuration`)
  assert.equal(((await discovery.json()) as { issuer: string }).issuer, poolhouse.getIssuer())
})

test('ids are found by the names of the seed', () => {
  assert.equal(poolhouse.getUserPoolId('shop'), 'us-east-1_container1')
  assert.equal(poolhouse.getClientId('web'), 'webclient00000000000001')
  assert.throws(() => poolhouse.getUserPoolId('shpo'), { message: 'The seed has no pool shpo: it has shop.' })
})

test('a code is read from the inbox', async () => {
  await cognito.signUp({
    ClientId: poolhouse.getClientId(),
    Username: 'bob',
    Password: 'Correct-horse-1',
    UserAttributes: [{ Name: 'email', Value: 'bob@example.com' }],
  })
  const { code } = await poolhouse.inbox.waitFor({ to: 'bob@example.com' })
  await cognito.confirmSignUp({ ClientId: poolhouse.getClientId(), Username: 'bob', ConfirmationCode: code })
  await signIn('bob')
  await poolhouse.inbox.clear()
  await assert.rejects(poolhouse.inbox.waitFor({ to: 'bob@example.com' }, { timeout: 50 }), {
    message: 'No message to bob@example.com came within 50 ms. None came to anybody.',
  })
})

test('the clock ends a token', async () => {
  const token = await signIn()
  await poolhouse.clock.advance({ hours: 2 })
  await assert.rejects(cognito.getUser({ AccessToken: token }), { name: 'NotAuthorizedException' })
  await poolhouse.clock.reset()
  await cognito.getUser({ AccessToken: token })
})

test('a call fails on demand, and a misspelt one is refused', async () => {
  await poolhouse.fail('InitiateAuth', { type: 'InternalErrorException' })
  await assert.rejects(signIn(), { name: 'InternalErrorException' })
  await poolhouse.clearFailures()
  await signIn()
  await assert.rejects(poolhouse.fail('InitiateAut', { type: 'InternalErrorException' }), /did you mean InitiateAuth/)
})

test('a reset goes back to the seed', async () => {
  await cognito.createUserPool({ PoolName: 'another' })
  await poolhouse.reset()
  const { UserPools = [] } = await cognito.listUserPools({ MaxResults: 10 })
  assert.deepEqual(
    UserPools.map(({ Name }) => Name),
    ['shop'],
  )
})

test('a restart keeps the data, and the issuer follows the port', async () => {
  await cognito.createUserPool({ PoolName: 'another' })
  const before = poolhouse.getEndpoint()
  await poolhouse.restart()
  assert.notEqual(poolhouse.getEndpoint(), before)
  cognito = new CognitoIdentityProvider(poolhouse.getClientConfig())
  assert.equal(issuerOf(await signIn()), poolhouse.getIssuer())
  assert.equal((await cognito.listUserPools({ MaxResults: 10 })).UserPools!.length, 2)
})

test('a start that is refused says why, and leaves nothing behind', async () => {
  await assert.rejects(new PoolhouseContainer(image).withRegion('nowhere').start(), /POOLHOUSE_REGION/)
  const misspelt = { pools: [{ Id: 'us-east-1_x', Clint: [] }] }
  await assert.rejects(new PoolhouseContainer(image).withSeed(misspelt).start(), /did you mean Clients/)
  assert.throws(() => new PoolhouseContainer(image).withSeed('nowhere.json'), /nowhere\.json is no seed/)
  await assert.rejects(new PoolhouseContainer('nobody/nothing:1').start(), /pull access denied for nobody\/nothing/)
  assert.equal(docker.running, 1)
})

test('region, public address and triggers are those of the test', async () => {
  const container = await new PoolhouseContainer(image)
    .withRegion('eu-west-1')
    .withEnvironment({ POOLHOUSE_PUBLIC_URL: 'http://id.localhost' })
    .start()
  try {
    const client = new CognitoIdentityProvider(container.getClientConfig())
    const { UserPool } = await client.createUserPool({ PoolName: 'abroad' })
    assert.match(UserPool!.Id!, /^eu-west-1_/)
    assert.equal(container.getIssuer(UserPool!.Id), `http://id.localhost/${UserPool!.Id}`)
    const discovery = await fetch(`${container.getEndpoint()}/${UserPool!.Id}/.well-known/openid-configuration`)
    assert.equal(((await discovery.json()) as { issuer: string }).issuer, container.getIssuer(UserPool!.Id))
  } finally {
    await container.stop()
  }
  assert.equal(docker.running, 1)
})
