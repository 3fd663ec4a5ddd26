import assert from 'node:assert/strict'
import { glob, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { readConfig } from '../../src/config.ts'
import { createTracing } from '../../src/tracing.ts'
import { type CollectedSpan, type Collector, startCollector } from '../support/collector.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { arnOf, type LambdaEndpoint, lambdaKey, startLambda } from '../triggers/lambda-endpoint.ts'

const tracing = { sampler: 'parentbased_always_on', ratio: 1, exportEvery: 20 } as const
const secret = 'a secret of sixteen'
const password = 'Correct-horse-1'

/** Takes events and messages, and plays an identity provider. */
async function startOutside() {
  const calls: { path: string; headers: IncomingHttpHeaders; body: string }[] = []
  const outside = createServer(async (req, res) => {
    let body = ''
    for await (const chunk of req) body += chunk
    calls.push({ path: req.url!, headers: req.headers, body })
    res.writeHead(200, { 'content-type': 'application/json' })
    res.end(req.url === '/trigger' ? body : '{}')
  })
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(outside.address() as AddressInfo).port}`,
    calls,
    async close() {
      outside.closeAllConnections()
      await new Promise((resolve) => outside.close(resolve))
    },
  }
}

let collector: Collector
let outside: Awaited<ReturnType<typeof startOutside>>
let lambda: LambdaEndpoint
let functions: string
let server: TestServer
let UserPoolId: string
let ClientId: string

before(async () => {
  collector = await startCollector()
  outside = await startOutside()
  lambda = await startLambda()
  functions = await mkdtemp(join(tmpdir(), 'poolhouse-tracing-'))
  await writeFile(
    join(functions, 'local.mjs'),
    `export const handler = async (event, context) => {
      event.response.claimsOverrideDetails = { claimsToAddOrOverride: { seen: context.clientContext.custom.traceparent } }
      return event
    }\n`,
  )
  server = await startTestServer({
    tracing: { ...tracing, url: collector.url },
    webhooks: { hook: { url: `${outside.url}/trigger`, secret } },
    mailWebhook: { url: `${outside.url}/mail`, secret },
    triggersDir: functions,
    lambdaEndpoint: lambda.url,
    lambdaCredentials: lambdaKey,
  })
  const { cognito } = server
  const { UserPool } = await cognito.createUserPool({
    PoolName: 'traced',
    UsernameAttributes: ['email'],
    AutoVerifiedAttributes: ['email'],
    LambdaConfig: { PreSignUp: arnOf('hook'), PreTokenGeneration: arnOf('local'), PostAuthentication: arnOf('far') },
  })
  UserPoolId = UserPool!.Id!
  const { UserPoolClient } = await cognito.createUserPoolClient({
    UserPoolId,
    ClientName: 'app',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  })
  ClientId = UserPoolClient!.ClientId!
})

after(async () => {
  await server?.close()
  await Promise.all([collector?.close(), outside?.close(), lambda?.close()])
  await rm(functions, { recursive: true, force: true })
})

const byName = (traceId: string, name: string) =>
  collector.find((span) => span.traceId === traceId && span.name === name)
const parentOf = (span: CollectedSpan) => collector.find(({ spanId }) => spanId === span.parentSpanId)

async function call(operation: string, input: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(server.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
      ...headers,
    },
    body: JSON.stringify(input),
  })
}

const newTrace = () => {
  const traceId = crypto.randomUUID().replaceAll('-', '')
  return { traceId, traceparent: `00-${traceId}-00f067aa0ba902b7-01` }
}

test('a sign-up is one trace, from the caller through statements, the hash and the trigger to the mail', async () => {
  const { traceId, traceparent } = newTrace()
  const answer = await call('SignUp', { ClientId, Username: 'ann@example.com', Password: password }, { traceparent })
  assert.equal(answer.status, 200)
  const delivery = await byName(traceId, 'deliver EMAIL')
  const request = await byName(traceId, 'POST /')
  assert.equal(request.parentSpanId, '00f067aa0ba902b7')
  assert.equal(request.attributes['poolhouse.pool_id'], UserPoolId)
  assert.equal(request.attributes['poolhouse.client_id'], ClientId)
  assert.equal(request.attributes['poolhouse.request_id'], answer.headers.get('x-amzn-requestid'))
  const operation = await byName(traceId, 'SignUp')
  assert.equal((await parentOf(operation)).spanId, request.spanId)
  for (const name of ['hash password', 'trigger PreSignUp'])
    assert.equal((await parentOf(await byName(traceId, name))).spanId, operation.spanId, name)
  const insert = await collector.find(
    (span) => span.traceId === traceId && /insert into/.test(String(span.attributes['db.query.text'])),
  )
  assert.match(String(insert.attributes['db.query.text']), /\$1/)
  assert.equal(delivery.parentSpanId !== undefined, true)
})

test('the trace is handed on to webhooks, functions of a folder and of Lambda', async () => {
  await server.cognito.adminConfirmSignUp({ UserPoolId, Username: 'ann@example.com' })
  let context: string | undefined
  lambda.functions.far = (event, headers) => {
    context = headers['x-amz-client-context'] as string
    return event
  }
  const { traceId, traceparent } = newTrace()
  const answer = await call(
    'InitiateAuth',
    { ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: 'ann@example.com', PASSWORD: password } },
    { traceparent },
  )
  const { AuthenticationResult } = (await answer.json()) as { AuthenticationResult: { IdToken: string } }
  const claims = JSON.parse(Buffer.from(AuthenticationResult.IdToken.split('.')[1]!, 'base64url').toString())
  const local = await byName(traceId, 'trigger TokenGeneration')
  assert.equal(claims.seen, `00-${traceId}-${local.spanId}-01`)
  const remote = await byName(traceId, 'trigger PostAuthentication')
  assert.deepEqual(JSON.parse(Buffer.from(context!, 'base64').toString()), {
    custom: { traceparent: `00-${traceId}-${remote.spanId}-01` },
  })
  for (const path of ['/trigger', '/mail']) {
    const { headers } = outside.calls.find((call) => call.path === path)!
    const [, of, parent] = String(headers.traceparent).split('-')
    const span = await collector.find(({ spanId }) => spanId === parent)
    assert.equal(span.traceId, of)
    assert.equal(span.name, 'POST 127.0.0.1')
  }
})

test('an identity provider is called in the trace', async () => {
  const refused = await server.cognito
    .createIdentityProvider({
      UserPoolId,
      ProviderName: 'outside',
      ProviderType: 'OIDC',
      ProviderDetails: {
        client_id: 'x',
        client_secret: 'y',
        authorize_scopes: 'openid',
        attributes_request_method: 'GET',
        oidc_issuer: outside.url,
      },
    })
    .catch(({ name }) => name)
  assert.equal(refused, 'InvalidParameterException')
  const { headers } = outside.calls.find(({ path }) => path.startsWith('/.well-known/'))!
  const operation = await collector.find(({ name }) => name === 'CreateIdentityProvider')
  assert.equal(String(headers.traceparent).split('-')[1], operation.traceId)
})

test('a refusal of the token endpoint shows in the status of its span', async () => {
  const { traceId, traceparent } = newTrace()
  await fetch(`${server.url}/${UserPoolId}/oauth2/token`, {
    method: 'POST',
    headers: { traceparent, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: 'authorization_code', client_id: ClientId, code: 'wrong-code' }),
  })
  const request = await byName(traceId, 'POST /{poolId}/oauth2/token')
  assert.equal(request.attributes['http.response.status_code'], 400)
  assert.equal(request.status.code ?? 0, 0)
})

test('what is refused has the type of its error and is no fault', async () => {
  const { traceId, traceparent } = newTrace()
  await call(
    'InitiateAuth',
    {
      ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'ann@example.com', PASSWORD: 'Wrong-1234' },
    },
    { traceparent },
  )
  const operation = await byName(traceId, 'InitiateAuth')
  assert.equal(operation.attributes['error.type'], 'NotAuthorizedException')
  assert.equal(operation.status.code ?? 0, 0)
  await byName(traceId, 'verify password')
})

test('a trace that is malformed is not taken over, and one that is not sampled is left alone', async () => {
  const before = collector.spans().length
  const { traceId } = newTrace()
  await call('GetUser', { AccessToken: 'x' }, { traceparent: `00-${traceId}-00f067aa0ba902b7-00` })
  for (const wrong of ['', `00-${traceId}`, `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, `${'9'.repeat(5000)}`])
    await call('GetUser', { AccessToken: 'x' }, { traceparent: wrong, tracestate: 'a=b' })
  await collector.find(
    ({ name, traceId: of }) => name === 'GetUser' && collector.spans().length >= before + 4 && of !== traceId,
  )
  assert.ok(!collector.spans().some((span) => span.traceId === traceId))
})

