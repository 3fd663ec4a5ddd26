import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider'
import { newClient } from '../lib/srp-client.ts'
import { srpResponses } from '../sign-in/scene.ts'
import { arnOf, type Event } from './lambda-endpoint.ts'
import { claimsOf, envelope, password, startScene, type TriggerScene } from './scene.ts'

let scene: TriggerScene
let pool: { UserPoolId: string; ClientId: string }

const directed = {
  DefineAuthChallenge: arnOf('define'),
  CreateAuthChallenge: arnOf('create'),
  VerifyAuthChallengeResponse: arnOf('verify'),
}

before(async () => {
  scene = await startScene()
  pool = await scene.pool(directed)
  await addUser(pool.UserPoolId, 'ann')
})
after(() => scene.close())

// Two riddles, three answers at most.
beforeEach(() => {
  const { functions, calls } = scene.lambda
  calls.length = 0
  functions.define = (event: Event) => {
    const { session } = event.request
    const right = session.filter((one: Event) => one.challengeResult).length
    if (right === 2) event.response = { issueTokens: true, failAuthentication: false }
    else if (session.length === 3) event.response = { issueTokens: false, failAuthentication: true }
    else event.response = { challengeName: 'CUSTOM_CHALLENGE', issueTokens: false, failAuthentication: false }
    return event
  }
  functions.create = (event: Event) => ({
    ...event,
    response: {
      publicChallengeParameters: { riddle: `number ${event.request.session.length}` },
      privateChallengeParameters: { answer: 'right' },
      challengeMetadata: `RIDDLE-${event.request.session.length}`,
    },
  })
  functions.verify = (event: Event) => {
    event.response.answerCorrect = event.request.challengeAnswer === event.request.privateChallengeParameters.answer
    return event
  }
})

async function addUser(UserPoolId: string, Username: string) {
  await scene.cognito.adminCreateUser({ UserPoolId, Username, MessageAction: 'SUPPRESS' })
  await scene.cognito.adminSetUserPassword({ UserPoolId, Username, Password: password, Permanent: true })
}

const begin = (username: string, parameters: Record<string, string> = {}, from = pool) =>
  scene.cognito.initiateAuth({
    ClientId: from.ClientId,
    AuthFlow: 'CUSTOM_AUTH',
    AuthParameters: { USERNAME: username, ...parameters },
    ClientMetadata: { of: 'the first call' },
  })

const answer = (
  Session: string | undefined,
  responses: Record<string, string>,
  ChallengeName: ChallengeNameType = 'CUSTOM_CHALLENGE',
  from = pool,
) =>
  scene.cognito.respondToAuthChallenge({
    ClientId: from.ClientId,
    ChallengeName,
    Session,
    ChallengeResponses: { USERNAME: 'ann', ...responses },
    ClientMetadata: { of: 'an answer' },
  })

const refused = { name: 'NotAuthorizedException', message: 'Incorrect username or password.' }

test('the functions direct a sign-in from question to tokens', async () => {
  const first = await begin('ann')
  assert.equal(first.ChallengeName, 'CUSTOM_CHALLENGE')
  assert.deepEqual(first.ChallengeParameters, { USERNAME: 'ann', riddle: 'number 0' })
  const second = await answer(first.Session, { ANSWER: 'right' })
  assert.deepEqual(second.ChallengeParameters, { USERNAME: 'ann', riddle: 'number 1' })
  const third = await answer(second.Session, { ANSWER: 'wrong' })
  assert.equal(third.ChallengeName, 'CUSTOM_CHALLENGE')
  const { AuthenticationResult } = await answer(third.Session, { ANSWER: 'right' })
  assert.equal(claimsOf(AuthenticationResult!.AccessToken).username, 'ann')
})

