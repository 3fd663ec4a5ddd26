import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ContextDataType } from '@aws-sdk/client-cognito-identity-provider'
import { sweep } from '../../src/jobs/sweep.ts'
import { formatSrpTimestamp } from '../../src/lib/srp-timestamp.ts'
import { rightPassword, signInScene, wrongPassword } from '../sign-in/scene.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
let scene: Awaited<ReturnType<typeof signInScene>>

before(async () => {
  server = await startTestServer()
  scene = await newScene()
})
after(() => server.close())

const newScene = (mode: 'AUDIT' | 'ENFORCED' = 'ENFORCED', pool = {}) =>
  signInScene(server, {
    pool: {
      UserPoolTier: 'PLUS',
      UserPoolAddOns: { AdvancedSecurityMode: mode },
      AutoVerifiedAttributes: ['email'],
      ...pool,
    },
  })

const eventsOf = async (Username: string, { UserPoolId } = scene) =>
  (await server.cognito.adminListUserAuthEvents({ UserPoolId, Username })).AuthEvents!

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0'
const safari =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1'

const from = (IpAddress: string, agent: string): ContextDataType => ({
  IpAddress,
  ServerName: 'app.example.com',
  ServerPath: '/login',
  HttpHeaders: [{ headerName: 'User-Agent', headerValue: agent }],
})

const adminSignIn = (
  USERNAME: string,
  ContextData?: ContextDataType,
  { UserPoolId, ClientId } = scene,
  PASSWORD = rightPassword,
) =>
  server.cognito.adminInitiateAuth({
    UserPoolId,
    ClientId,
    AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME, PASSWORD },
    ContextData,
  })

const home = from('198.51.100.7', firefox)
const elsewhere = from('203.0.113.9', safari)

test('sign-ins that go well and that fail are recorded, newest first', async () => {
  await scene.addUser('ann')
  await assert.rejects(scene.byPassword('ann', wrongPassword))
  server.clock.advance({ seconds: 1 })
  const { AuthenticationResult } = await scene.byPassword('ann')
  const [pass, fail] = await eventsOf('ann')
  assert.equal(pass!.EventType, 'SignIn')
  assert.equal(pass!.EventResponse, 'Pass')
  assert.deepEqual(pass!.ChallengeResponses, [{ ChallengeName: 'Password', ChallengeResponse: 'Success' }])
  assert.deepEqual(pass!.EventRisk, { RiskDecision: 'NoRisk', CompromisedCredentialsDetected: false })
  assert.ok(pass!.EventContextData!.IpAddress)
  assert.match(pass!.EventContextData!.DeviceName!, /, /)
  assert.equal(fail!.EventResponse, 'Fail')
  assert.deepEqual(fail!.ChallengeResponses, [{ ChallengeName: 'Password', ChallengeResponse: 'Failure' }])
  const claims = JSON.parse(Buffer.from(AuthenticationResult!.AccessToken!.split('.')[1]!, 'base64url').toString())
  assert.equal(claims.event_id, pass!.EventId)
})

test('the steps of one sign-in are one event', async () => {
  await scene.addUser('ben')
  const srp = await scene.startSrp('ben')
  const [begun] = await eventsOf('ben')
  assert.equal(begun!.EventResponse, 'InProgress')
  assert.deepEqual(begun!.ChallengeResponses, [])
  const responses = await srp.responses(rightPassword)
  await server.cognito.respondToAuthChallenge({
    ClientId: scene.ClientId,
    ChallengeName: 'PASSWORD_VERIFIER',
    ChallengeResponses: responses,
    Session: srp.asked.Session,
  })
  const events = await eventsOf('ben')
  assert.equal(events.length, 1)
  assert.equal(events[0]!.EventId, begun!.EventId)
  assert.equal(events[0]!.EventResponse, 'Pass')
  assert.deepEqual(events[0]!.ChallengeResponses, [{ ChallengeName: 'Password', ChallengeResponse: 'Success' }])
})

