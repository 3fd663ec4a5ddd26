import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  CreateUserPoolReplicaCommand,
  ListUserPoolClientSecretsCommand,
  ListUserPoolsCommand,
  SetUICustomizationCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import type { RequestContext } from '../../src/context.ts'
import { CodeMismatch, NotAuthorized, UserNotFound } from '../../src/model/errors.ts'
import type { Handlers } from '../../src/pool/handler.ts'
import { credentials, startWire } from './wire-server.ts'

let lastContext: RequestContext | undefined
let uploaded = 0

const handlers: Handlers = {
  ListUserPools: async (_input, ctx) => {
    lastContext = ctx
    return { UserPools: [{ Id: 'us-east-1_1', CreationDate: new Date(1547833345777) }] }
  },
  AdminGetUser: async ({ Username }) => {
    if (Username === 'nobody') throw new UserNotFound()
    if (Username === 'undeclared') throw new CodeMismatch()
    if (Username.startsWith('race-')) throw Object.assign(new Error('race'), { code: Username.slice(5) })
    if (Username === 'bug') throw new Error(`duplicate key: ${Username}`, { cause: new TypeError('x is undefined') })
    return { Username }
  },
  AdminDeleteUser: async () => ({}),
  SetUICustomization: async ({ ImageFile }) => {
    uploaded = ImageFile?.length ?? 0
    return { UICustomization: {} }
  },
  SignUp: async (_input, ctx) => {
    lastContext = ctx
    return { UserConfirmed: false, UserSub: 'sub' }
  },
  GetUser: async () => {
    throw new NotAuthorized('Größe\r\nX-Evil: 1 😀')
  },
  GetClientToken: async () => ({}),
  ListUserPoolClientSecrets: async () => {
    throw new Error('bug')
  },
}

const wire = await startWire(handlers)
const dev = await startWire(handlers, { mode: 'dev' })
const impatient = await startWire(handlers, {}, { bodyTimeout: 100 })
after(() => Promise.all([wire, dev, impatient].map((server) => server.close())))

const UserPoolId = 'us-east-1_abc'
const signUp = JSON.stringify({ ClientId: 'abc', Username: 'ann', Password: 'Secret-123' })
const rejected = (promise: Promise<unknown>) =>
  promise.then(
    () => assert.fail('was accepted'),
    (error) => error,
  )

test('a signed call reaches its handler, with who signed it', async () => {
  const { UserPools } = await wire.client().send(new ListUserPoolsCommand({ MaxResults: 1 }))
  assert.equal(UserPools?.[0]?.CreationDate?.getTime(), 1547833345777)
  assert.deepEqual(lastContext?.principal, {
    kind: 'root',
    accessKeyId: 'AKIDTEST',
    arn: 'arn:aws:iam::123456789012:user/AKIDTEST',
    userId: '123456789012',
  })
  assert.equal(lastContext?.region, 'us-east-1')
  assert.match(lastContext?.clientAddress ?? '', /127\.0\.0\.1|::1/)
  assert.match(lastContext?.userAgent ?? '', /^aws-sdk-js/)
})

test('a success has the headers of the service', async () => {
  const { status, headers, text } = await wire.call('SignUp', signUp)
  assert.equal(status, 200)
  assert.equal(text, '{"UserConfirmed":false,"UserSub":"sub"}')
  assert.equal(headers['content-type'], 'application/x-amz-json-1.1')
  assert.equal(headers['content-length'], `${text.length}`)
  assert.match(
    headers['x-amzn-requestid'] as string,
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  )
  assert.equal(headers['x-amzn-requestid'], lastContext?.requestId)
  assert.ok(headers.date)
  assert.equal(headers['access-control-allow-origin'], '*')
  assert.equal(headers['access-control-expose-headers'], 'x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date')
  assert.equal(lastContext?.principal, undefined)
})

test('an operation without output answers an empty body', async () => {
  const answer = await wire.client().send(new AdminDeleteUserCommand({ UserPoolId, Username: 'ann' }))
  assert.equal(answer.$metadata.httpStatusCode, 200)
})