test('each function gets exactly what it needs', async () => {
  const first = await begin('ann')
  await answer(first.Session, { ANSWER: 'wrong' })
  const { UserSub, about } = await facts('ann')
  const userAttributes = { sub: UserSub, 'cognito:user_status': 'CONFIRMED' }
  const clientMetadata = { of: 'an answer' }
  const session = [{ challengeName: 'CUSTOM_CHALLENGE', challengeResult: false, challengeMetadata: 'RIDDLE-0' }]
  const undecided = { challengeName: null, issueTokens: null, failAuthentication: null }
  const unasked = { publicChallengeParameters: null, privateChallengeParameters: null, challengeMetadata: null }
  assert.deepEqual(
    scene.lambda.calls.map(({ event }) => event),
    [
      {
        ...envelope('DefineAuthChallenge_Authentication', about),
        request: { userAttributes, session: [] },
        response: undecided,
      },
      {
        ...envelope('CreateAuthChallenge_Authentication', about),
        request: { userAttributes, challengeName: 'CUSTOM_CHALLENGE', session: [] },
        response: unasked,
      },
      {
        ...envelope('VerifyAuthChallengeResponse_Authentication', about),
        request: {
          userAttributes,
          privateChallengeParameters: { answer: 'right' },
          challengeAnswer: 'wrong',
          clientMetadata,
        },
        response: { answerCorrect: null },
      },
      {
        ...envelope('DefineAuthChallenge_Authentication', about),
        request: { userAttributes, session, clientMetadata },
        response: undecided,
      },
      {
        ...envelope('CreateAuthChallenge_Authentication', about),
        request: { userAttributes, challengeName: 'CUSTOM_CHALLENGE', session, clientMetadata },
        response: unasked,
      },
    ],
  )
})

async function facts(Username: string) {
  const { UserAttributes } = await scene.cognito.adminGetUser({ UserPoolId: pool.UserPoolId, Username })
  const UserSub = UserAttributes!.find(({ Name }) => Name === 'sub')!.Value!
  return { UserSub, about: { ...pool, userName: Username } }
}

test('the functions may end it', async () => {
  let { Session } = await begin('ann')
  ;({ Session } = await answer(Session, { ANSWER: 'wrong' }))
  ;({ Session } = await answer(Session, { ANSWER: 'wrong' }))
  await assert.rejects(answer(Session, { ANSWER: 'wrong' }), refused)
  await assert.rejects(answer(Session, { ANSWER: 'right' }), { name: 'NotAuthorizedException' })
})

test('one question takes one answer, however many come at once', async () => {
  const { Session } = await begin('ann')
  scene.lambda.calls.length = 0
  const answers = Array.from({ length: 20 }, (_, n) => answer(Session, { ANSWER: n === 13 ? 'right' : 'wrong' }))
  const results = await Promise.allSettled(answers)
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
  assert.equal(scene.lambda.events('VerifyAuthChallengeResponse_Authentication').length, 1)
})

test('what a function keeps to itself is readable nowhere', async () => {
  scene.lambda.functions.create = (event) => ({
    ...event,
    response: { privateChallengeParameters: { answer: 'x' }, challengeMetadata: 'CODE-4711-SECRET' },
  })
  const first = await begin('ann')
  const second = await answer(first.Session, { ANSWER: 'y' })
  assert.doesNotMatch(JSON.stringify([first, second]), /4711/)
  const rows = await scene.ctx.db.selectFrom('sign_ins').selectAll().execute()
  assert.doesNotMatch(JSON.stringify(rows), /4711/)
  assert.ok(rows.every(({ sealed }) => !sealed?.includes('4711')))
})

