import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { startTestServer, type TestServer } from '../support/server.ts'

// Ten at once, then one a second of the address; trusted proxies give each test an address of its own.
let server: TestServer
let poolId: string
before(async () => {
  server = await startTestServer({ callerRates: { address: 1, pool: 100, client: 100 }, trustProxy: 1 })
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

const statusesOf = async (send: () => Promise<Response>, times: number) => {
  const answers = []
  for (let i = 0; i < times; i++) answers.push(await send())
  return answers
}

test('an address that calls too often is told so by the API, and others are not', async () => {
  const answers = await statusesOf(() => api('192.0.2.1'), 12)
  const types = await Promise.all(answers.map(async (answer) => ((await answer.json()) as { __type: string }).__type))
  assert.deepEqual(types.slice(0, 10), Array(10).fill('NotAuthorizedException'))
  assert.equal(types.at(-1), 'TooManyRequestsException')
  assert.ok(Number(answers.at(-1)!.headers.get('retry-after')) >= 1)
  assert.equal(((await (await api('192.0.2.2')).json()) as { __type: string }).__type, 'NotAuthorizedException')
})

test('all of a /64 of IPv6 counts as one', async () => {
  let number = 0
  const answers = await statusesOf(() => api(`2001:db8:0:1::${++number}`), 12)
  assert.equal(((await answers.at(-1)!.json()) as { __type: string }).__type, 'TooManyRequestsException')
})

test('the token endpoint and the pages answer 429 and say when to come back', async () => {
  const token = () =>
    fetch(`${server.url}/${poolId}/oauth2/token`, { method: 'POST', headers: { 'x-forwarded-for': '192.0.2.3' } })
  const answers = await statusesOf(token, 12)
  assert.equal(answers[0]!.status, 400)
  assert.equal(answers[0]!.headers.get('ratelimit-limit'), '10')
  assert.equal(answers[0]!.headers.get('ratelimit-remaining'), '9')
  const last = answers.at(-1)!
  assert.equal(last.status, 429)
  assert.ok(Number(last.headers.get('retry-after')) >= 1)
  assert.equal(((await last.json()) as { error: string }).error, 'too_many_requests')

  const page = await fetch(`${server.url}/${poolId}/login`, {
    headers: { 'x-forwarded-for': '192.0.2.3', accept: 'text/html' },
  })
  assert.equal(page.status, 429)
  assert.match(await page.text(), /<html/)
  // Who balances the load asks often.
  assert.equal((await fetch(`${server.url}/health`, { headers: { 'x-forwarded-for': '192.0.2.3' } })).status, 200)
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
