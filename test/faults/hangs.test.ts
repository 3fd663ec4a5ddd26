// What others wait for must not be what one waits for: functions, mail, providers and clients that hang.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { type FakeIdp, startFakeIdp } from '../federation/fake-idp.ts'
import { createBrowser, type Scene, startScene } from '../federation/scene.ts'
import { askToken } from '../oauth/setup.ts'
import { arnOf, type LambdaEndpoint, lambdaKey, startLambda } from '../triggers/lambda-endpoint.ts'
import { type MailServer, startMailServer } from './mail-server.ts'

const Password = 'Correct-Horse-9'
const keyArn = 'arn:aws:kms:us-east-1:000000000000:key/sender'

let scene: Scene
let lambda: LambdaEndpoint
let mail: MailServer
let idp: FakeIdp
let sms: Server
const texts: string[] = []
let release: () => void
let released: Promise<void>
let ClientId: string
let AccessToken: string

before(async () => {
  ;({ promise: released, resolve: release } = Promise.withResolvers<void>())
  sms = createServer(async (req, res) => {
    let body = ''
    for await (const chunk of req) body += chunk
    texts.push(JSON.parse(body).to)
    res.end()
  }).listen(0, '127.0.0.1')
  await once(sms, 'listening')
  ;[lambda, mail, idp] = await Promise.all([startLambda(), startMailServer(), startFakeIdp()])
  lambda.functions.hangs = () => released
  idp.token = async () => {
    await released
    return { status: 503, body: {} }
  }
  // Where callers are counted they share connections. The rates are out of reach: all of this comes from one address.
  scene = await startScene(
    {},
    {
      callerRates: { address: 100_000, pool: 100_000, client: 100_000 },
      lambdaEndpoint: lambda.url,
      lambdaCredentials: lambdaKey,
      senderKeys: { [keyArn]: Buffer.alloc(32, 5) },
      smtpUrl: mail.url,
      smsWebhook: { url: `http://127.0.0.1:${(sms.address() as AddressInfo).port}`, secret: 'a-secret-of-sixteen' },
    },
  )
  ClientId = await scene.client(['COGNITO'], { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] })
  await scene.cognito.adminCreateUser({ UserPoolId: scene.poolId, Username: 'ann', MessageAction: 'SUPPRESS' })
  await scene.cognito.adminSetUserPassword({ UserPoolId: scene.poolId, Username: 'ann', Password, Permanent: true })
  AccessToken = await signIn()
})
after(async () => {
  release()
  mail.hangs = false
  await scene?.close()
  idp?.close()
  sms?.close()
  await Promise.all([lambda?.close(), mail?.close()])
})

async function signIn(): Promise<string> {
  const { AuthenticationResult } = await scene.cognito.initiateAuth({
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ann', PASSWORD: Password },
  })
  return AuthenticationResult!.AccessToken!
}

/** A pool of another customer, whose users sign up with a mail address or a phone. */
async function otherPool(attribute: 'email' | 'phone_number', settings = {}) {
  const { UserPool } = await scene.cognito.createUserPool({
    PoolName: 'other',
    UsernameAttributes: [attribute],
    AutoVerifiedAttributes: [attribute],
    ...settings,
  })
  const { UserPoolClient } = await scene.cognito.createUserPoolClient({ UserPoolId: UserPool!.Id, ClientName: 'app' })
  return {
    signUp: (Username: string) =>
      scene.cognito.signUp({ ClientId: UserPoolClient!.ClientId, Username, Password }).catch((error) => error),
  }
}

/** Every surface answers, from the same address. */
async function othersGoOn(): Promise<void> {
  await scene.cognito.getUser({ AccessToken })
  await signIn()
  const page = await createBrowser().get(scene.authorizeUrl(ClientId))
  assert.equal(page.status, 302)
  const { body } = await askToken(scene.site, { grant_type: 'refresh_token', refresh_token: 'x', client_id: ClientId })
  assert.equal(body.error, 'invalid_grant')
  assert.equal((await fetch(`${scene.url}/health`)).status, 200)
}

/** Before what hangs is given up, which is after 30 seconds. */
async function until(what: string, isTrue: () => boolean, seconds = 25): Promise<void> {
  for (const end = Date.now() + seconds * 1000; !isTrue(); await new Promise((resolve) => setTimeout(resolve, 10)))
    if (Date.now() > end) throw new Error(`${what} did not come about in ${seconds} s`)
}

test('functions that hang keep only their own pool waiting', async () => {
  const { signUp } = await otherPool('email', { LambdaConfig: { PreSignUp: arnOf('hangs') } })
  let answered = 0
  let ended = false
  const waiting = Array.from({ length: 40 }, async (_, number) => {
    for (let round = 0; !ended; round++) {
      const { name } = await signUp(`patient-${number}-${round}@example.com`)
      assert.equal(name, 'UnexpectedLambdaException')
      answered++
    }
  })
  await until('forty calls of the function', () => lambda.events('PreSignUp_SignUp').length >= 40)
  await othersGoOn()
  // In a line behind them, two at a time, it would have been after all forty.
  assert.ok(answered <= 40, `${answered} were answered before`)
  ended = true
  await Promise.all(waiting)
})

test('a function that sends a pool’s mail and hangs holds no other mail up', async () => {
  const hung = await otherPool('email', {
    LambdaConfig: {
      CustomEmailSender: { LambdaArn: arnOf('hangs'), LambdaVersion: 'V1_0' },
      KMSKeyID: keyArn,
    },
  })
  const healthy = await otherPool('email')
  const waiting = Promise.all(Array.from({ length: 15 }, (_, number) => hung.signUp(`patient-${number}@example.com`)))
  const calls = () => lambda.events('CustomEmailSender_SignUp').length
  await until('calls of the function', () => calls() >= 10)
  await healthy.signUp('ben@example.com')
  await until('the mail', () => mail.recipients.includes('ben@example.com'))
  await waiting
})