test('sign-ups, codes, recoveries and changes of passwords are recorded', async () => {
  const { ClientId } = scene
  const Username = 'cleo'
  const email = 'cleo@example.com'
  await server.cognito.signUp({
    ClientId,
    Username,
    Password: rightPassword,
    UserAttributes: [{ Name: 'email', Value: email }],
  })
  server.clock.advance({ seconds: 1 })
  await server.cognito.resendConfirmationCode({ ClientId, Username })
  const code = (await server.message({ to: email })).code!
  await server.cognito.confirmSignUp({ ClientId, Username, ConfirmationCode: code })
  server.clock.advance({ seconds: 1 })
  await server.cognito.forgotPassword({ ClientId, Username })
  server.clock.advance({ seconds: 1 })
  await assert.rejects(
    server.cognito.confirmForgotPassword({ ClientId, Username, ConfirmationCode: '000', Password: rightPassword }),
  )
  server.clock.advance({ seconds: 1 })
  const { AuthenticationResult } = await scene.byPassword(Username)
  server.clock.advance({ seconds: 1 })
  const AccessToken = AuthenticationResult!.AccessToken!
  await assert.rejects(
    server.cognito.changePassword({
      AccessToken,
      PreviousPassword: wrongPassword,
      ProposedPassword: 'Another-Horse-9',
    }),
  )
  server.clock.advance({ seconds: 1 })
  await server.cognito.changePassword({
    AccessToken,
    PreviousPassword: rightPassword,
    ProposedPassword: 'Another-Horse-9',
  })
  const events = await eventsOf(Username)
  assert.deepEqual(
    events.map(({ EventType, EventResponse }) => `${EventType} ${EventResponse}`),
    [
      'PasswordChange Pass',
      'PasswordChange Fail',
      'SignIn Pass',
      'ForgotPassword Fail',
      'ForgotPassword InProgress',
      'ResendCode Pass',
      'SignUp Pass',
    ],
  )
})

test('events come by page, and only with a token of that listing', async () => {
  await scene.addUser('dora')
  for (let count = 0; count < 5; count++) {
    await scene.byPassword('dora')
    server.clock.advance({ seconds: 1 })
  }
  const { UserPoolId } = scene
  const seen: string[] = []
  let NextToken: string | undefined
  do {
    const page = await server.cognito.adminListUserAuthEvents({
      UserPoolId,
      Username: 'dora',
      MaxResults: 2,
      NextToken,
    })
    seen.push(...page.AuthEvents!.map(({ EventId }) => EventId!))
    NextToken = page.NextToken
  } while (NextToken)
  assert.deepEqual(
    seen,
    (await eventsOf('dora')).map(({ EventId }) => EventId),
  )
  assert.equal(seen.length, 5)
  const { NextToken: ofDora } = await server.cognito.adminListUserAuthEvents({
    UserPoolId,
    Username: 'dora',
    MaxResults: 1,
  })
  await scene.addUser('eve')
  await assert.rejects(server.cognito.adminListUserAuthEvents({ UserPoolId, Username: 'eve', NextToken: ofDora }), {
    name: 'InvalidParameterException',
  })
  await assert.rejects(server.cognito.adminListUserAuthEvents({ UserPoolId, Username: 'nobody' }), {
    name: 'UserNotFoundException',
  })
})

test('an address of the block list is refused at once, one of the skip list is not assessed', async () => {
  const own = await newScene()
  await own.addUser('finn')
  await server.cognito.setRiskConfiguration({
    UserPoolId: own.UserPoolId,
    AccountTakeoverRiskConfiguration: {
      Actions: {
        LowAction: { Notify: false, EventAction: 'BLOCK' },
        MediumAction: { Notify: false, EventAction: 'BLOCK' },
        HighAction: { Notify: false, EventAction: 'BLOCK' },
      },
    },
    RiskExceptionConfiguration: { BlockedIPRangeList: ['192.0.2.0/24'], SkippedIPRangeList: ['203.0.113.0/24'] },
  })
  const unsafe = { name: 'NotAuthorizedException', message: /security reasons/ }
  await assert.rejects(adminSignIn('finn', from('192.0.2.1', firefox), own), unsafe)
  await adminSignIn('finn', home, own)
  await adminSignIn('finn', elsewhere, own)
  const events = await eventsOf('finn', own)
  const blocked = events.find(({ EventContextData }) => EventContextData!.IpAddress === '192.0.2.1')!
  assert.equal(blocked.EventResponse, 'Fail')
  assert.equal(blocked.EventRisk!.RiskDecision, 'Block')
})