test('no span contains a secret or identifies a user', async () => {
  const mail = outside.calls.find((call) => call.path === '/mail')!
  const { code } = JSON.parse(mail.body)
  assert.match(code, /^\d{6}$/)
  const { AuthenticationResult } = await server.cognito.initiateAuth({
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ann@example.com', PASSWORD: password },
  })
  const { AccessToken, RefreshToken, IdToken } = AuthenticationResult!
  const { Username } = await server.cognito.getUser({ AccessToken })
  await server.cognito.updateUserAttributes({
    AccessToken,
    UserAttributes: [{ Name: 'name', Value: 'Ann Unmistakable' }],
  })
  await server.cognito.listUsers({ UserPoolId, Filter: 'email ^= "ann@"' })
  await fetch(`${server.url}/${UserPoolId}/login?client_id=${ClientId}&login_hint=ann@example.com&redirect_uri=x`)
  await fetch(`${server.url}/${UserPoolId}/oauth2/revoke`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ client_id: ClientId, token: RefreshToken! }),
  })
  await collector.find(({ name }) => name.endsWith('/oauth2/revoke'))
  const text = collector.text()
  for (const token of [AccessToken!, IdToken!]) assert.ok(!text.includes(token.split('.')[2]!))
  const personal = ['ann@', 'example.com', 'Unmistakable', Username!, '127.0.0.1:', 'user-agent', 'node-fetch']
  for (const word of [password, 'Wrong-1234', RefreshToken!, `"${code}"`, secret, 'local-secret', ...personal])
    assert.ok(!text.includes(word), word)
  const keys = new Set(collector.spans().flatMap(({ attributes }) => Object.keys(attributes)))
  assert.deepEqual(
    [...keys].filter((key) => !known.has(key)),
    [],
  )
  assert.ok(collector.spans().every(({ events = [] }) => events.length === 0))
})

