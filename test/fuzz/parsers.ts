/** What the outside can make this server parse: good samples of each, and how it says no. */
import { generateKeyPairSync } from 'node:crypto'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import Koa from 'koa'
import { MalformedPolicy, parsePolicy } from '../../src/administration/policy/parse-policy.ts'
import type { Config } from '../../src/config.ts'
import type { Context } from '../../src/context.ts'
import { readCookie } from '../../src/hosted/cookies.ts'
import { readUpload } from '../../src/hosted/preview/pictures.ts'
import { FormRefused, readForm } from '../../src/hosted/read-form.ts'
import { signJwt, verifyJwt } from '../../src/lib/jwt.ts'
import { ServiceError } from '../../src/model/errors.ts'
import { operationNamed } from '../../src/model/model.ts'
import { parseInput } from '../../src/model/validate.ts'
import { checkResponseShape, SamlRefused } from '../../src/oauth/federation/saml-response.ts'
import type { Surface } from '../../src/oauth/surface.ts'
import { completeSettings, readSettings } from '../../src/pool/branding/settings.ts'
import { cleanSvg } from '../../src/pool/branding/svg.ts'
import { csvFields, csvLines } from '../../src/pool/import/csv-lines.ts'
import { rowReader } from '../../src/pool/import/import-row.ts'
import { readAsserted, readAttested } from '../../src/pool/passkeys/credential.ts'
import { verifyAttested } from '../../src/pool/passkeys/registration.ts'
import type { Pool } from '../../src/pool/pools/pool.ts'
import { parseUserFilter } from '../../src/pool/users/user-filter.ts'
import { readRoleName, readSeconds, readSessionName, refuseUnsupported } from '../../src/sts/read-form.ts'
import { StsError } from '../../src/sts/sts-error.ts'
import { createSignatureReader } from '../../src/wire/sigv4.ts'
import { createSamlIdp } from '../federation/saml-idp.ts'
import { Authenticator } from '../passkeys/authenticator.ts'

export interface Parser {
  name: string
  corpus: Buffer[]
  /** Accepts, or throws. */
  parse(bytes: Buffer): unknown
  /** Whether its good samples lack the right signature alone, and are refused for that. */
  signs?: boolean
  /** What it may throw. */
  refusals: (abstract new (
    ...args: never[]
  ) => Error)[]
}

const texts = (...samples: string[]): Buffer[] => samples.map((sample) => Buffer.from(sample))
const jsons = (...samples: unknown[]): Buffer[] => texts(...samples.map((sample) => JSON.stringify(sample)))

const attribute = (Name: string, more = {}) => ({
  Name,
  AttributeDataType: 'String' as const,
  Mutable: true,
  Required: false,
  DeveloperOnlyAttribute: false,
  ...more,
})
const pool = {
  id: 'us-east-1_Fuzz00001',
  name: 'fuzz',
  revision: 1,
  settings: {
    SchemaAttributes: [
      attribute('sub', { Mutable: false }),
      attribute('email'),
      attribute('email_verified', { AttributeDataType: 'Boolean' }),
      attribute('phone_number'),
      attribute('phone_number_verified', { AttributeDataType: 'Boolean' }),
      attribute('birthdate', { StringAttributeConstraints: { MinLength: '10', MaxLength: '10' } }),
      attribute('custom:points', {
        AttributeDataType: 'Number',
        NumberAttributeConstraints: { MinValue: '0', MaxValue: '10' },
      }),
      attribute('custom:since', { AttributeDataType: 'DateTime' }),
    ],
    AutoVerifiedAttributes: ['email'],
  },
  domains: [],
  createdAt: new Date(0),
  updatedAt: new Date(0),
} as unknown as Pool

const config = { accountId: '000000000000', androidOrigins: [] as string[] } as Config
const ctx = { config, clock: { now: () => new Date() } } as unknown as Context

const koa = new Koa()
koa.silent = true

/** A request as koa hands it on, with the body as it comes from a socket. */
function received(headers: Record<string, string>, body: Buffer = Buffer.alloc(0)) {
  const request = new IncomingMessage(new Socket())
  Object.assign(request, { method: 'POST', url: '/', headers: { ...headers, 'content-length': String(body.length) } })
  request.push(body)
  request.push(null)
  return koa.createContext(request, new ServerResponse(request))
}

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const acs = 'https://id.example.com/saml2/idpresponse'
const said = { acs, audience: 'urn:amazon:cognito:sp:us-east-1_Fuzz00001', nameId: 'ann', inResponseTo: '_1' }
const authenticator = new Authenticator('http://localhost:3000', { attestation: 'packed' })
const attested = authenticator.create({
  rp: { id: 'localhost', name: 'fuzz' },
  user: { id: 'dXNlcg', name: 'ann', displayName: 'Ann' },
  challenge: 'Y2hhbGxlbmdl',
  pubKeyCredParams: [],
  timeout: 1,
  excludeCredentials: [],
  authenticatorSelection: {},
})

