import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { NotifyConfigurationType } from '@aws-sdk/client-cognito-identity-provider'
import { Visitor } from '../hosted/visitor.ts'
import { mfaScene } from '../mfa/scene.ts'
import { rightPassword } from '../sign-in/scene.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { arnOf, type LambdaEndpoint, lambdaKey, startLambda } from '../triggers/lambda-endpoint.ts'
import { envelope } from '../triggers/scene.ts'

let server: TestServer
let lambda: LambdaEndpoint
let visitor: Visitor

before(async () => {
  lambda = await startLambda()
  const keyArn = 'arn:aws:kms:us-east-1:000000000000:key/codes'
  const senderKeys = { [keyArn]: Buffer.alloc(32, 7) }
  server = await startTestServer({ lambdaEndpoint: lambda.url, lambdaCredentials: lambdaKey, senderKeys })
})
after(async () => {
  await server?.close()
  await lambda?.close()
})
beforeEach(() => {
  visitor = new Visitor()
})

const SourceArn = 'arn:aws:ses:us-east-1:123456789012:identity/alarms@shop.example'

/** A user who is told of every sign-in from an address of their own that is not the usual one. */
async function toldUser(username: string, notify: Partial<NotifyConfigurationType> = {}, pool = {}) {
  const settings = { UserPoolTier: 'PLUS' as const, UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' as const } }
  const scene = await mfaScene(server, { pool: { ...settings, ...pool }, mfa: { MfaConfiguration: 'OFF' } })
  const { UserPoolId, ClientId } = scene
  await server.cognito.setRiskConfiguration({
    UserPoolId,
    AccountTakeoverRiskConfiguration: {
      Actions: { MediumAction: { Notify: true, EventAction: 'NO_ACTION' } },
      NotifyConfiguration: { SourceArn, ...notify },
    },
  })
  const email = `${username.replace(/\W/g, '')}@example.com`
  await scene.addUser(username, { attributes: { email } })
  const from = (IpAddress: string, agent: string) =>
    server.cognito.adminInitiateAuth({
      UserPoolId,
      ClientId,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: username, PASSWORD: rightPassword },
      ContextData: {
        IpAddress,
        ServerName: 'app.example.com',
        ServerPath: '/',
        HttpHeaders: [{ headerName: 'User-Agent', headerValue: agent }],
      },
    })
  await from('198.51.100.7', 'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0')
  await from('203.0.113.9', 'curl/8.0')
  const events = async () =>
    (await server.cognito.adminListUserAuthEvents({ UserPoolId, Username: username })).AuthEvents!
  return { ...scene, email, events, feedback: async () => (await events())[0]!.EventFeedback?.FeedbackValue }
}