test('the password may come first, by SRP', async () => {
  scene.lambda.functions.define = (event: Event) => {
    const names = event.request.session.map((one: Event) => `${one.challengeName} ${one.challengeResult}`)
    const next: Record<string, string | undefined> = {
      'SRP_A true': 'PASSWORD_VERIFIER',
      'SRP_A true,PASSWORD_VERIFIER true': 'CUSTOM_CHALLENGE',
    }
    const challengeName = next[names.join()]
    event.response = challengeName ? { challengeName } : { issueTokens: names.length === 3 }
    if (!challengeName && names.length !== 3) event.response = { failAuthentication: true }
    return event
  }
  const { asked, responses } = await beginWithSrp('CHALLENGE_NAME')
  assert.equal(asked.ChallengeName, 'PASSWORD_VERIFIER')
  const second = await answer(asked.Session, await responses(password), 'PASSWORD_VERIFIER')
  assert.equal(second.ChallengeName, 'CUSTOM_CHALLENGE')
  assert.deepEqual(scene.lambda.events('DefineAuthChallenge_Authentication').at(-1).request.session, [
    { challengeName: 'SRP_A', challengeResult: true, challengeMetadata: null },
    { challengeName: 'PASSWORD_VERIFIER', challengeResult: true, challengeMetadata: null },
  ])
  const { AuthenticationResult } = await answer(second.Session, { ANSWER: 'right' })
  assert.deepEqual(claimsOf(AuthenticationResult!.AccessToken).amr, ['pwd'])

  const other = await beginWithSrp('ChallengeName')
  await assert.rejects(
    answer(other.asked.Session, await other.responses('Wrong-Horse-9'), 'PASSWORD_VERIFIER'),
    refused,
  )
})

async function beginWithSrp(parameter: string, from = pool, username = 'ann') {
  const srp = newClient(from.UserPoolId.split('_')[1]!)
  const A = await new Promise<string>((resolve, reject) =>
    srp.calculateA(srp.smallAValue, (error, value) => (error ? reject(error) : resolve(value.toString(16)))),
  )
  const asked = await begin(username, { [parameter]: 'SRP_A', SRP_A: A }, from)
  return { asked, responses: (typed: string) => srpResponses(srp, from.UserPoolId, asked, typed) }
}

test('one begins without a password by name too', async () => {
  const first = await begin('ann', { CHALLENGE_NAME: 'CUSTOM_CHALLENGE' })
  assert.equal(first.ChallengeName, 'CUSTOM_CHALLENGE')
  assert.deepEqual(scene.lambda.events('DefineAuthChallenge_Authentication').at(-1).request.session, [])
  await assert.rejects(begin('ann', { CHALLENGE_NAME: 'SMS_MFA' }), { name: 'InvalidParameterException' })
})

test('a temporary password is changed on the way, and the function learns of it', async () => {
  const Username = 'tia'
  await scene.cognito.adminCreateUser({
    UserPoolId: pool.UserPoolId,
    Username,
    TemporaryPassword: password,
    MessageAction: 'SUPPRESS',
  })
  scene.lambda.functions.define = (event: Event) => {
    const names = event.request.session.map((one: Event) => one.challengeName).join()
    const next: Record<string, object> = {
      SRP_A: { challengeName: 'PASSWORD_VERIFIER' },
      'SRP_A,PASSWORD_VERIFIER': { challengeName: 'NEW_PASSWORD_REQUIRED' },
      'SRP_A,PASSWORD_VERIFIER,NEW_PASSWORD_REQUIRED': { challengeName: 'CUSTOM_CHALLENGE' },
      'SRP_A,PASSWORD_VERIFIER,NEW_PASSWORD_REQUIRED,CUSTOM_CHALLENGE': { issueTokens: true },
    }
    return { ...event, response: next[names] ?? { failAuthentication: true } }
  }
  const { asked, responses } = await beginWithSrp('CHALLENGE_NAME', pool, Username)
  const second = await answer(asked.Session, await responses(password), 'PASSWORD_VERIFIER')
  assert.equal(second.ChallengeName, 'NEW_PASSWORD_REQUIRED')
  const NEW_PASSWORD = 'Other-Horse-9'
  const third = await answer(second.Session, { USERNAME: Username, NEW_PASSWORD }, 'NEW_PASSWORD_REQUIRED')
  assert.equal(third.ChallengeName, 'CUSTOM_CHALLENGE')
  assert.equal(new Set([asked.Session, second.Session, third.Session]).size, 3)
  const { AuthenticationResult } = await answer(third.Session, { USERNAME: Username, ANSWER: 'right' })
  assert.equal(claimsOf(AuthenticationResult!.AccessToken).username, Username)

  // Once it is the user's own, there is nothing to change, and a function that asks for it is out of order.
  const again = await beginWithSrp('CHALLENGE_NAME', pool, Username)
  const proof = await again.responses(NEW_PASSWORD)
  await assert.rejects(answer(again.asked.Session, proof, 'PASSWORD_VERIFIER'), {
    name: 'InvalidLambdaResponseException',
  })
})

