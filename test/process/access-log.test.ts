import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { routeOf } from '../../src/access-log.ts'
import { type ServeProcess, startServe } from '../support/serve-process.ts'

let served: ServeProcess
let cognito: CognitoIdentityProvider
before(async () => {
  served = await startServe({ POOLHOUSE_WORKERS: '1', POOLHOUSE_ACCESS_LOG: 'on' })
  cognito = new CognitoIdentityProvider({
    endpoint: served.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local-secret-key' },
  })
})
after(async () => {
  cognito?.destroy()
  await served?.dispose()
})

async function line(fits: (line: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
  for (let waited = 0; waited < 5000; waited += 20) {
    const found = served.log().find((one) => one.msg === 'request' && fits(one))
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('No such line came')
}

test('each call is one line: what it asked, of which pool, how it ended, and no secret', async () => {
  const { UserPool } = await cognito.createUserPool({ PoolName: 'shop' })
  const { UserPoolClient } = await cognito.createUserPoolClient({
    UserPoolId: UserPool!.Id,
    ClientName: 'app',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
  })
  const refused = await cognito
    .initiateAuth({
      ClientId: UserPoolClient!.ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'ann-the-user', PASSWORD: 'Secret-of-ann-1' },
    })
    .catch((error) => error)
  const found = await line(({ operation }) => operation === 'InitiateAuth')
  assert.equal(found.requestId, refused.$metadata.requestId)
  assert.deepEqual(
    [found.status, found.outcome, found.poolId, found.clientId, found.level],
    [400, 'UserNotFoundException', UserPool!.Id, UserPoolClient!.ClientId, 30],
  )
  assert.ok((found.milliseconds as number) > 0)

  const page = await fetch(`${served.url}/${UserPool!.Id}/login?client_id=nobody&code=very-secret-code`, {
    redirect: 'manual',
  })
  assert.equal(page.status, 302)
  const shown = await line(({ route }) => route === '/{poolId}/login')
  assert.deepEqual([shown.poolId, shown.method, shown.status], [UserPool!.Id, 'GET', page.status])
  const all = JSON.stringify(served.log())
  for (const secret of ['Secret-of-ann-1', 'ann-the-user', 'very-secret-code']) assert.ok(!all.includes(secret), secret)
})

test('what is random in a path is not in the log', () => {
  assert.equal(routeOf('/us-east-1_AbCdEf123/oauth2/token'), '/{poolId}/oauth2/token')
  assert.equal(routeOf('/_poolhouse/branding/0123456789abcdef0123456789abcdef0123'), '/_poolhouse/branding/…')
  assert.equal(routeOf('/a b%0d%0aevil/x'), '/…/x')
  assert.ok(routeOf(`/${'x'.repeat(5000)}`).length < 10)
})