test('what is unlike the user is refused only once the password was right', async () => {
  const own = await newScene()
  await own.addUser('gwen', { attributes: { email: 'gwen@example.com' } })
  await server.cognito.setRiskConfiguration({
    UserPoolId: own.UserPoolId,
    AccountTakeoverRiskConfiguration: {
      Actions: { MediumAction: { Notify: true, EventAction: 'BLOCK' } },
      NotifyConfiguration: {
        SourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/no-reply@example.com',
        BlockEmail: {
          Subject: 'Was this you?',
          HtmlBody: '<p>{username} from {ip-address} by {device-name}: {event-id} {feedback-token} </p>',
        },
      },
    },
  })
  await adminSignIn('gwen', home, own)
  await adminSignIn('gwen', home, own)
  await assert.rejects(adminSignIn('gwen', elsewhere, own, wrongPassword), {
    message: 'Incorrect username or password.',
  })
  await assert.rejects(adminSignIn('gwen', elsewhere, own), { message: 'Unable to login because of security reasons.' })
  const [blocked] = await eventsOf('gwen', own)
  assert.equal(blocked!.EventRisk!.RiskDecision, 'Block')
  assert.equal(blocked!.EventRisk!.RiskLevel, 'Medium')

  const mail = await server.message({ to: 'gwen@example.com' })
  assert.equal(mail.subject, 'Was this you?')
  const [, eventId, FeedbackToken] = /gwen from 203\.0\.113\.9 by Safari 17, iOS 17\.5: (\S+) (\S+)/.exec(mail.body)!
  assert.equal(eventId, blocked!.EventId)

  const feedback = (changes: object) =>
    server.cognito.updateAuthEventFeedback({
      UserPoolId: own.UserPoolId,
      Username: 'gwen',
      EventId: eventId!,
      FeedbackToken: FeedbackToken!,
      FeedbackValue: 'Invalid',
      ...changes,
    })
  const refused = { name: 'NotAuthorizedException' }
  await own.addUser('hugo')
  await assert.rejects(feedback({ FeedbackToken: `${FeedbackToken}x` }), refused)
  await assert.rejects(feedback({ Username: 'hugo' }), refused)
  await assert.rejects(feedback({ Username: 'nobody' }), refused)
  await assert.rejects(feedback({ EventId: (await eventsOf('gwen', own)).at(-1)!.EventId }), refused)
  await feedback({})
  const [told] = await eventsOf('gwen', own)
  assert.equal(told!.EventFeedback!.FeedbackValue, 'Invalid')
  assert.ok(told!.EventFeedback!.FeedbackDate instanceof Date)
  server.clock.advance({ days: 8 })
  await assert.rejects(feedback({}), refused)
})

test('where many users were tried a new place counts for more, for those who are not at home there', async () => {
  const own = await newScene()
  const tried = ['ida', 'jon', 'kai', 'lou', 'mia', 'ned']
  for (const username of [...tried, 'oda', 'pia']) await own.addUser(username)
  await adminSignIn('oda', home, own)
  await adminSignIn('pia', elsewhere, own)
  for (const username of tried)
    for (let guess = 0; guess < 4; guess++)
      await assert.rejects(adminSignIn(username, elsewhere, own, wrongPassword), {
        message: 'Incorrect username or password.',
      })

  const levelOf = async (username: string, context: ContextDataType) => {
    server.clock.advance({ seconds: 1 })
    await adminSignIn(username, context, own)
    const [newest] = await eventsOf(username, own)
    return newest!.EventRisk!.RiskLevel
  }
  assert.equal(await levelOf('pia', elsewhere), undefined)
  assert.equal(await levelOf('oda', from('192.0.2.44', firefox)), 'Low')
  assert.equal(await levelOf('oda', from('203.0.113.9', firefox)), 'Medium')
  await own.addUser('quin')
  await adminSignIn('quin', home, own)
  assert.equal(await levelOf('quin', elsewhere), 'High')
  await own.addUser('ray')
  await adminSignIn('ray', home, own)
  server.clock.advance({ hours: 1 })
  assert.equal(await levelOf('ray', elsewhere), 'Medium')
})