test('an error has its type in body and header, and the same CORS headers', async () => {
  const error = await rejected(wire.client().send(new AdminGetUserCommand({ UserPoolId, Username: 'nobody' })))
  assert.equal(error.name, 'UserNotFoundException')
  assert.equal(error.message, 'User does not exist.')
  assert.equal(error.$metadata.httpStatusCode, 400)

  const { status, headers, text } = await wire.call('SignUp', '{}')
  assert.equal(status, 400)
  assert.equal(headers['x-amzn-errortype'], 'InvalidParameterException:')
  assert.match(headers['x-amzn-errormessage'] as string, /^2 validation errors detected: Value null at 'clientId'/)
  assert.equal(headers['content-type'], 'application/x-amz-json-1.1')
  assert.equal(headers['access-control-allow-origin'], '*')
  assert.match(text, /^\{"__type":"InvalidParameterException","message":"2 validation errors detected: /)
})

test('a message can put nothing into the headers', async () => {
  const { headers, json } = await wire.call('GetUser', '{"AccessToken":"a.b.c"}')
  assert.equal(headers['x-amzn-errormessage'], 'Gr%C3%B6%C3%9Fe X-Evil: 1 %F0%9F%98%80')
  assert.equal(headers['x-evil'], undefined)
  assert.equal(json.message, 'Größe\r\nX-Evil: 1 😀')
})

test('an operation without a handler names itself, once the call was authorised and valid', async () => {
  const command = new CreateUserPoolReplicaCommand({ UserPoolId, RegionName: 'eu-west-1' })
  const error = await rejected(wire.client().send(command))
  assert.equal(error.name, 'NotImplementedException')
  assert.equal(error.message, 'CreateUserPoolReplica is not implemented.')
  assert.equal(error.$metadata.httpStatusCode, 501)

  assert.equal((await wire.call('CreateUserPoolReplica', '{}')).json.__type, 'MissingAuthenticationTokenException')
  const invalid = await wire.call('GlobalSignOut', '{}')
  assert.equal(invalid.json.__type, 'InvalidParameterException')
  assert.equal((await wire.call('GlobalSignOut', '{"AccessToken":"a"}')).status, 501)
})

test('what is no call at all gets the 404 of the service', async () => {
  const body =
    '{"code":"BadRequest","message":"The server did not understand the operation that was requested.","type":"client"}'
  const attempts: [string, ReturnType<typeof wire.call>][] = [
    ['no target', wire.call(undefined, signUp)],
    ['a target of another service', wire.call('AWSCognitoIdentityService.GetId', '{}')],
    ['a form', wire.call('SignUp', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' })],
    ['plain JSON', wire.call('SignUp', signUp, { 'content-type': 'application/json' })],
    ['CBOR', wire.call('SignUp', signUp, { 'content-type': 'application/cbor' })],
    ['another method', wire.call('SignUp', '', {}, 'GET')],
    ['a PUT', wire.call('SignUp', signUp, {}, 'PUT')],
  ]
  for (const [name, attempt] of attempts) {
    const { status, text, headers } = await attempt
    assert.equal(status, 404, name)
    assert.equal(text, body, name)
    assert.equal(headers['content-type'], 'application/x-amz-json-1.1', name)
  }
})

test('an operation that does not exist is unknown, even one every object has', async () => {
  for (const name of ['NoSuchOperation', 'toString', '__proto__', 'constructor', 'signUp']) {
    const { status, headers, text } = await wire.call(name, '{}')
    assert.equal(status, 400)
    assert.equal(headers['x-amzn-errortype'], 'UnknownOperationException:')
    assert.equal(text, '{"__type":"UnknownOperationException"}')
  }
})

test('a content type with parameters is accepted', async () => {
  for (const type of [
    'application/x-amz-json-1.1; charset=utf-8',
    'Application/X-Amz-Json-1.1',
    'application/x-amz-json-1.0',
  ])
    assert.equal((await wire.call('SignUp', signUp, { 'content-type': type })).status, 200, type)
})

test('another path goes on to what comes next', async () => {
  const answer = await fetch(`http://localhost:${wire.port}/other`, { method: 'POST' })
  assert.equal(answer.status, 404)
  assert.equal(await answer.text(), 'Not Found')
})

test('what is not JSON, or not an object, is a SerializationException', async () => {
  for (const body of ['', '{', 'undefined', '{"a":}', '\ufeff{}', "{'a':1}"]) {
    const { status, text } = await wire.call('SignUp', body)
    assert.equal(status, 400)
    assert.equal(text, '{"__type":"SerializationException"}', body)
  }
  assert.equal((await wire.call('SignUp', '[]')).json.Message, 'Start of list found where not expected')
  assert.equal(
    (await wire.call('SignUp', '"x"')).text,
    '{"__type":"SerializationException","Message":"Expected map or null"}',
  )
  assert.equal((await wire.call('SignUp', 'null')).json.__type, 'InvalidParameterException')
  const nested = await wire.call('SignUp', `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`)
  assert.equal(nested.json.__type, 'InvalidParameterException')
})

test('a preflight of any origin is allowed, and cached for two days', async () => {
  const asked = 'authorization,x-amz-target,amz-sdk-request,cache-control'
  const { status, headers, text } = await wire.call(
    undefined,
    '',
    { origin: 'https://app.example', 'access-control-request-method': 'POST', 'access-control-request-headers': asked },
    'OPTIONS',
  )
  assert.equal(status, 200)
  assert.equal(text, '')
  assert.equal(headers['access-control-allow-origin'], '*')
  assert.equal(headers['access-control-allow-methods'], 'POST')
  assert.equal(headers['access-control-allow-headers'], asked)
  assert.equal(headers['access-control-max-age'], '172800')
  const odd = await wire.call(undefined, '', { 'access-control-request-headers': 'a"b' }, 'OPTIONS')
  assert.equal(odd.headers['access-control-allow-headers'], '*')
})

test('IAM operations are refused unsigned or wrongly signed, before their input is looked at', async () => {
  const unsigned = await wire.call('ListUserPools', '{}')
  assert.equal(unsigned.status, 400)
  assert.equal(unsigned.headers['x-amzn-errortype'], 'MissingAuthenticationTokenException:')
  assert.equal(
    unsigned.text,
    '{"__type":"MissingAuthenticationTokenException","message":"Missing Authentication Token"}',
  )

  const list = new ListUserPoolsCommand({ MaxResults: 0 })
  const wrong = wire.client({ credentials: { ...credentials, secretAccessKey: 'wrong' } })
  assert.equal((await rejected(wrong.send(list))).name, 'InvalidSignatureException')
  const unknown = wire.client({ credentials: { ...credentials, accessKeyId: 'NOBODY' } })
  assert.equal((await rejected(unknown.send(list))).name, 'UnrecognizedClientException')
  const elsewhere = wire.client({ region: 'eu-west-1' })
  assert.equal((await rejected(elsewhere.send(list))).message, 'Credential should be scoped to a valid region. ')
  assert.equal((await rejected(wire.client().send(list))).name, 'InvalidParameterException')
})

test('only for the signature of another region is it asked whether a pool is there', async () => {
  const asked: string[] = []
  const isReplicaRegion = async (region: string) => asked.push(region) === 0
  const regional = await startWire(handlers, {}, { isReplicaRegion })
  try {
    for (const scope of ['us-east-1/cognito-idp', 'us-east-1/s3', 'eu-west-1/cognito-idp']) {
      const authorization = `AWS4-HMAC-SHA256 Credential=NOBODY/20260101/${scope}/aws4_request, SignedHeaders=host, Signature=00`
      assert.equal((await regional.call('ListUserPools', '{}', { authorization })).status, 400)
    }
    assert.deepEqual(asked, ['eu-west-1'])
  } finally {
    await regional.close()
  }
})

test('a signature of fifteen minutes ago is too old, whatever clock the pools go by', async () => {
  const late = wire.client({ systemClockOffset: -16 * 60_000 })
  assert.match((await rejected(late.send(new ListUserPoolsCommand({ MaxResults: 1 })))).message, /^Signature expired: /)
})

test('operations that need no signature ignore one', async () => {
  const authorization = 'AWS4-HMAC-SHA256 Credential=x/20200101/a/b/aws4_request, SignedHeaders=host, Signature=0'
  assert.equal((await wire.call('SignUp', signUp, { authorization })).status, 200)
  const token = JSON.stringify({ ClientId: 'abc', ClientSecret: 'x'.repeat(30) })
  assert.notEqual(
    (await wire.call('GetClientToken', token, { authorization })).json.__type,
    'IncompleteSignatureException',
  )
  assert.notEqual((await wire.call('GetClientToken', token)).json.__type, 'MissingAuthenticationTokenException')
  await wire.client().send(new SignUpCommand({ ClientId: 'abc', Username: 'ann', Password: 'Secret-123' }))
})

test('in development a foreign page cannot use the well-known key pair', async () => {
  const list = new ListUserPoolsCommand({ MaxResults: 1 })
  const from = (headers: Record<string, string>) => {
    const client = dev.client()
    client.middlewareStack.add(
      (next) => (args) => {
        Object.assign((args.request as { headers: Record<string, string> }).headers, headers)
        return next(args)
      },
      { step: 'build' },
    )
    return client.send(list)
  }
  await from({})
  await from({ origin: 'http://localhost:3000' })
  for (const origin of ['https://evil.example', 'null', 'http://localhost.evil.example'])
    assert.equal((await rejected(from({ origin }))).name, 'AccessDeniedException', origin)
  assert.equal((await rejected(from({ host: 'evil.example' }))).name, 'AccessDeniedException')
  assert.equal((await dev.call('SignUp', signUp, { origin: 'https://app.example' })).status, 200)
})

test('in production an origin is no reason to refuse a signed call', async () => {
  const client = wire.client()
  client.middlewareStack.add(
    (next) => (args) => {
      Object.assign((args.request as { headers: object }).headers, { origin: 'https://console.example' })
      return next(args)
    },
    { step: 'build' },
  )
  await client.send(new ListUserPoolsCommand({ MaxResults: 1 }))
})

test('a body over a mebibyte is refused, announced or in chunks', async () => {
  const large = JSON.stringify({ ClientId: 'abc', Username: 'ann', ClientMetadata: { a: 'x'.repeat(1024 * 1024) } })
  const announced = await wire.call('SignUp', large)
  assert.equal(announced.status, 413)
  assert.equal(
    announced.text,
    '{"__type":"RequestEntityTooLargeException","Message":"HTTP content length exceeded 1048576 bytes."}',
  )
  const chunked = await wire.call('SignUp', large, { 'transfer-encoding': 'chunked' })
  assert.equal(chunked.status, 413)
  assert.equal((await wire.call('SignUp', signUp)).status, 200)
})

test('an upload that goes on without end is cut off', async () => {
  const socket = connect(wire.port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(
    'POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: AWSCognitoIdentityProviderService.SignUp\r\n' +
      'Content-Type: application/x-amz-json-1.1\r\nTransfer-Encoding: chunked\r\n\r\n',
  )
  const chunk = `${(65_536).toString(16)}\r\n${'x'.repeat(65_536)}\r\n`
  let answer = ''
  socket.on('data', (data) => {
    answer += data
  })
  let sent = 0
  while (!socket.destroyed && sent < 64 * 1024 * 1024) {
    sent += 65_536
    if (!socket.write(chunk)) await drained(socket)
  }
  assert.ok(socket.destroyed, `${sent} bytes were taken`)
  assert.match(answer, /^HTTP\/1\.1 413 /)
})

test('the images of branding may be larger', async () => {
  const ImageFile = new Uint8Array(131_072)
  const CSS = '.a{}'.repeat(100_000)
  await wire.client().send(new SetUICustomizationCommand({ UserPoolId, ImageFile }))
  assert.equal(uploaded, 131_072)
  const roomy = await rejected(wire.client().send(new SetUICustomizationCommand({ UserPoolId, CSS: CSS.repeat(4) })))
  assert.equal(roomy.name, 'InvalidParameterException')
  const tooLarge = await rejected(wire.client().send(new SetUICustomizationCommand({ UserPoolId, CSS: CSS.repeat(6) })))
  assert.equal(tooLarge.name, 'RequestEntityTooLargeException')
})

test('a body that does not arrive in time is refused and its connection closed', async () => {
  const started = performance.now()
  const req = request({
    port: impatient.port,
    host: '127.0.0.1',
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'content-length': 100,
      'x-amz-target': 'AWSCognitoIdentityProviderService.SignUp',
    },
  })
  req.write('{"ClientId":')
  const [res] = await once(req, 'response')
  req.on('error', () => {})
  assert.equal(res.statusCode, 408)
  assert.equal(res.headers.connection, 'close')
  assert.ok(performance.now() - started < 5000)
  req.destroy()
})

test('a client that goes away while it sends is not an error', async () => {
  const before = { logged: wire.logged.length, answered: wire.answered.length }
  const socket = connect(wire.port, '127.0.0.1')
  socket.write(
    'POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: AWSCognitoIdentityProviderService.SignUp\r\n' +
      'Content-Type: application/x-amz-json-1.1\r\nContent-Length: 100\r\n\r\n{"ClientId":',
  )
  await sleep(50)
  socket.destroy()
  await sleep(50)
  assert.equal(wire.logged.length, before.logged)
  assert.equal(wire.answered.length, before.answered)
  assert.equal((await wire.call('SignUp', signUp)).status, 200)
})

test('an unexpected error is answered without a word about it and logged without a value of the call', async () => {
  wire.logged.length = 0
  const error = await rejected(wire.client().send(new AdminGetUserCommand({ UserPoolId, Username: 'bug' })))
  assert.equal(error.name, 'InternalErrorException')
  assert.equal(error.message, 'Internal server error.')
  assert.equal(error.$metadata.httpStatusCode, 500)

  assert.equal(wire.logged.length, 1)
  const line = wire.logged[0]!
  const entry = JSON.parse(line)
  assert.equal(entry.operation, 'AdminGetUser')
  assert.equal(entry.requestId, error.$metadata.requestId)
  assert.ok(entry.failure.stack.some((frame: string) => frame.includes('dispatch.test.ts')))
  assert.equal(entry.failure.cause.message, 'x is undefined')
  assert.ok(!line.includes('duplicate key'))
  assert.deepEqual(wire.undeclared, [])
})

test('an operation that declares InternalServerException answers that', async () => {
  const command = new ListUserPoolClientSecretsCommand({ UserPoolId, ClientId: 'abc' })
  const error = await rejected(wire.client().send(command))
  assert.equal(error.name, 'InternalServerException')
  assert.equal(error.$metadata.httpStatusCode, 500)
})

test('an error that the operation does not declare is answered, and reported as a defect', async () => {
  wire.logged.length = 0
  const error = await rejected(wire.client().send(new AdminGetUserCommand({ UserPoolId, Username: 'undeclared' })))
  assert.equal(error.name, 'CodeMismatchException')
  assert.deepEqual(wire.undeclared, ['AdminGetUser CodeMismatchException'])
  assert.match(wire.logged[0]!, /undeclared error/)
})

test('a call that conflicts with another in the database gets an error that its operation declares', async () => {
  const races = {
    23503: 'ResourceNotFoundException',
    40001: 'TooManyRequestsException',
    '40P01': 'TooManyRequestsException',
  }
  for (const [code, name] of Object.entries(races)) {
    const error = await rejected(wire.client().send(new AdminGetUserCommand({ UserPoolId, Username: `race-${code}` })))
    assert.equal(error.name, name)
  }
  const other = await rejected(wire.client().send(new AdminGetUserCommand({ UserPoolId, Username: 'race-23505' })))
  assert.equal(other.name, 'InternalErrorException')
})

test('every answered call is counted with its status, type and time', async () => {
  wire.answered.length = 0
  await wire.call('SignUp', signUp)
  await wire.call('SignUp', '{}')
  await wire.call('NoSuchOperation', '{}')
  assert.deepEqual(
    wire.answered.map(({ operation, status, type }) => [operation, status, type]),
    [
      ['SignUp', 200, undefined],
      ['SignUp', 400, 'InvalidParameterException'],
    ],
  )
  for (const { milliseconds } of wire.answered) assert.ok(milliseconds > 0 && milliseconds < 5000)
})

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done).off('close', done)
      resolve()
    }
    socket.on('drain', done).on('close', done)
  })
}