test('a password that was reset does not lead to a new one, whatever the function asks for', async () => {
  const { cognito } = scene
  const { UserPoolId } = pool
  const { UserPoolClient } = await cognito.createUserPoolClient({
    UserPoolId,
    ClientName: 'hiding',
    ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'],
    PreventUserExistenceErrors: 'ENABLED',
  })
  const hiding = { UserPoolId, ClientId: UserPoolClient!.ClientId! }
  const Username = 'rob'
  await addUser(UserPoolId, Username)
  await cognito.adminUpdateUserAttributes({
    UserPoolId,
    Username,
    UserAttributes: [
      { Name: 'email', Value: 'rob@example.com' },
      { Name: 'email_verified', Value: 'true' },
    ],
  })
  await cognito.adminResetUserPassword({ UserPoolId, Username })
  scene.lambda.functions.define = (event: Event) => {
    const challengeName = event.request.session.length === 1 ? 'PASSWORD_VERIFIER' : 'NEW_PASSWORD_REQUIRED'
    return { ...event, response: { challengeName } }
  }
  const resetRequired = { name: 'PasswordResetRequiredException' }
  await assert.rejects(beginWithSrp('CHALLENGE_NAME', pool, Username), resetRequired)
  const { asked, responses } = await beginWithSrp('CHALLENGE_NAME', hiding, Username)
  const proof = await responses(password)
  await assert.rejects(answer(asked.Session, proof, 'PASSWORD_VERIFIER', hiding), resetRequired)
})

test('no new password is set before the old one is proven, whatever the function asks for', async () => {
  const Username = 'tom'
  await scene.cognito.adminCreateUser({ UserPoolId: pool.UserPoolId, Username, MessageAction: 'SUPPRESS' })
  scene.lambda.functions.define = (event) => ({ ...event, response: { challengeName: 'NEW_PASSWORD_REQUIRED' } })
  await assert.rejects(begin(Username), { name: 'InvalidLambdaResponseException' })
  await assert.rejects(beginWithSrp('CHALLENGE_NAME', pool, Username), { name: 'InvalidLambdaResponseException' })
})

test('a password is asked for only where the client began with it', async () => {
  scene.lambda.functions.define = (event) => ({ ...event, response: { challengeName: 'PASSWORD_VERIFIER' } })
  await assert.rejects(begin('ann'), { name: 'InvalidLambdaResponseException' })
  scene.lambda.functions.define = (event) => ({ ...event, response: { challengeName: 'SMS_MFA' } })
  await assert.rejects(begin('ann'), { name: 'InvalidLambdaResponseException' })
  scene.lambda.functions.define = (event) => event
  await assert.rejects(begin('ann'), { name: 'InvalidLambdaResponseException' })
  await assert.rejects(begin('ann', { CHALLENGE_NAME: 'SRP_A' }), { name: 'InvalidParameterException' })
  await assert.rejects(begin('ann', { CHALLENGE_NAME: 'SRP_A', SRP_A: '0' }), { name: 'InvalidParameterException' })
})

test('a name that nobody has takes the same steps and never ends well', async () => {
  const hiding = await scene.pool(directed, {}, { PreventUserExistenceErrors: 'ENABLED' })
  await addUser(hiding.UserPoolId, 'ann')
  const real = await begin('ann', {}, hiding)
  const unreal = await begin('zoe', {}, hiding)
  assert.deepEqual(Object.keys(unreal.ChallengeParameters!), Object.keys(real.ChallengeParameters!))
  assert.equal(unreal.ChallengeParameters!.USERNAME, 'zoe')
  assert.deepEqual(scene.lambda.calls.at(-1)!.event.request.userNotFound, true)
  assert.deepEqual(scene.lambda.calls.at(-1)!.event.request.userAttributes, {})
  const next = await answer(unreal.Session, { USERNAME: 'zoe', ANSWER: 'right' }, 'CUSTOM_CHALLENGE', hiding)
  await assert.rejects(answer(next.Session, { USERNAME: 'zoe', ANSWER: 'right' }, 'CUSTOM_CHALLENGE', hiding), refused)
})