test('a pool in audit mode refuses nothing, and records the risk', async () => {
  const own = await newScene('AUDIT')
  await own.addUser('ines')
  await server.cognito.setRiskConfiguration({
    UserPoolId: own.UserPoolId,
    AccountTakeoverRiskConfiguration: { Actions: { MediumAction: { Notify: false, EventAction: 'BLOCK' } } },
    RiskExceptionConfiguration: { BlockedIPRangeList: ['192.0.2.0/24'] },
  })
  await adminSignIn('ines', home, own)
  await adminSignIn('ines', elsewhere, own)
  await adminSignIn('ines', from('192.0.2.1', firefox), own)
  const levels = (await eventsOf('ines', own)).map(({ EventRisk }) => [EventRisk!.RiskDecision, EventRisk!.RiskLevel])
  assert.deepEqual(levels.slice(1), [
    ['AccountTakeover', 'Medium'],
    ['NoRisk', undefined],
  ])
})

test('a level may ask for a second factor that the user would not be asked for', async () => {
  const own = await newScene('ENFORCED', {
    AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_phone_number', Priority: 1 }] },
    EmailConfiguration: {
      EmailSendingAccount: 'DEVELOPER',
      SourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/no-reply@example.com',
    },
  })
  const { UserPoolId } = own
  await server.cognito.setUserPoolMfaConfig({
    UserPoolId,
    MfaConfiguration: 'OPTIONAL',
    EmailMfaConfiguration: { Message: 'Code {####}', Subject: 'Code' },
  })
  await server.cognito.setRiskConfiguration({
    UserPoolId,
    AccountTakeoverRiskConfiguration: {
      Actions: {
        LowAction: { Notify: false, EventAction: 'MFA_IF_CONFIGURED' },
        MediumAction: { Notify: false, EventAction: 'MFA_REQUIRED' },
      },
    },
  })
  await own.addUser('jon', { attributes: { email: 'jon@example.com', email_verified: 'true' } })
  await own.addUser('kim')
  assert.ok((await adminSignIn('jon', home, own)).AuthenticationResult)
  assert.ok((await adminSignIn('kim', home, own)).AuthenticationResult)
  const asked = await adminSignIn('jon', elsewhere, own)
  assert.equal(asked.ChallengeName, 'EMAIL_OTP')
  const { code } = await server.message({ to: 'jon@example.com' })
  const done = await server.cognito.adminRespondToAuthChallenge({
    UserPoolId,
    ClientId: own.ClientId,
    ChallengeName: 'EMAIL_OTP',
    ChallengeResponses: { USERNAME: 'jon', EMAIL_OTP_CODE: code! },
    Session: asked.Session,
    ContextData: elsewhere,
  })
  assert.ok(done.AuthenticationResult)
  const [event] = await eventsOf('jon', own)
  assert.equal(event!.EventRisk!.RiskDecision, 'AccountTakeover')
  assert.equal(event!.EventRisk!.RiskLevel, 'Medium')
  assert.deepEqual(
    event!.ChallengeResponses!.map(({ ChallengeName }) => ChallengeName),
    ['Password', 'Mfa'],
  )
  assert.ok((await adminSignIn('jon', elsewhere, own)).AuthenticationResult, 'known by now')

  // Nowhere to send a code to: let in at the low level, refused where it is required.
  assert.ok((await adminSignIn('kim', from('198.51.100.8', firefox), own)).AuthenticationResult)
  await assert.rejects(adminSignIn('kim', elsewhere, own), { message: 'Unable to login because of security reasons.' })
})

