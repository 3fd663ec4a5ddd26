import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { SignatureV4 } from '@smithy/signature-v4'
import type { SignedRequest } from '../../src/wire/canonical-request.ts'
import { createVerifier } from '../support/verifier.ts'

/** The published test suite of Signature Version 4. */
const suite = {
  now: Date.UTC(2015, 7, 30, 12, 36),
  verify: createVerifier({
    credentials: [{ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }],
    region: 'us-east-1',
    service: 'service',
  }),
}

type Vector = [name: string, method: string, url: string, headers: Record<string, string>, body: string, sig: string]

const vectors: Vector[] = [
  ['get-vanilla', 'GET', '/', {}, '', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  ['post-vanilla', 'POST', '/', {}, '', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  [
    'get-header-key-duplicate',
    'GET',
    '/',
    { 'my-header1': 'value2, value2, value1' },
    '',
    'c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea',
  ],
  [
    'get-header-value-order',
    'GET',
    '/',
    { 'my-header1': 'value4, value1, value3, value2' },
    '',
    '08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01',
  ],
  [
    'get-header-value-trim',
    'GET',
    '/',
    { 'my-header1': ' value1', 'my-header2': ' "a   b   c"' },
    '',
    'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
  ],
  [
    'post-header-value-case',
    'POST',
    '/',
    { 'my-header1': 'VALUE1' },
    '',
    'cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d',
  ],
  [
    'get-vanilla-empty-query-key',
    'GET',
    '/?Param1=value1',
    {},
    '',
    'a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb',
  ],
  [
    'get-vanilla-query-order-key-case',
    'GET',
    '/?Param2=value2&Param1=value1',
    {},
    '',
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
  [
    'get-vanilla-utf8-query',
    'GET',
    `/?${encodeURIComponent('ሴ')}=bar`,
    {},
    '',
    '2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04',
  ],
  [
    'post-x-www-form-urlencoded',
    'POST',
    '/',
    { 'content-type': 'application/x-www-form-urlencoded' },
    'Param1=value1',
    'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  ],
  [
    'post-x-www-form-urlencoded-parameters',
    'POST',
    '/',
    { 'content-type': 'application/x-www-form-urlencoded; charset=utf8' },
    'Param1=value1',
    '1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe',
  ],
]

for (const [name, method, url, extra, body, signature] of vectors) {
  const headers: Record<string, string> = { ...extra, 'x-amz-date': '20150830T123600Z' }
  const signed = ['host', ...Object.keys(headers)].sort().join(';')
  const request = (sig: string): SignedRequest => ({
    method,
    url,
    host: 'example.amazonaws.com',
    headers: {
      ...headers,
      authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${signed}, Signature=${sig}`,
    },
    distinct: () => Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, value.split(', ')])),
    body: Buffer.from(body),
  })

  test(`the published vector ${name} is accepted, and refused with another signature`, () => {
    assert.deepEqual(suite.verify(request(signature), suite.now), { accessKeyId: 'AKIDEXAMPLE', region: 'us-east-1' })
    const flipped = signature.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))
    assert.throws(() => suite.verify(request(flipped), suite.now), { type: 'InvalidSignatureException' })
  })
}

const credentials = { accessKeyId: 'AKID', secretAccessKey: 'correct horse battery staple' }
const verify = createVerifier({ credentials: [credentials], region: 'eu-west-1', service: 'cognito-idp' })
const now = Date.UTC(2027, 0, 2, 3, 4, 5)

class Sha256 {
  readonly hash = createHash('sha256')
  update(data: Uint8Array | string) {
    this.hash.update(data)
  }
  async digest() {
    return new Uint8Array(this.hash.digest())
  }
}
class Hmac {
  #inner: Uint8Array[] = []
  #key: Uint8Array
  constructor(key?: unknown) {
    this.#key = Buffer.from(key as Uint8Array)
  }
  update(data: Uint8Array | string) {
    this.#inner.push(Buffer.from(data as string))
  }
  async digest() {
    const { createHmac } = await import('node:crypto')
    return new Uint8Array(createHmac('sha256', this.#key).update(Buffer.concat(this.#inner)).digest())
  }
}
/** The SDK's signer takes one class for both. */
const sha256 = function (this: unknown, key?: unknown) {
  return key === undefined ? new Sha256() : new Hmac(key)
} as unknown as ConstructorParameters<typeof SignatureV4>[0]['sha256']

interface Signing {
  region?: string
  service?: string
  key?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
  at?: number
  headers?: Record<string, string>
  body?: string
}

async function sign({
  region = 'eu-west-1',
  service = 'cognito-idp',
  key = credentials,
  at = now,
  ...rest
}: Signing = {}) {
  const signer = new SignatureV4({ region, service, credentials: key, sha256, uriEscapePath: true })
  const body = rest.body ?? '{"MaxResults":1}'
  const signed = await signer.sign(
    {
      method: 'POST',
      protocol: 'http:',
      hostname: 'localhost',
      port: 9500,
      path: '/',
      query: {},
      headers: {
        host: 'localhost:9500',
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AWSCognitoIdentityProviderService.ListUserPools',
        ...rest.headers,
      },
      body,
    },
    { signingDate: new Date(at) },
  )
  const headers = signed.headers as Record<string, string>
  return { method: 'POST', url: '/', host: headers.host!, headers, body: Buffer.from(body) } satisfies SignedRequest
}

function refusal(request: SignedRequest, at = now): { type: string; message: string } {
  try {
    verify(request, at)
  } catch (error) {
    return error as { type: string; message: string }
  }
  return { type: 'accepted', message: '' }
}

test("the SDK's own signature is accepted", async () => {
  assert.deepEqual(verify(await sign(), now), { accessKeyId: 'AKID', region: 'eu-west-1' })
  const hashed = await sign({
    headers: { 'x-amz-content-sha256': createHash('sha256').update('{}').digest('hex') },
    body: '{}',
  })
  assert.equal(verify(hashed, now).accessKeyId, 'AKID')
})

test('any part that changes after signing breaks the signature', async () => {
  const request = await sign()
  const { authorization } = request.headers as { authorization: string }
  const changed: Record<string, SignedRequest> = {
    method: { ...request, method: 'PUT' },
    path: { ...request, url: '/other' },
    query: { ...request, url: '/?a=b' },
    host: { ...request, host: 'localhost:9501' },
    body: { ...request, body: Buffer.from('{"MaxResults":2}') },
    target: {
      ...request,
      headers: { ...request.headers, 'x-amz-target': 'AWSCognitoIdentityProviderService.DeleteUserPool' },
    },
    'content type': { ...request, headers: { ...request.headers, 'content-type': 'application/json' } },
    date: { ...request, headers: { ...request.headers, 'x-amz-date': '20270102T030406Z' } },
    'signed header that is gone': { ...request, headers: { ...request.headers, 'content-type': undefined } },
    'list of signed headers': {
      ...request,
      headers: { ...request.headers, authorization: authorization.replace('content-type;', '') },
    },
  }
  for (const [name, candidate] of Object.entries(changed))
    assert.equal(refusal(candidate).type, 'InvalidSignatureException', name)

  const [prefix, signature] = authorization.split('Signature=') as [string, string]
  for (const other of [
    ...Array.from(
      signature,
      (digit, i) => signature.slice(0, i) + (digit === '0' ? '1' : '0') + signature.slice(i + 1),
    ),
    signature.slice(0, 63),
    `${signature}0`,
    'zz'.repeat(32),
    'x',
  ])
    assert.equal(
      refusal({ ...request, headers: { ...request.headers, authorization: `${prefix}Signature=${other}` } }).type,
      'InvalidSignatureException',
      other,
    )
})

test('of what a client sends again and again only the signature may change', async () => {
  const request = await sign()
  const { authorization } = request.headers as { authorization: string }
  const given = (value: string) => refusal({ ...request, headers: { ...request.headers, authorization: value } }).type
  const [claim, signature] = authorization.split(/, (?=Signature=)/) as [string, string]
  const wrong = `Signature=${'0'.repeat(64)}`
  assert.equal(given(authorization), 'accepted')

  assert.equal(given(`${claim}, ${wrong}`), 'InvalidSignatureException')
  assert.equal(given(`${claim}, ${wrong}, ${signature}`), 'accepted', 'the last one counts')
  assert.equal(given(`${claim}, ${signature}, ${wrong}`), 'InvalidSignatureException', 'the last one counts')
  assert.equal(given(`${claim}, ${wrong}, Not${signature}`), 'InvalidSignatureException', 'another name')
  assert.equal(given(`${claim}, ${signature}, Not${signature}`), 'accepted', 'another name is passed over')
  assert.equal(given(`${claim}, ${signature}, Not${wrong}`), 'accepted', 'and whatever it says next')
  assert.equal(given(`${claim}, ${signature}, Credential=NOBODY`), 'IncompleteSignatureException')
  assert.equal(given(`${claim}, ${signature},`), 'IncompleteSignatureException')
  assert.equal(given(`${claim}, Signature=`), 'IncompleteSignatureException')
  assert.equal(given(authorization), 'accepted')
})

test('another secret is refused, and so is a key nobody has', async () => {
  const wrong = refusal(await sign({ key: { ...credentials, secretAccessKey: 'wrong' } }))
  assert.equal(wrong.type, 'InvalidSignatureException')
  assert.match(wrong.message, /^The request signature we calculated does not match the signature you provided\./)
  const unknown = refusal(await sign({ key: { ...credentials, accessKeyId: 'NOBODY' } }))
  assert.equal(unknown.type, 'UnrecognizedClientException')
  assert.equal(unknown.message, 'The security token included in the request is invalid.')
})

test('a signature counts for fifteen minutes to either side', async () => {
  const minutes = (n: number) => n * 60_000
  for (const skew of [-14.9, 14.9])
    assert.equal(refusal(await sign({ at: now + minutes(skew) })).type, 'accepted', `${skew}`)

  const expired = refusal(await sign({ at: now - minutes(16) }))
  assert.equal(expired.type, 'InvalidSignatureException')
  assert.equal(
    expired.message,
    'Signature expired: 20270102T024805Z is now earlier than 20270102T024905Z (20270102T030405Z - 15 min.)',
  )
  const early = refusal(await sign({ at: now + minutes(16) }))
  assert.equal(early.type, 'InvalidSignatureException')
  assert.equal(
    early.message,
    'Signature not yet current: 20270102T032005Z is still later than 20270102T031905Z (20270102T030405Z + 15 min.)',
  )
})

test('a scope for another region, service or day is refused, naming what is wrong', async () => {
  assert.equal(refusal(await sign({ region: 'us-east-1' })).message, 'Credential should be scoped to a valid region. ')
  assert.equal(
    refusal(await sign({ service: 'cognito-identity' })).message,
    "Credential should be scoped to correct service: 'cognito-idp'. ",
  )
  const request = await sign()
  const authorization = (request.headers as { authorization: string }).authorization
  const other = (from: string, to: string) =>
    refusal({ ...request, headers: { ...request.headers, authorization: authorization.replace(from, to) } })
  assert.match(other('/20270102/', '/20270101/').message, /^Date in Credential scope does not match YYYYMMDD/)
  assert.match(other('aws4_request', 'aws5_request').message, /valid terminator: 'aws4_request', not 'aws5_request'/)
  for (const [from, to] of [
    ['/20270102/', '/20270101/'],
    ['aws4_request', 'aws5_request'],
  ] as const)
    assert.equal(other(from, to).type, 'InvalidSignatureException')
})

test('host, date and target must be among the signed headers', async () => {
  const request = await sign()
  const authorization = (request.headers as { authorization: string }).authorization
  for (const name of ['host', 'x-amz-date', 'x-amz-target']) {
    const without = authorization.replace(new RegExp(`(;${name}\\b|\\b${name};)`), '')
    assert.notEqual(without, authorization)
    const { type, message } = refusal({ ...request, headers: { ...request.headers, authorization: without } })
    assert.equal(type, 'InvalidSignatureException', name)
    assert.match(message, /must be a 'SignedHeader' in the AWS Authorization\.$/)
  }
})

test('a claimed hash of another body is refused', async () => {
  const request = await sign({ headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } })
  assert.equal(refusal(request).type, 'InvalidSignatureException')
})

test('a missing, unsupported and incomplete authorization are distinguished', async () => {
  const request = await sign()
  const authorization = (request.headers as { authorization: string }).authorization
  const given = (value: string | undefined, headers: Record<string, string | undefined> = {}) =>
    refusal({ ...request, headers: { ...request.headers, ...headers, authorization: value } })

  assert.equal(given(undefined).type, 'MissingAuthenticationTokenException')
  assert.equal(given('Bearer abc').type, 'MissingAuthenticationTokenException')
  assert.equal(given('').message, 'Missing Authentication Token')

  const incomplete: [string, string | undefined, RegExp][] = [
    [
      'nothing but the algorithm',
      'AWS4-HMAC-SHA256',
      /requires 'Credential' parameter\. .*'Signature'.*'SignedHeaders'/,
    ],
    [
      'no signature',
      authorization.replace(/, Signature=.*/, ''),
      /^Authorization header requires 'Signature' parameter/,
    ],
    ['no equal sign', 'AWS4-HMAC-SHA256 Credential', /not a valid key=value pair \(missing equal-sign\)/],
    [
      'another algorithm',
      authorization.replace('SHA256', 'SHA512'),
      /^Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA512'/,
    ],
    ['a short credential', authorization.replace('/aws4_request', ''), /must have exactly 5 slash-delimited elements/],
    [
      'a long credential',
      authorization.replace('aws4_request', 'aws4_request/x'),
      /exactly 5 slash-delimited elements/,
    ],
  ]
  for (const [name, value, text] of incomplete) {
    const { type, message } = given(value)
    assert.equal(type, 'IncompleteSignatureException', name)
    assert.match(message, text, name)
  }

  assert.match(given(authorization, { 'x-amz-date': undefined }).message, /existence of either a 'X-Amz-Date'/)
  assert.match(given(authorization, { 'x-amz-date': 'yesterday' }).message, /^Date must be in ISO-8601 'basic format'/)
  assert.equal(given(authorization.replaceAll(', ', ',')).type, 'accepted')
})

test('signed headers may be named as what every object has, and are then absent', () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    const signedHeaders = `SignedHeaders=host;${name};x-amz-date`
    const request = {
      method: 'POST',
      url: '/',
      host: 'example.amazonaws.com',
      headers: {
        'x-amz-date': '20150830T123600Z',
        authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ${signedHeaders}, Signature=${'0'.repeat(64)}`,
      },
      body: Buffer.alloc(0),
    }
    assert.throws(() => suite.verify(request, suite.now), { type: 'InvalidSignatureException' }, name)
  }
})
