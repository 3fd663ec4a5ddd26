import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { startTestServer, type TestServer } from '../support/server.ts'

// Ten at once, then two a second of the address, by a clock that stands still; trusted proxies give each test an address
// of its own.
let server: TestServer
let poolId: string
before(async () => {
  server = await startTestServer({ callerRates: { address: 2, pool: 100, client: 100 }, trustProxy: 1 })
  server.clock.hold()
  poolId = (await server.cognito.createUserPool({ PoolName: 'limits' })).UserPool!.Id!
})
after(() => server.close())

const api = (address: string, operation = 'GetUser') =>
  fetch(server.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
      'x-forwarded-for': address,
    },
    body: JSON.stringify({ AccessToken: 'none' }),
  })

const typeOf = async (answer: Response) => ((await answer.json()) as { __type: string }).__type
const atOnce = <T>(times: number, send: (number: number) => Promise<T>) =>
  Promise.all(Array.from({ length: times }, (_, number) => send(number)))

test('an address that calls the API too often is refused, and others are not', async () => {
  const answers = await atOnce(14, () => api('192.0.2.1'))
  const types = await Promise.all(answers.map(typeOf))
  assert.equal(types.filter((type) => type === 'NotAuthorizedException').length, 10, types.join())
  const refused = answers[types.indexOf('TooManyRequestsException')]!
  assert.ok(Number(refused.headers.get('retry-after')) >= 1)
  assert.equal(await typeOf(await api('192.0.2.2')), 'NotAuthorizedException')
})

test('all of a /64 of IPv6 counts as one', async () => {
  const types = await Promise.all((await atOnce(14, (number) => api(`2001:db8:0:1::${number}`))).map(typeOf))
  assert.equal(types.filter((type) => type === 'TooManyRequestsException').length, 4)
})

test('each endpoint that apps call answers 429 as OAuth does', async () => {
  for (const [index, path] of ['par', 'introspect', 'device_authorization', 'bc-authorize'].entries()) {
    const headers = { 'x-forwarded-for': `192.0.2.${20 + index}`, accept: '*/*' }
    const answers = await atOnce(12, () => fetch(`${server.url}/${poolId}/oauth2/${path}`, { method: 'POST', headers }))
    const refused = answers.find(({ status }) => status === 429)!
    assert.equal(((await refused.json()) as { error: string }).error, 'too_many_requests', path)
  }
})

test('the token endpoint and the pages answer 429 and say when to come back', async () => {
  const headers = { 'x-forwarded-for': '192.0.2.3', accept: 'text/html' }
  const token = () => fetch(`${server.url}/${poolId}/oauth2/token`, { method: 'POST', headers })
  const first = await token()
  assert.equal(first.status, 400)
  assert.equal(first.headers.get('ratelimit-limit'), '10')
  assert.equal(first.headers.get('ratelimit-remaining'), '9')

  const [answers, pages] = await Promise.all([
    atOnce(14, token),
    atOnce(14, () => fetch(`${server.url}/${poolId}/login`, { headers })),
  ])
  const refused = answers.find(({ status }) => status === 429)!
  assert.ok(Number(refused.headers.get('retry-after')) >= 1)
  assert.equal(((await refused.json()) as { error: string }).error, 'too_many_requests')
  assert.match(await pages.find(({ status }) => status === 429)!.text(), /<html/)
  // Who balances the load asks often.
  assert.equal((await fetch(`${server.url}/health`, { headers })).status, 200)
})

test('wrong signatures are refused soon, right ones are not counted', async () => {
  const signer = (secretAccessKey: string) =>
    new CognitoIdentityProvider({
      region: server.ctx.config.region,
      endpoint: server.url,
      credentials: { accessKeyId: 'local', secretAccessKey },
      maxAttempts: 1,
    })
  const [right, wrong] = [signer('local'), signer('guess')]
  for (let i = 0; i < 30; i++) await right.listUserPools({ MaxResults: 1 })
  const names: string[] = []
  for (let i = 0; i < 4; i++) names.push(await wrong.listUserPools({ MaxResults: 1 }).catch((error) => error.name))
  assert.deepEqual(names.slice(0, 2), ['InvalidSignatureException', 'InvalidSignatureException'])
  assert.ok(names.includes('TooManyRequestsException'), names.join())
  right.destroy()
  wrong.destroy()
})