test('passwords that others know are refused where they are typed and where they are set', async () => {
  const own = await newScene()
  const { UserPoolId, ClientId } = own
  const notorious = 'P@ssw0rd123'
  await own.addUser('lea', { password: notorious })
  await own.addUser('mia')
  const signUp = () => server.cognito.signUp({ ClientId, Username: `new-${Math.random()}`, Password: notorious })
  await signUp()
  await own.byPassword('lea', notorious)
  await server.cognito.setRiskConfiguration({
    UserPoolId,
    CompromisedCredentialsRiskConfiguration: { Actions: { EventAction: 'BLOCK' } },
  })
  await assert.rejects(signUp(), { name: 'InvalidPasswordException', message: /security reasons/ })
  await assert.rejects(own.byPassword('lea', notorious), { name: 'PasswordResetRequiredException' })
  await assert.rejects(own.byPassword('mia', notorious), { message: 'Incorrect username or password.' })
  const { AuthenticationResult } = await own.byPassword('mia')
  await assert.rejects(
    server.cognito.changePassword({
      AccessToken: AuthenticationResult!.AccessToken!,
      PreviousPassword: rightPassword,
      ProposedPassword: notorious,
    }),
    { name: 'InvalidPasswordException' },
  )
  const [event] = await eventsOf('lea', own)
  assert.deepEqual(event!.EventRisk, { RiskDecision: 'Block', CompromisedCredentialsDetected: true })

  await server.cognito.setRiskConfiguration({
    UserPoolId,
    CompromisedCredentialsRiskConfiguration: { EventFilter: ['SIGN_UP'], Actions: { EventAction: 'BLOCK' } },
  })
  await assert.rejects(signUp(), { name: 'InvalidPasswordException' })
  await server.cognito.adminSetUserPassword({ UserPoolId, Username: 'lea', Password: notorious, Permanent: true })
  await own.byPassword('lea', notorious)
})

test('a password that others know signs nobody in by another flow either, once it was blocked', async () => {
  const own = await newScene()
  const { UserPoolId, ClientId } = own
  const notorious = 'P@ssw0rd123'
  await own.addUser('ora', { password: notorious })
  await own.addUser('pam')
  await server.cognito.setRiskConfiguration({
    UserPoolId,
    CompromisedCredentialsRiskConfiguration: { Actions: { EventAction: 'BLOCK' } },
  })
  const proveBySrp = async () => {
    const { asked, responses } = await own.startSrp('ora')
    return server.cognito.respondToAuthChallenge({
      ClientId,
      ChallengeName: 'PASSWORD_VERIFIER',
      Session: asked.Session,
      ChallengeResponses: await responses(notorious, formatSrpTimestamp(server.clock.now())),
    })
  }
  assert.ok((await proveBySrp()).AuthenticationResult, 'nobody has seen the password yet')
  await assert.rejects(own.byPassword('ora', notorious), { name: 'PasswordResetRequiredException' })
  const statusOf = async (Username: string) => (await server.cognito.adminGetUser({ UserPoolId, Username })).UserStatus
  assert.equal(await statusOf('ora'), 'RESET_REQUIRED')
  await assert.rejects(proveBySrp(), { name: 'PasswordResetRequiredException' })

  // A guess with such a password changes nothing for a user who has another one.
  await assert.rejects(own.byPassword('pam', notorious), { message: 'Incorrect username or password.' })
  assert.equal(await statusOf('pam'), 'CONFIRMED')
})

test('a password that others know takes the place of no temporary one', async () => {
  const own = await newScene()
  const { UserPoolId } = own
  await own.addTemporaryUser('quy')
  const { Session } = await own.byPassword('quy')
  const NEW_PASSWORD = 'P@ssw0rd123'
  const configure = (EventFilter: ('SIGN_IN' | 'PASSWORD_CHANGE')[]) =>
    server.cognito.setRiskConfiguration({
      UserPoolId,
      CompromisedCredentialsRiskConfiguration: { EventFilter, Actions: { EventAction: 'BLOCK' } },
    })
  await configure(['PASSWORD_CHANGE'])
  await assert.rejects(own.answerNewPassword('quy', Session!, { NEW_PASSWORD }), {
    name: 'InvalidPasswordException',
    message: 'Provided password cannot be used for security reasons.',
  })
  const [event] = await eventsOf('quy', own)
  assert.deepEqual(event!.EventRisk, { RiskDecision: 'Block', CompromisedCredentialsDetected: true })
  const { UserStatus } = await server.cognito.adminGetUser({ UserPoolId, Username: 'quy' })
  assert.equal(UserStatus, 'FORCE_CHANGE_PASSWORD')

  await configure(['SIGN_IN'])
  assert.ok((await own.answerNewPassword('quy', Session!, { NEW_PASSWORD })).AuthenticationResult)
})