const linksIn = (body: string) =>
  [...body.matchAll(/https?:\/\/[^\s"<>]+/g)].map(([url]) => new URL(url.replaceAll('&amp;', '&')))

test('a link asks before it tells anything, and the last word counts', async () => {
  const user = await toldUser('ann')
  const { body, subject } = await user.lastMessage(user.email)
  assert.equal(subject, 'New sign-in attempt')
  const [valid, invalid] = linksIn(body)
  assert.ok(valid!.pathname === `/${user.UserPoolId}/feedback` && invalid)

  for (const method of ['GET', 'HEAD']) {
    const response: Response = await fetch(invalid!, { method })
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('referrer-policy'), 'no-referrer')
  }
  const page = await visitor.open(invalid!.href)
  assert.match(page.body, /No, it wasn’t me/)
  assert.equal(await user.feedback(), undefined, 'whoever opens links has told nothing')

  const told = await visitor.submit(page, {})
  assert.equal(told.status, 200)
  assert.match(told.body, /change it/)
  assert.equal(await user.feedback(), 'Invalid')
  await visitor.submit(page, {})
  assert.equal(await user.feedback(), 'Invalid', 'sent again it says the same')
  const second = await visitor.open(valid!.href)
  await visitor.submit(second, {})
  assert.equal(await user.feedback(), 'Valid')
  assert.equal((await fetch(valid!, { method: 'PUT' })).status, 405)
})

test('a link that was altered, is of another event or is old tells nothing', async () => {
  const user = await toldUser('bob')
  const other = await toldUser('eve')
  const [, link] = linksIn((await user.lastMessage(user.email)).body)
  const [, foreign] = linksIn((await other.lastMessage(other.email)).body)
  const first = (await user.events())[1]!.EventId!
  const altered = (change: Record<string, string>) => {
    const url = new URL(link!)
    for (const [name, value] of Object.entries(change)) url.searchParams.set(name, value)
    return url.href
  }
  const token = link!.searchParams.get('feedback_token')!
  const refused = [
    altered({ event_id: first }),
    altered({ user_id: foreign!.searchParams.get('user_id')! }),
    altered({ feedback_token: foreign!.searchParams.get('feedback_token')! }),
    altered({ feedback_token: token.replace(/^[^.]*/, 'zzzzzzzz') }),
    altered({ feedback_token: '' }),
    altered({ feedback_value: '<script>' }),
    link!.href.replace(user.UserPoolId, other.UserPoolId),
    `${link!.origin}${link!.pathname}`,
  ]
  const isRefused = async (url: string) => {
    for (const method of ['GET', 'POST']) {
      const response = await fetch(url, { method })
      assert.equal(response.status, 400, url)
      assert.match(await response.text(), /This link is incomplete or has expired/)
    }
  }
  for (const url of refused) await isRefused(url)
  for (const { EventFeedback } of [...(await user.events()), ...(await other.events())])
    assert.equal(EventFeedback, undefined)

  server.clock.advance({ days: 8 })
  await isRefused(link!.href)
  assert.equal(await user.feedback(), undefined)
})

test('a pool’s own mail text contains the links, and everything else in it is escaped', async () => {
  const user = await toldUser('<b>cy</b>', {
    ReplyTo: 'help@shop.example',
    NoActionEmail: {
      Subject: 'Hello {username}',
      HtmlBody: '<p>{username}</p><a href={one-click-link-valid}>yes</a> <a href="{one-click-link-invalid}">no</a>',
    },
  })
  const { subject, body } = await user.lastMessage(user.email)
  assert.equal(subject, 'Hello <b>cy</b>')
  assert.match(body, /<p>&lt;b&gt;cy&lt;\/b&gt;<\/p>/)
  assert.match(body, /<a href=http:\/\/[^\s"'<>`]+feedback_value=valid>yes<\/a>/)

  const TextBody = '{username}, yes: {one-click-link-valid} no: {one-click-link-invalid}'
  const plain = await toldUser('d&d', { NoActionEmail: { Subject: 'Hello', TextBody } })
  const text = (await plain.lastMessage(plain.email)).body
  assert.ok(text.startsWith('d&d, yes: http') && !text.includes('&amp;'))
  assert.equal(linksIn(text).length, 2)
})

test('a custom sender function receives all facts of the event', async () => {
  lambda.functions.sender = (event) => event
  const user = await toldUser(
    'dan',
    {},
    {
      LambdaConfig: {
        CustomEmailSender: { LambdaArn: arnOf('sender'), LambdaVersion: 'V1_0' },
        KMSKeyID: 'arn:aws:kms:us-east-1:000000000000:key/codes',
      },
    },
  )
  for (let waited = 0; waited < 5000 && lambda.calls.length === 0; waited += 20)
    await new Promise((resolve) => setTimeout(resolve, 20))
  const { event } = lambda.calls[0]!
  const { userAttributes, ...request } = event.request
  const about = { UserPoolId: user.UserPoolId, ClientId: user.ClientId, userName: 'dan' }
  assert.deepEqual(
    { ...event, request },
    {
      ...envelope('CustomEmailSender_AccountTakeOverNotification', about),
      request: { type: 'customEmailSenderRequestV1', code: null, clientMetadata: null },
      response: {},
    },
  )
  const { ONE_CLICK_LINK_VALID, ONE_CLICK_LINK_INVALID, FEEDBACK_TOKEN, LOGIN_TIME, ...rest } = userAttributes
  assert.deepEqual(rest, {
    EVENT_ID: (await user.events())[0]!.EventId,
    USER_NAME: 'dan',
    IP_ADDRESS: '203.0.113.9',
    ACCOUNT_TAKE_OVER_ACTION: 'NO_ACTION',
    ...(rest.DEVICE_NAME && { DEVICE_NAME: rest.DEVICE_NAME }),
  })
  assert.equal(new URL(ONE_CLICK_LINK_INVALID).searchParams.get('feedback_token'), FEEDBACK_TOKEN)
  assert.ok(!Number.isNaN(Date.parse(LOGIN_TIME)))
  await visitor.submit(await visitor.open(ONE_CLICK_LINK_VALID), {})
  assert.equal(await user.feedback(), 'Valid')
})