test('a mail server that hangs holds no SMS up, and sends everything once when it is well again', async () => {
  mail.hangs = true
  const SmsConfiguration = { SnsCallerArn: 'arn:aws:iam::000000000000:role/sms', ExternalId: 'x' }
  const [byMail, bySms] = await Promise.all([otherPool('email'), otherPool('phone_number', { SmsConfiguration })])
  const people = Array.from({ length: 25 }, (_, number) => `mailed-${number}@example.com`)
  const waiting = Promise.all(people.map((one) => byMail.signUp(one)))
  await othersGoOn()
  await bySms.signUp('+12065550123')
  await until('the SMS', () => texts.includes('+12065550123'))
  assert.equal(mail.recipients.filter((one) => people.includes(one)).length, 0)
  mail.hangs = false
  for (const answer of await waiting) assert.equal(answer.UserConfirmed, false)
  await until('all mails', () => people.every((one) => mail.recipients.includes(one)), 60)
  assert.equal(mail.recipients.filter((one) => people.includes(one)).length, people.length)
})

test('a mail server that hangs holds up no pool whose function sends its mail', async () => {
  mail.hangs = true
  const byServer = await otherPool('email')
  lambda.functions.sends = () => ({})
  const byFunction = await otherPool('email', {
    LambdaConfig: {
      CustomEmailSender: { LambdaArn: arnOf('sends'), LambdaVersion: 'V1_0' },
      KMSKeyID: keyArn,
    },
  })
  const people = Array.from({ length: 25 }, (_, number) => `delayed-${number}@example.com`)
  // Each waits for the first attempt for some seconds; by then as many hang as may.
  await Promise.all(people.map((one) => byServer.signUp(one)))
  const senders = Array.from({ length: 5 }, (_, number) => `sent-${number}@example.com`)
  await Promise.all(senders.map((one) => byFunction.signUp(one)))
  const called = () => lambda.events('CustomEmailSender_SignUp').map(({ request }) => request.userAttributes.email)
  await until('the calls of the function', () => senders.every((one) => called().includes(one)))
  assert.equal(mail.recipients.filter((one) => people.includes(one)).length, 0)
  mail.hangs = false
  await until('all mails', () => people.every((one) => mail.recipients.includes(one)), 60)
})

test('a function that hangs with the mail of a pool holds up none of its SMS', async () => {
  const SmsConfiguration = { SnsCallerArn: 'arn:aws:iam::000000000000:role/sms', ExternalId: 'x' }
  const { signUp } = await otherPool('email', {
    UsernameAttributes: ['email', 'phone_number'],
    AutoVerifiedAttributes: ['email', 'phone_number'],
    SmsConfiguration,
    LambdaConfig: {
      CustomEmailSender: { LambdaArn: arnOf('hangs'), LambdaVersion: 'V1_0' },
      KMSKeyID: keyArn,
    },
  })
  const before = lambda.events('CustomEmailSender_SignUp').length
  const waiting = Promise.all(Array.from({ length: 10 }, (_, number) => signUp(`both-${number}@example.com`)))
  await until('calls of the function', () => lambda.events('CustomEmailSender_SignUp').length >= before + 5)
  await signUp('+12065550124')
  await until('the SMS', () => texts.includes('+12065550124'))
  await waiting
})

test('an identity provider that hangs keeps only its own users waiting', async () => {
  await scene.cognito.createIdentityProvider({
    UserPoolId: scene.poolId,
    ProviderName: 'Acme',
    ProviderType: 'OIDC',
    ProviderDetails: {
      client_id: 'poolhouse',
      client_secret: 'a-secret-of-the-provider',
      authorize_scopes: 'openid',
      oidc_issuer: idp.url,
      attributes_request_method: 'GET',
    },
  })
  const federated = await scene.client(['Acme'])
  let answered = 0
  const waiting = Array.from({ length: 20 }, async () => {
    const end = await scene.visit(createBrowser(), federated, { identity_provider: 'Acme' })
    answered++
    return end.get('error')
  })
  await until('twenty calls of the provider', () => idp.tokenRequests.length >= 20)
  await othersGoOn()
  assert.ok(answered <= 20)
  for (const error of await Promise.all(waiting)) assert.ok(error)
})

test('a thousand clients that send or read too slowly keep nobody from an answer', async () => {
  const sockets: Socket[] = []
  const port = Number(new URL(scene.url).port)
  async function slowly(text: string): Promise<void> {
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    sockets.push(socket)
    await once(socket, 'connect')
    socket.pause().write(text)
  }
  const post = (path: string, headers: string, body: string) =>
    `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n${headers}\r\n${body}`
  const form = 'Content-Type: application/x-www-form-urlencoded\r\n'
  const json = 'Content-Type: application/x-amz-json-1.1\r\nX-Amz-Target: AWSCognitoIdentityProviderService.SignUp\r\n'
  const kinds = [
    'POST / HTTP/1.1\r\nHost: x\r\n',
    post('/', json, '{'),
    post(`/${scene.poolId}/oauth2/token`, form, 'a'),
    post(`/${scene.poolId}/login`, form, 'a'),
    `GET /${scene.poolId}/.well-known/jwks.json HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(20),
  ]
  try {
    for (let i = 0; i < 200; i++) await Promise.all(kinds.map(slowly))
    for (let i = 0; i < 10; i++) await othersGoOn()
  } finally {
    for (const socket of sockets) socket.destroy()
  }
})