test('an address that an app names counts only where its secret vouches for it', async () => {
  const own = await newScene()
  await own.addUser('nina')
  const { ClientId, secret } = await own.addClient({
    GenerateSecret: true,
    EnablePropagateAdditionalUserContextData: true,
  })
  const { createHmac } = await import('node:crypto')
  const hash = createHmac('sha256', secret).update(`nina${ClientId}`).digest('base64')
  const signIn = (client: string, more: Record<string, string> = {}) =>
    server.cognito.initiateAuth({
      ClientId: client,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'nina', PASSWORD: rightPassword, ...more },
      UserContextData: { IpAddress: '192.0.2.55' },
    })
  await signIn(ClientId, { SECRET_HASH: hash })
  assert.equal((await eventsOf('nina', own))[0]!.EventContextData!.IpAddress, '192.0.2.55')
  server.clock.advance({ seconds: 1 })
  await signIn(own.ClientId)
  assert.notEqual((await eventsOf('nina', own))[0]!.EventContextData!.IpAddress, '192.0.2.55')
})

test('a device is recognized by the data of the threat protection script, if that can be decoded', async () => {
  await scene.addUser('uma')
  const encoded = (payload: unknown) => Buffer.from(JSON.stringify({ payload, signature: 'x' })).toString('base64')
  const said = (EncodedData: string) => adminSignIn('uma', { ...from('198.51.100.7', firefox), EncodedData })
  const deviceName = async () => (await eventsOf('uma'))[0]!.EventContextData!.DeviceName
  await said(encoded(JSON.stringify({ contextData: { UserAgent: safari } })))
  assert.equal(await deviceName(), 'Safari 17, iOS 17.5')
  for (const unreadable of [
    'nonsense',
    encoded('nonsense'),
    encoded(null),
    encoded({ contextData: { UserAgent: 7 } }),
  ]) {
    await said(unreadable)
    assert.equal(await deviceName(), 'Firefox 127, Linux', unreadable)
  }
  await server.cognito.initiateAuth({
    ClientId: scene.ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'uma', PASSWORD: rightPassword },
    UserContextData: { EncodedData: encoded({ contextData: { UserAgent: safari } }) },
  })
  assert.equal(await deviceName(), 'Safari 17, iOS 17.5')
})

test('administrators judge events, of users that have them', async () => {
  await scene.addUser('otto')
  await scene.addUser('pia')
  await scene.byPassword('otto')
  const [event] = await eventsOf('otto')
  const { UserPoolId } = scene
  const judge = (Username: string, EventId: string) =>
    server.cognito.adminUpdateAuthEventFeedback({ UserPoolId, Username, EventId, FeedbackValue: 'Valid' })
  await assert.rejects(judge('pia', event!.EventId!), { name: 'ResourceNotFoundException' })
  await assert.rejects(judge('otto', 'no-such-event'), { name: 'ResourceNotFoundException' })
  await judge('otto', event!.EventId!)
  const [judged] = await eventsOf('otto')
  assert.equal(judged!.EventFeedback!.FeedbackValue, 'Valid')
  assert.equal(judged!.EventFeedback!.Provider, 'Admin')
})

test('events go with their user, and after two years', async () => {
  await scene.addUser('quinn')
  await scene.byPassword('quinn')
  const { UserPoolId } = scene
  const count = async () => {
    const { count } = await server.ctx.db
      .selectFrom('auth_events')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('pool_id', '=', UserPoolId)
      .executeTakeFirstOrThrow()
    return count
  }
  const before = await count()
  await server.cognito.adminDeleteUser({ UserPoolId, Username: 'quinn' })
  assert.equal(await count(), before - 1)
  server.clock.advance({ days: 731 })
  await sweep(server.ctx)
  assert.equal(await count(), 0)
})
