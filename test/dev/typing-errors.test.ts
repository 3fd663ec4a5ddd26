import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { type PoolhouseForTests, type Seed, startPoolhouse } from '../../src/testing/index.ts'

// A name that means nothing is refused with the one that was probably meant, wherever tests and seed files may say one.
let poolhouse: PoolhouseForTests
let cognito: CognitoIdentityProvider

before(async () => {
  poolhouse = await startPoolhouse()
  const { url: endpoint, region, credentials } = poolhouse
  cognito = new CognitoIdentityProvider({ endpoint, region, credentials, maxAttempts: 1 })
})
after(async () => {
  cognito?.destroy()
  await poolhouse?.stop()
})

const Id = 'us-east-1_typing0001'
const pools = async () => (await cognito.listUserPools({ MaxResults: 10 })).UserPools?.length
const control = (path: string, body: unknown) =>
  fetch(`${poolhouse.url}/_poolhouse/${path}`, { method: 'POST', body: JSON.stringify(body) })
const messageOf = async (answer: Response) => ((await answer.json()) as { message: string }).message

const seeds: [place: string, seed: unknown, message: string][] = [
  ['the seed itself', { pools: [], pool: [] }, 'the seed: there is no pool; did you mean pools?'],
  ['a seed without pools', { pool: [] }, 'A seed has a list "pools", and there is no pool; did you mean pools?'],
  ['a pool', { pools: [{ Id, Client: [] }] }, `pool ${Id}, there is no Client; did you mean Clients?`],
  [
    'a setting deep in a pool',
    { pools: [{ Id, Policies: { PasswordPolicy: { MinimumLenght: 8 } } }] },
    `pool ${Id}, in Policies.PasswordPolicy there is no MinimumLenght; did you mean MinimumLength?`,
  ],
  [
    'a second factor',
    { pools: [{ Id, SoftwareTokenMfaConfiguration: { Enabld: true } }] },
    `pool ${Id}, in SoftwareTokenMfaConfiguration there is no Enabld; did you mean Enabled?`,
  ],
  [
    'an item of a list',
    { pools: [{ Id, Schema: [{ Name: 'team', AttributeDataTyp: 'String' }] }] },
    `pool ${Id}, in Schema[0] there is no AttributeDataTyp; did you mean AttributeDataType?`,
  ],
  [
    'a group',
    { pools: [{ Id, Groups: [{ GroupName: 'staff', Precedense: 1 }] }] },
    `pool ${Id}, group staff, there is no Precedense; did you mean Precedence?`,
  ],
  [
    'a client',
    { pools: [{ Id, Clients: [{ ClientId: 'app', CallbackUrls: [] }] }] },
    `pool ${Id}, client app, there is no CallbackUrls; did you mean CallbackURLs?`,
  ],
  [
    'a user',
    { pools: [{ Id, Users: [{ Username: 'ann', Pasword: 'Correct-horse-1' }] }] },
    `pool ${Id}, user ann, there is no Pasword; did you mean Password?`,
  ],
  [
    'a name like no other',
    { pools: [{ Id, Users: [{ Username: 'ann', Whatever: 1 }] }] },
    `pool ${Id}, user ann, there is no Whatever`,
  ],
]
for (const [place, seed, message] of seeds)
  test(`a typing error in ${place} is named with its place, and nothing of the seed is made`, async () => {
    await assert.rejects(poolhouse.seed(seed as Seed), { name: 'SeedError', message })
    assert.equal(await pools(), 0)
  })

test('a seed over HTTP is held to the same', async () => {
  const answer = await control('seed', { pools: [{ Id, Client: [] }] })
  assert.equal(answer.status, 400)
  assert.equal(await messageOf(answer), `pool ${Id}, there is no Client; did you mean Clients?`)
})

test('a fault names an operation, an error and members that there are', async () => {
  const refusals: [object, string][] = [
    [{ operation: 'InitiateAut' }, 'Among the operations there is no InitiateAut; did you mean InitiateAuth?'],
    [
      { operation: 'SignUp', type: 'TooManyRequestException' },
      'No error is called TooManyRequestException; did you mean TooManyRequestsException?',
    ],
    [{ operation: 'SignUp', time: 2 }, 'In the body there is no time; did you mean times?'],
  ]
  for (const [body, message] of refusals) {
    const answer = await control('faults', body)
    assert.equal(answer.status, 400)
    assert.equal(await messageOf(answer), message)
  }
  assert.throws(() => poolhouse.fail('SignUp', { typ: 'InternalErrorException' } as object), {
    message: 'In a fault there is no typ; did you mean type?',
  })
  assert.throws(() => poolhouse.clearFailures('SingUp' as 'SignUp'), { message: /did you mean SignUp\?$/ })
  const faults = await fetch(`${poolhouse.url}/_poolhouse/faults`)
  assert.deepEqual(await faults.json(), {})
})

test('an error that only a proxy would answer may be injected', async () => {
  poolhouse.fail('ListUserPools', { type: 'BandwidthLimitExceeded', times: 1 })
  await assert.rejects(pools(), { name: 'BandwidthLimitExceeded' })
})

test('a reset that misspells its pool deletes nothing', async () => {
  await cognito.createUserPool({ PoolName: 'stays' })
  const answer = await control('reset', { userPoolID: 'us-east-1_other0001' })
  assert.equal(answer.status, 400)
  assert.equal(await messageOf(answer), 'In the body there is no userPoolID; did you mean userPoolId?')
  assert.equal(await pools(), 1)
})

test('the clock and the inbox refuse what they do not know', async () => {
  const clock = await control('clock', { advanse: 5 })
  assert.equal(clock.status, 400)
  assert.equal(await messageOf(clock), 'In the body there is no advanse; did you mean advance?')
  const inbox = await fetch(`${poolhouse.url}/_poolhouse/messages?userPoolID=x`)
  assert.equal(inbox.status, 400)
  assert.equal(await messageOf(inbox), 'In the query there is no userPoolID; did you mean userPoolId?')
})
