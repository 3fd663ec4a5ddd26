import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Amplify } from 'aws-amplify'
import {
  confirmResetPassword,
  confirmSignIn,
  confirmSignUp,
  fetchAuthSession,
  fetchUserAttributes,
  getCurrentUser,
  resendSignUpCode,
  resetPassword,
  signIn,
  signOut,
  signUp,
  updatePassword,
  updateUserAttributes,
} from 'aws-amplify/auth'
import { startTestServer, type TestServer } from '../support/server.ts'

// Amplify as it comes, configured by an endpoint alone. Its default sign-in is SRP.
let server: TestServer
let UserPoolId: string

before(async () => {
  server = await startTestServer()
  const { UserPool } = await server.cognito.createUserPool({
    PoolName: 'amplify',
    UsernameAttributes: ['email'],
    AutoVerifiedAttributes: ['email'],
  })
  UserPoolId = UserPool!.Id!
  const { UserPoolClient } = await server.cognito.createUserPoolClient({
    UserPoolId,
    ClientName: 'app',
    ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    PreventUserExistenceErrors: 'ENABLED',
  })
  Amplify.configure({
    Auth: {
      Cognito: { userPoolId: UserPoolId, userPoolClientId: UserPoolClient!.ClientId!, userPoolEndpoint: server.url },
    },
  })
})
after(() => server.close())

const username = 'ann@example.com'
const password = 'Correct-horse-1'

test('a person signs up, has the code sent again, and confirms', async () => {
  const signedUp = await signUp({ username, password, options: { userAttributes: { email: username, name: 'Ann' } } })
  assert.equal(signedUp.nextStep.signUpStep, 'CONFIRM_SIGN_UP')
  await resendSignUpCode({ username })
  await assert.rejects(confirmSignUp({ username, confirmationCode: '000000' }), { name: 'CodeMismatchException' })
  const { code } = await newestMessage(2)
  const confirmed = await confirmSignUp({ username, confirmationCode: code! })
  assert.equal(confirmed.nextStep.signUpStep, 'DONE')
})

test('a wrong password is refused by SRP, and the right one signs in', async () => {
  await assert.rejects(signIn({ username, password: 'Correct-horse-2' }), { name: 'NotAuthorizedException' })
  const { isSignedIn } = await signIn({ username, password })
  assert.equal(isSignedIn, true)
  assert.equal((await getCurrentUser()).signInDetails?.loginId, username)
})

test('a session is refreshed with a new access token of the same sign-in', async () => {
  const { tokens } = await fetchAuthSession()
  const { tokens: refreshed } = await fetchAuthSession({ forceRefresh: true })
  assert.notEqual(refreshed!.accessToken.toString(), tokens!.accessToken.toString())
  assert.equal(refreshed!.accessToken.payload.origin_jti, tokens!.accessToken.payload.origin_jti)
  assert.equal(refreshed!.idToken!.payload.email, username)
})

test('attributes are read and changed', async () => {
  await updateUserAttributes({ userAttributes: { nickname: 'annie' } })
  const attributes = await fetchUserAttributes()
  assert.equal(attributes.nickname, 'annie')
  assert.equal(attributes.email_verified, 'true')
})

test('the password is changed, and only the new one signs in', async () => {
  await updatePassword({ oldPassword: password, newPassword: 'Correct-horse-3' })
  await signOut()
  await assert.rejects(signIn({ username, password }), { name: 'NotAuthorizedException' })
  await signIn({ username, password: 'Correct-horse-3', options: { authFlowType: 'USER_PASSWORD_AUTH' } })
})

test('a global sign-out ends every token', async () => {
  const { tokens } = await fetchAuthSession()
  await signOut({ global: true })
  await assert.rejects(server.cognito.getUser({ AccessToken: tokens!.accessToken.toString() }), {
    name: 'NotAuthorizedException',
    message: 'Access Token has been revoked',
  })
})

test('a forgotten password is reset with a code', async () => {
  await resetPassword({ username })
  const { code } = await newestMessage(3)
  await confirmResetPassword({ username, newPassword: 'Correct-horse-4', confirmationCode: code! })
  assert.equal((await signIn({ username, password: 'Correct-horse-4' })).isSignedIn, true)
  await signOut()
})

test('a user made by an administrator chooses a password at the first sign-in', async () => {
  const invited = 'bob@example.com'
  await server.cognito.adminCreateUser({
    UserPoolId,
    Username: invited,
    TemporaryPassword: 'Temporary-1',
    MessageAction: 'SUPPRESS',
    UserAttributes: [{ Name: 'email', Value: invited }],
  })
  const { nextStep } = await signIn({ username: invited, password: 'Temporary-1' })
  assert.equal(nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED')
  const { isSignedIn } = await confirmSignIn({ challengeResponse: 'Chosen-horse-1' })
  assert.equal(isSignedIn, true)
  await signOut()
})

/** The nth message to Ann, once it has arrived. */
async function newestMessage(count: number) {
  for (let waited = 0; waited < 5000; waited += 20) {
    const messages = server.ctx.inbox!.list({ to: username })
    if (messages.length >= count) return messages.at(-1)!
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`Message ${count} to ${username} did not come`)
}