const known = new Set([
  ...['http.request.method', 'http.route', 'http.response.status_code', 'url.scheme', 'server.address', 'error.type'],
  ...['poolhouse.pool_id', 'poolhouse.client_id', 'poolhouse.request_id', 'poolhouse.outcome', 'poolhouse.attempt'],
  ...['poolhouse.message_kind', 'rpc.service', 'rpc.method', 'db.system.name', 'db.query.text', 'faas.invoked_name'],
])

test('a collector that is gone holds up neither requests nor the end', async () => {
  const lonely = await startTestServer({ tracing: { ...tracing, url: 'http://127.0.0.1:9/v1/traces' } })
  assert.equal((await fetch(`${lonely.url}/health`)).status, 200)
  await lonely.cognito.listUserPools({ MaxResults: 1 })
  await lonely.close()
})

test('a process that ends does not wait for a collector that never answers', async () => {
  const given: ServerResponse[] = []
  const silent = createServer((_req, res) => given.push(res))
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/v1/traces`
  const { begin, close } = await createTracing({ ...tracing, url }, server.ctx.log)
  begin('something', 'server', {}, {}).end()
  await close()
  // The exporter itself would give up and hang up after ten seconds.
  assert.deepEqual(
    given.map((res) => res.destroyed),
    [false],
  )
  silent.closeAllConnections()
  silent.close()
})

test('who takes no traces hands that on', async () => {
  const { begin, close } = await createTracing(
    { ...tracing, sampler: 'always_off', url: collector.url },
    server.ctx.log,
  )
  const span = begin('nothing', 'server', {}, {})
  assert.match(span.headers().traceparent!, /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)
  assert.equal(span.begin('a part of it'), span)
  await close()
})

test('the standard variables set the endpoint, the sampling and the service name of traces', () => {
  const read = (env: NodeJS.ProcessEnv) => readConfig('dev', env).tracing
  assert.equal(read({}), undefined)
  assert.equal(read({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/' })?.url, 'http://c:4318/v1/traces')
  assert.equal(read({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://c/x' })?.url, 'https://c/x')
  assert.equal(read({ OTEL_TRACES_EXPORTER: 'otlp' })?.url, 'http://localhost:4318/v1/traces')
  for (const off of [{ OTEL_SDK_DISABLED: 'true' }, { OTEL_TRACES_EXPORTER: 'none' }])
    assert.equal(read({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', ...off }), undefined)
  const sampled = read({
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_TRACES_SAMPLER: 'traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.25',
    OTEL_SERVICE_NAME: 'id',
  })
  assert.deepEqual([sampled?.sampler, sampled?.ratio, sampled?.serviceName], ['traceidratio', 0.25, 'id'])
  for (const wrong of [
    { OTEL_TRACES_SAMPLER: 'sometimes' },
    { OTEL_TRACES_SAMPLER_ARG: '2' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' },
    { OTEL_TRACES_EXPORTER: 'zipkin' },
  ])
    assert.throws(() => read(wrong), new RegExp(Object.keys(wrong)[0]!))
})

test('the tracing libraries are loaded only if tracing is on', async () => {
  const users: string[] = []
  for await (const file of glob('src/**/*.ts')) {
    const text = await readFile(file, 'utf8')
    if (text.includes("'@opentelemetry/")) users.push(file)
    assert.doesNotMatch(text, /^import (?!type)[^\n]*\/tracing\.ts'/m, file)
  }
  assert.deepEqual(users, ['src/tracing.ts'])
  assert.doesNotMatch(await readFile('src/tracing.ts', 'utf8'), /^import (?!type)[^\n]*@opentelemetry/m)
})