const readSignature = createSignatureReader({ region: 'us-east-1', service: 'cognito-idp' })
const today = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
const csvColumns = ['cognito:username', 'email', 'email_verified', 'birthdate', 'custom:points', 'custom:since']
const boundary = 'xyzzy'

const bodiesOf = (operation: string, ...samples: unknown[]): Parser => ({
  name: `the body of ${operation}`,
  corpus: jsons(...samples),
  // The dispatcher has refused what is no JSON.
  parse: (bytes) => parseInput(operationNamed(operation)!, jsonIn(bytes)),
  refusals: [ServiceError, NotJson],
})

class NotJson extends Error {}

function jsonIn(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    throw new NotJson()
  }
}

export const parsers: Parser[] = [
  bodiesOf('CreateUserPool', {
    PoolName: 'a',
    Policies: { PasswordPolicy: { MinimumLength: 8, RequireNumbers: true } },
    Schema: [{ Name: 'points', AttributeDataType: 'Number', NumberAttributeConstraints: { MinValue: '1' } }],
    UserPoolTags: { team: 'blue' },
    LambdaConfig: { PreSignUp: 'arn:aws:lambda:us-east-1:000000000000:function:a' },
  }),
  bodiesOf('AdminCreateUser', {
    UserPoolId: pool.id,
    Username: 'ann',
    UserAttributes: [{ Name: 'email', Value: 'ann@example.com' }],
    ClientMetadata: { a: 'b' },
  }),
  bodiesOf('CreateManagedLoginBranding', {
    UserPoolId: pool.id,
    ClientId: 'abc',
    Settings: { components: { form: { borderRadius: 8 } } },
    Assets: [{ Category: 'FORM_LOGO', ColorMode: 'LIGHT', Extension: 'SVG', Bytes: 'PHN2Zy8+' }],
  }),
  {
    name: 'the header that signs a call',
    signs: true,
    corpus: texts(
      `AWS4-HMAC-SHA256 Credential=AKID/${today.slice(0, 8)}/us-east-1/cognito-idp/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=${'ab'.repeat(32)}\n${today}\n/?a=b&c=%20`,
      `AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/cognito-idp/aws4_request,SignedHeaders=date;host,Signature=00\nThu, 01 Jan 2026 00:00:00 GMT\n/`,
    ),
    parse(bytes) {
      const [authorization, date, url = '/'] = bytes.toString().split('\n')
      const headers = { authorization, 'x-amz-date': date, 'x-amz-target': 'A.B', 'content-type': 'a/b' }
      const request = { method: 'POST', url, host: 'localhost', headers, body: bytes }
      readSignature(request, Date.now()).verify('secret')
    },
    refusals: [ServiceError],
  },
  {
    name: 'cookies',
    corpus: texts(
      `poolhouse-${pool.id}-form=abc; poolhouse-${pool.id}-state="x%20y"; other=1`,
      `__Host-poolhouse-${pool.id}-form=${'a'.repeat(43)}`,
    ),
    parse: (bytes) =>
      readCookie(
        received({ cookie: bytes.toString('latin1') }),
        { poolId: pool.id, base: '', origin: 'https://id.example.com', path: '/' } as Surface,
        'form',
      ),
    refusals: [],
  },
  {
    name: 'a token',
    corpus: texts(
      await signJwt('key', { sub: 'ann', iss: 'https://id.example.com/a', exp: 1_800_000_000 }, privateKey),
      await signJwt('key', { 'cognito:groups': ['a', 'b'] }, privateKey, { typ: 'at+jwt' }),
    ),
    parse: (bytes) => verifyJwt(bytes.toString(), (kid) => (kid === 'key' ? publicKey : undefined)),
    refusals: [],
  },
  {
    name: 'a file of users',
    corpus: texts(
      `${csvColumns}\nann,ann@example.com,true,2000-01-01,3,1700000000\nbob\\,b,bob@example.com,TRUE,,,\n`,
      `\uFEFF${csvColumns}\r\nzoë,zoe@example.com,false,1999-12-31,10,2020-01-01T00:00:00Z\r\n`,
    ),
    async parse(bytes) {
      const half = bytes.length >> 1
      const pieces = (async function* () {
        yield bytes.subarray(0, half)
        yield bytes.subarray(half)
      })()
      const read = rowReader(pool, csvColumns, null)
      for await (const { text } of csvLines(pieces)) if (text !== undefined) read(csvFields(text))
    },
    refusals: [],
  },
  {
    name: 'a SAML response',
    corpus: texts(Buffer.from(createSamlIdp().answer(said), 'base64').toString()),
    parse: (bytes) => checkResponseShape(bytes.toString('base64'), { acs, encrypted: false }),
    refusals: [SamlRefused],
  },
  {
    name: 'a SAML response in spoiled base64',
    corpus: texts(createSamlIdp().answer(said)),
    parse: (bytes) => checkResponseShape(bytes.toString(), { acs, encrypted: false }),
    refusals: [SamlRefused],
  },
  {
    name: 'an SVG',
    corpus: texts(
      '<?xml version="1.0"?><!-- a --><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><g fill="red"><path d="M0 0L9 9"/></g></svg>',
      '<svg xmlns="http://www.w3.org/2000/svg"><style><![CDATA[rect{fill:#abc}]]></style><text x="1">a &amp; &#98;</text></svg>',
    ),
    // What was accepted once is accepted again as it was written, and stays the same.
    parse(bytes) {
      const once = cleanSvg(bytes)
      if (cleanSvg(Buffer.from(once)) !== once) throw new Error(`another picture the second time: ${once}`)
    },
    refusals: [ServiceError],
  },
  {
    name: 'the settings of a style',
    corpus: jsons(completeSettings(undefined), { components: { primaryButton: { lightMode: {} } } }),
    parse: (bytes) => completeSettings(readSettings(jsonIn(bytes))),
    refusals: [ServiceError, NotJson],
  },
  {
    name: 'a filter of ListUsers',
    corpus: texts('username ^= "ann"', '"email"="a\\"b@example.com"', 'sub = "7fffffff-0000-4000-8000-000000000000"'),
    parse: (bytes) => parseUserFilter(pool, bytes.toString()),
    refusals: [ServiceError],
  },
  {
    name: 'a form',
    corpus: texts('username=ann&password=a%20b+c&_csrf=abc', 'a=1&a=2&%F0%9F%98%80=x'),
    parse: async (bytes) =>
      (await readForm(received({ 'content-type': 'application/x-www-form-urlencoded' }, bytes)))('username'),
    refusals: [FormRefused],
  },
  {
    name: 'a form with a file',
    corpus: texts(
      `--${boundary}\r\nContent-Disposition: form-data; name="resource"\r\n\r\nabc\r\n--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n--${boundary}--\r\n`,
    ),
    parse: (bytes) => readUpload(received({ 'content-type': `multipart/form-data; boundary=${boundary}` }, bytes)),
    refusals: [FormRefused],
  },
  {
    name: 'a new passkey',
    corpus: [Buffer.from(attested.response.attestationObject, 'base64url')],
    async parse(bytes) {
      const response = { ...attested.response, attestationObject: bytes.toString('base64url') }
      await verifyAttested(ctx, readAttested({ ...attested, response }), { pool, rpId: 'localhost' })
    },
    refusals: [ServiceError],
  },
  {
    name: 'the credential of a browser',
    corpus: jsons(
      authenticator.get({ challenge: 'Y2hhbGxlbmdl', rpId: 'localhost' }),
      authenticator.get({ challenge: 'Y2hhbGxlbmdl', rpId: 'localhost' }, { topOrigin: 'https://a.example' }),
    ),
    parse: (bytes) => readAsserted(bytes.toString()),
    refusals: [ServiceError],
  },
  {
    name: 'a policy',
    corpus: jsons({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'a',
          Effect: 'Allow',
          Action: ['cognito-idp:List*', 'poolhouse:PutRole'],
          // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of policies
          Resource: 'arn:aws:cognito-idp:*:000000000000:userpool/${aws:PrincipalTag/team}',
          Condition: {
            IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '2001:db8::/32'] },
            'ForAnyValue:StringLike': { 'aws:TagKeys': 'a*' },
            DateLessThanIfExists: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' },
            NumericEquals: { 'aws:EpochTime': 3 },
          },
        },
        { Effect: 'Deny', NotAction: 'sts:*', NotResource: '*' },
      ],
    }),
    parse: (bytes) => parsePolicy(bytes.toString()),
    refusals: [MalformedPolicy],
  },
  {
    name: 'a call of STS',
    corpus: texts(
      'Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A000000000000%3Arole%2Fdesk&RoleSessionName=ann&DurationSeconds=900',
    ),
    parse(bytes) {
      const form = new URLSearchParams(bytes.toString())
      refuseUnsupported(form)
      return [readRoleName(config, form), readSessionName(form), readSeconds(form)]
    },
    refusals: [StsError],
  },
]
