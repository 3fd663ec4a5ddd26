import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { after, before, test } from 'node:test'
import { startTestServer, type TestServer } from '../support/server.ts'
import { invalidSession, rightPassword, signInScene, usedSession, wrongCredentials, wrongPassword } from './scene.ts'

const { AuthenticationDetails, CognitoUser, CognitoUserPool } = createRequire(import.meta.url)(
  'amazon-cognito-identity-js',
) as typeof import('amazon-cognito-identity-js')

let server: TestServer
let scene: Awaited<ReturnType<typeof signInScene>>
const newPassword = 'Brand-New-Horse-7'
let users = 0

before(async () => {
  server = await startTestServer()
  scene = await signInScene(server, {
    pool: {
      Schema: [
        { Name: 'email', Required: true, Mutable: true },
        { Name: 'given_name', Required: true, Mutable: true },
        { Name: 'level', AttributeDataType: 'String', Mutable: true },
      ],
      Policies: { PasswordPolicy: { MinimumLength: 10, RequireUppercase: true, PasswordHistorySize: 2 } },
    },
    client: { WriteAttributes: ['email', 'given_name', 'nickname'] },
  })
})
after(() => server?.close())

const nonMutable = (name: string) => ({
  name: 'InvalidParameterException',
  message: `Cannot modify the non-mutable attribute ${name}`,
})
const provided = (name: string) => ({
  name: 'NotAuthorizedException',
  message: `Cannot modify an already provided ${name}`,
})

/** A user with a temporary password, asked for a new one. */
async function asked(attributes: Record<string, string> = { email: 'ann@example.com' }) {
  const username = `ann${users++}`
  await scene.addTemporaryUser(username, attributes)
  const step = await scene.byPassword(username)
  return {
    username,
    step,
    session: step.Session!,
    ok: { NEW_PASSWORD: newPassword, 'userAttributes.given_name': 'Ann' },
  }
}

test('a temporary password leads to the question for a new one', async () => {
  const { username, step } = await asked()
  assert.equal(step.ChallengeName, 'NEW_PASSWORD_REQUIRED')
  assert.equal(step.AuthenticationResult, undefined)
  const { USER_ID_FOR_SRP, userAttributes, requiredAttributes } = step.ChallengeParameters!
  assert.equal(USER_ID_FOR_SRP, username)
  assert.deepEqual(JSON.parse(userAttributes!), { email: 'ann@example.com' })
  assert.deepEqual(JSON.parse(requiredAttributes!), ['userAttributes.given_name'])
})

test('a new password and what was missing confirm the user', async () => {
  const { username, session, ok } = await asked()
  const done = await scene.answerNewPassword(username, session, { ...ok, 'userAttributes.nickname': 'Nan' })
  assert.ok(done.AuthenticationResult?.AccessToken)

  const user = await server.cognito.adminGetUser({ UserPoolId: scene.UserPoolId, Username: username })
  assert.equal(user.UserStatus, 'CONFIRMED')
  const attributes = Object.fromEntries(user.UserAttributes!.map(({ Name, Value }) => [Name, Value]))
  assert.equal(attributes.given_name, 'Ann')
  assert.equal(attributes.nickname, 'Nan')
  const idToken = JSON.parse(Buffer.from(done.AuthenticationResult!.IdToken!.split('.')[1]!, 'base64url').toString())
  assert.equal(idToken.given_name, 'Ann')

  await assert.rejects(scene.byPassword(username, rightPassword), wrongCredentials)
  assert.ok((await scene.byPassword(username, newPassword)).AuthenticationResult)
  await assert.rejects(scene.answerNewPassword(username, session, ok), usedSession)
})