test('tokens are not for one who is disabled meanwhile, whatever the functions say', async () => {
  const { cognito } = scene
  const { UserPoolId } = pool
  await addUser(UserPoolId, 'dis')
  const first = await begin('dis')
  const second = await answer(first.Session, { USERNAME: 'dis', ANSWER: 'right' })
  await cognito.adminDisableUser({ UserPoolId, Username: 'dis' })
  await assert.rejects(answer(second.Session, { USERNAME: 'dis', ANSWER: 'right' }), {
    name: 'NotAuthorizedException',
    message: 'User is disabled.',
  })
})

test('the functions of a pool that has none are missed by name', async () => {
  const bare = await scene.pool({})
  await addUser(bare.UserPoolId, 'ann')
  await assert.rejects(begin('ann', {}, bare), {
    name: 'InvalidParameterException',
    message: 'Custom auth lambda trigger is not configured for the user pool.',
  })
  const closed = await scene.pool(directed, {}, { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] })
  await assert.rejects(begin('ann', {}, closed), {
    name: 'InvalidParameterException',
    message: 'CUSTOM_AUTH is not enabled for the client.',
  })
})

test('a response without ANSWER is refused with its own error', async () => {
  const { Session } = await begin('ann')
  await assert.rejects(answer(Session, {}), {
    name: 'InvalidParameterException',
    message: 'Missing required parameter ANSWER',
  })
})

test('a second factor follows the password, and the function learns of it', async () => {
  const { cognito, lambda } = scene
  const sms = { SnsCallerArn: 'arn:aws:iam::000000000000:role/sms', ExternalId: 'x' }
  const withMfa = await scene.pool(directed, { MfaConfiguration: 'OPTIONAL', SmsConfiguration: sms })
  const { UserPoolId } = withMfa
  await addUser(UserPoolId, 'ann')
  await cognito.adminUpdateUserAttributes({
    UserPoolId,
    Username: 'ann',
    UserAttributes: [
      { Name: 'phone_number', Value: '+12065550100' },
      { Name: 'phone_number_verified', Value: 'true' },
    ],
  })
  const SMSMfaSettings = { Enabled: true, PreferredMfa: true }
  await cognito.adminSetUserMFAPreference({ UserPoolId, Username: 'ann', SMSMfaSettings })
  lambda.functions.define = (event: Event) => {
    const names = event.request.session.map((one: Event) => one.challengeName).join()
    const next: Record<string, object> = {
      SRP_A: { challengeName: 'PASSWORD_VERIFIER' },
      'SRP_A,PASSWORD_VERIFIER,SMS_MFA': { challengeName: 'CUSTOM_CHALLENGE' },
      'SRP_A,PASSWORD_VERIFIER,SMS_MFA,CUSTOM_CHALLENGE': { issueTokens: true },
    }
    return { ...event, response: next[names] ?? { failAuthentication: true } }
  }
  const { asked, responses } = await beginWithSrp('CHALLENGE_NAME', withMfa)
  const second = await answer(asked.Session, await responses(password), 'PASSWORD_VERIFIER', withMfa)
  assert.equal(second.ChallengeName, 'SMS_MFA')
  const { code } = await scene.message({ to: '+12065550100', userPoolId: UserPoolId })
  const third = await answer(second.Session, { SMS_MFA_CODE: code! }, 'SMS_MFA', withMfa)
  assert.equal(third.ChallengeName, 'CUSTOM_CHALLENGE')
  const { AuthenticationResult } = await answer(third.Session, { ANSWER: 'right' }, 'CUSTOM_CHALLENGE', withMfa)
  assert.deepEqual(claimsOf(AuthenticationResult!.AccessToken).amr, ['pwd', 'sms', 'mfa'])
})
