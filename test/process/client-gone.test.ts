import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { type ServeProcess, startServe, until } from '../support/serve-process.ts'

let served: ServeProcess
let UserPoolId: string
let ClientId: string
let upload: string
before(async () => {
  served = await startServe({ POOLHOUSE_WORKERS: '1', POOLHOUSE_ACCESS_LOG: 'on' })
  const cognito = new CognitoIdentityProvider({
    endpoint: served.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local-secret-key' },
  })
  UserPoolId = (await cognito.createUserPool({ PoolName: 'shop' })).UserPool!.Id!
  const { UserPoolClient } = await cognito.createUserPoolClient({
    UserPoolId,
    ClientName: 'app',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
  })
  ClientId = UserPoolClient!.ClientId!
  const { UserImportJob } = await cognito.createUserImportJob({
    UserPoolId,
    JobName: 'people',
    CloudWatchLogsRoleArn: 'arn:aws:iam::000000000000:role/logs',
  })
  const { pathname, search } = new URL(UserImportJob!.PreSignedUrl!)
  upload = pathname + search
  cognito.destroy()
})
after(() => served?.dispose())

/** Sends what there is of a request, then hangs up: with a FIN, or with a RST as where a process or a network dies. */
async function leave(text: string, how: 'end' | 'reset'): Promise<void> {
  const socket = connect(Number(new URL(served.url).port), '127.0.0.1').on('error', () => {})
  await once(socket, 'connect')
  await new Promise<void>((resolve) => socket.write(text, () => resolve()))
  // Time to read it, so that the request is under way.
  await new Promise((resolve) => setTimeout(resolve, 20))
  if (how === 'end') socket.end()
  else socket.resetAndDestroy()
  socket.resume()
}

const requestLines = () => served.log().filter(({ msg }) => msg === 'request').length

test('a client that leaves in the middle of a request is no error in the log', async () => {
  const signIn = JSON.stringify({
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ann', PASSWORD: 'Correct-Horse-9' },
  })
  const api = `Content-Type: application/x-amz-json-1.1\r\nX-Amz-Target: AWSCognitoIdentityProviderService.InitiateAuth\r\n`
  const form = 'Content-Type: application/x-www-form-urlencoded\r\n'
  const head = (line: string, headers = '') => `${line} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`
  const requests = [
    // In the body, of announced and of unknown length.
    head('POST /', `${api}Content-Length: 1000\r\n`) + signIn,
    `${head('POST /', `${api}Transfer-Encoding: chunked\r\n`)}ff\r\n${signIn.slice(0, 20)}`,
    `${head(`POST /${UserPoolId}/oauth2/token`, `${form}Content-Length: 1000\r\n`)}grant_type=`,
    `${head(`POST /${UserPoolId}/login?client_id=${ClientId}`, `${form}Content-Length: 1000\r\n`)}username=`,
    `${head('POST /sts', `${form}Content-Length: 1000\r\n`)}Action=`,
    `${head(`PUT ${upload}`, 'Content-Length: 1000\r\n')}cognito:username,`,
    // Before the answer.
    head('POST /', `${api}Content-Length: ${signIn.length}\r\n`) + signIn,
    head(`GET /${UserPoolId}/.well-known/jwks.json`),
    head('GET /metrics'),
  ]
  const before = requestLines()
  for (const how of ['end', 'reset'] as const) for (const request of requests) await leave(request, how)
  // A head that never ends is no request.
  for (const how of ['end', 'reset'] as const) await leave('POST / HTTP/1.1\r\nHost:', how)
  await until('a line for each request', async () => requestLines() >= before + requests.length * 2 || undefined)
  const health = await fetch(`${served.url}/health`)
  assert.equal(health.status, 200)
  assert.deepEqual(
    served.log().filter(({ level }) => (level as number) >= 40),
    [],
  )
})