test('what is refused leaves the session as it was', async () => {
  const { username, session, ok } = await asked()
  const refusals: [Record<string, string>, { name: string; message?: string }][] = [
    [{ 'userAttributes.given_name': 'Ann' }, { name: 'InvalidParameterException' }],
    [
      { ...ok, NEW_PASSWORD: 'Short1' },
      { name: 'InvalidPasswordException', message: 'Password does not conform to policy: Password not long enough' },
    ],
    [{ ...ok, NEW_PASSWORD: 'no-upper-case' }, { name: 'InvalidPasswordException' }],
    [{ ...ok, NEW_PASSWORD: rightPassword }, { name: 'PasswordHistoryPolicyViolationException' }],
    [
      { NEW_PASSWORD: newPassword },
      { name: 'InvalidParameterException', message: 'Invalid attributes given, given_name is missing' },
    ],
    [{ ...ok, 'userAttributes.email': 'eve@example.com' }, provided('email')],
    [{ ...ok, 'userAttributes.email': 'ann@example.com' }, provided('email')],
    [{ ...ok, 'userAttributes.custom:level': '9' }, { name: 'NotAuthorizedException' }],
    [{ ...ok, 'userAttributes.email_verified': 'true' }, nonMutable('email_verified')],
    [{ ...ok, 'userAttributes.phone_number_verified': 'false' }, nonMutable('phone_number_verified')],
    [{ ...ok, 'userAttributes.sub': 'me' }, nonMutable('sub')],
    [
      { ...ok, NEW_PASSWORD: ` ${newPassword}` },
      {
        name: 'InvalidPasswordException',
        message: 'Password does not conform to policy: Password must satisfy regular expression pattern: ^\\S.*\\S$',
      },
    ],
    [{ ...ok, 'userAttributes.unheard_of': 'x' }, { name: 'InvalidParameterException' }],
  ]
  for (const [responses, refusal] of refusals)
    await assert.rejects(scene.answerNewPassword(username, session, responses), refusal, JSON.stringify(responses))

  const user = await server.cognito.adminGetUser({ UserPoolId: scene.UserPoolId, Username: username })
  assert.equal(user.UserStatus, 'FORCE_CHANGE_PASSWORD')
  assert.ok((await scene.answerNewPassword(username, session, ok)).AuthenticationResult)
})

test('an attribute that is not required and sent back unchanged is no change', async () => {
  const { username, session, ok } = await asked({ email: 'ann@example.com', nickname: 'Nan', zoneinfo: 'UTC' })
  const unchanged = { ...ok, 'userAttributes.nickname': 'Nan', 'userAttributes.zoneinfo': 'UTC' }
  assert.ok((await scene.answerNewPassword(username, session, unchanged)).AuthenticationResult)
})

test('an address that is set stays as it is, in pools that require none too', async () => {
  const lenient = await signInScene(server)
  const addresses = { email: 'ann@example.com', phone_number: '+15555550123' }
  await lenient.addTemporaryUser('ann', addresses)
  const { Session } = await lenient.byPassword('ann')
  const answer = (attributes: Record<string, string>) =>
    lenient.answerNewPassword('ann', Session!, { NEW_PASSWORD: newPassword, ...attributes })
  for (const [name, value] of Object.entries({ ...addresses, email: 'other@example.com' }))
    await assert.rejects(answer({ [`userAttributes.${name}`]: value }), provided(name))
  await assert.rejects(answer({ 'userAttributes.email': addresses.email }), provided('email'))
  assert.ok((await answer({ 'userAttributes.nickname': 'Nan' })).AuthenticationResult)
})

test('a new password may have spaces inside', async () => {
  const { username, session, ok } = await asked()
  const NEW_PASSWORD = 'Correct horse 9 battery!'
  assert.ok((await scene.answerNewPassword(username, session, { ...ok, NEW_PASSWORD })).AuthenticationResult)
  assert.ok((await scene.byPassword(username, NEW_PASSWORD)).AuthenticationResult)
})

test('a required phone number that is set is not asked for again', async () => {
  const required = await signInScene(server, { pool: { Schema: [{ Name: 'phone_number', Required: true }] } })
  await required.addTemporaryUser('ann', { phone_number: '+15555550123' })
  const { Session } = await required.byPassword('ann')
  const answer = { NEW_PASSWORD: newPassword, 'userAttributes.phone_number': '+15555550123' }
  await assert.rejects(required.answerNewPassword('ann', Session!, answer), provided('phone_number'))
})

test('a required attribute that is set now counts as unverified', async () => {
  const { username, session, ok } = await asked({ given_name: 'Ann' })
  const done = await scene.answerNewPassword(username, session, {
    NEW_PASSWORD: ok.NEW_PASSWORD,
    'userAttributes.email': 'ann@example.org',
  })
  const idToken = JSON.parse(Buffer.from(done.AuthenticationResult!.IdToken!.split('.')[1]!, 'base64url').toString())
  assert.equal(idToken.email, 'ann@example.org')
  assert.equal(idToken.email_verified, false)
})

test('of two right answers at once one is taken', async () => {
  const { username, session, ok } = await asked()
  const answers = await Promise.allSettled([
    scene.answerNewPassword(username, session, ok),
    scene.answerNewPassword(username, session, { ...ok, NEW_PASSWORD: `${newPassword}2` }),
  ])
  const refused = answers.filter((answer) => answer.status === 'rejected')
  assert.equal(refused.length, 1)
  assert.equal(refused[0]!.reason.message, usedSession.message)
})

test('a password that an administrator sets meanwhile ends the session', async () => {
  const { username, session, ok } = await asked()
  const { UserPoolId } = scene
  await server.cognito.adminSetUserPassword({ UserPoolId, Username: username, Password: 'Administrators-1' })
  await assert.rejects(scene.answerNewPassword(username, session, ok), invalidSession)
})

test('so does signing the user out, and a disabled user gets an error', async () => {
  const { UserPoolId } = scene
  const signedOut = await asked()
  await server.cognito.adminUserGlobalSignOut({ UserPoolId, Username: signedOut.username })
  await assert.rejects(scene.answerNewPassword(signedOut.username, signedOut.session, signedOut.ok), invalidSession)

  const disabled = await asked()
  await server.cognito.adminDisableUser({ UserPoolId, Username: disabled.username })
  await assert.rejects(scene.answerNewPassword(disabled.username, disabled.session, disabled.ok), {
    name: 'NotAuthorizedException',
    message: 'User is disabled.',
  })
})

test('a browser library goes from a temporary password to tokens', async () => {
  const { UserPoolId, ClientId } = scene
  await scene.addTemporaryUser('browser', { email: 'b@example.com' })
  const token = await new Promise<string>((resolve, reject) => {
    const Pool = new CognitoUserPool({ UserPoolId, ClientId, endpoint: server.url })
    const user = new CognitoUser({ Username: 'browser', Pool })
    const callbacks = {
      onSuccess: (session: { getAccessToken(): { getJwtToken(): string } }) =>
        resolve(session.getAccessToken().getJwtToken()),
      onFailure: reject,
    }
    user.authenticateUser(new AuthenticationDetails({ Username: 'browser', Password: rightPassword }), {
      ...callbacks,
      newPasswordRequired: (_attributes, required) => {
        assert.deepEqual(required, ['given_name'])
        user.completeNewPasswordChallenge(newPassword, { given_name: 'B' }, callbacks)
      },
    })
  })
  assert.ok(token)
})

test('a temporary password expires after its days, which only the right password learns', async () => {
  await scene.addTemporaryUser('late', { email: 'late@example.com' })
  server.clock.advance({ days: 7, seconds: 1 })
  await assert.rejects(scene.byPassword('late', wrongPassword), wrongCredentials)
  await assert.rejects(scene.byPassword('late'), {
    name: 'NotAuthorizedException',
    message: 'Temporary password has expired and must be reset by an administrator.',
  })
})
