import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { deletePassword } from '../../src/pool/passwords/password-store.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { limitExceeded, otherPassword, password, scene } from './scene.ts'

let server: TestServer
let cognito: TestServer['cognito']

before(async () => {
  server = await startTestServer()
  cognito = server.cognito
})
after(() => server?.close())

const change = (AccessToken: string, PreviousPassword: string | undefined, ProposedPassword = otherPassword) =>
  cognito.changePassword({ AccessToken, PreviousPassword, ProposedPassword })
const wrongCredentials = { name: 'NotAuthorizedException', message: 'Incorrect username or password.' }

test('the previous password leads to a new one, and the session goes on', async () => {
  const people = await scene(server)
  await people.addUser('ann')
  const { AccessToken } = await people.signIn('ann')
  await assert.rejects(change(AccessToken, 'Wrong-Horse-9'), wrongCredentials)
  await assert.rejects(change(AccessToken, undefined), { name: 'InvalidParameterException' })
  const { $metadata, ...answer } = await change(AccessToken, password)
  assert.deepEqual(answer, {})
  await assert.rejects(people.signIn('ann'), wrongCredentials)
  await people.signIn('ann', otherPassword)
  assert.equal((await cognito.getUser({ AccessToken })).Username, 'ann')
})

test('the new password keeps to policy and history', async () => {
  const people = await scene(server, {
    pool: { Policies: { PasswordPolicy: { MinimumLength: 8, PasswordHistorySize: 2 } } },
  })
  await people.addUser('ann')
  const { AccessToken } = await people.signIn('ann')
  await assert.rejects(change(AccessToken, password, 'short'), {
    name: 'InvalidPasswordException',
    message: 'Password does not conform to policy: Password not long enough',
  })
  const former = { name: 'PasswordHistoryPolicyViolationException', message: 'Password has previously been used' }
  await assert.rejects(change(AccessToken, password, password), former)
  await change(AccessToken, password)
  await assert.rejects(change(AccessToken, otherPassword, password), former)
  await change(AccessToken, otherPassword, 'Third-Horse-9')
})

test('a password that is not the user’s own does not ask its history', async () => {
  const people = await scene(server, {
    pool: { Policies: { PasswordPolicy: { MinimumLength: 8, PasswordHistorySize: 2 } } },
  })
  await people.addUser('ann')
  const { AccessToken } = await people.signIn('ann')
  await assert.rejects(change(AccessToken, 'Wrong-Horse-9', password), wrongCredentials)
})

test('the password is changed five times an hour, wrong tries included', async () => {
  const people = await scene(server)
  await people.addUser('ann')
  const { AccessToken } = await people.signIn('ann')
  for (let time = 0; time < 5; time++) await assert.rejects(change(AccessToken, 'Wrong-Horse-9'), wrongCredentials)
  await assert.rejects(change(AccessToken, password), limitExceeded)
  // What was guessed here counts at the sign-in.
  await assert.rejects(people.signIn('ann'), { message: 'Password attempts exceeded' })
  server.clock.advance({ minutes: 1 })
  await people.signIn('ann')
})

test('of two changes at once, one happens', async () => {
  const people = await scene(server)
  await people.addUser('ann')
  const { AccessToken } = await people.signIn('ann')
  const proposed = ['Second-Horse-9', 'Third-Horse-9', 'Fourth-Horse-9']
  const results = await Promise.allSettled(proposed.map((one) => change(AccessToken, password, one)))
  const winners = results.flatMap(({ status }, index) => (status === 'fulfilled' ? [proposed[index]!] : []))
  assert.equal(winners.length, 1)
  await people.signIn('ann', winners[0])
})

test('a temporary password is not made a lasting one here', async () => {
  const people = await scene(server)
  const { UserPoolId } = people
  await people.addUser('ann')
  const { AccessToken } = await people.signIn('ann')
  await cognito.adminSetUserPassword({ UserPoolId, Username: 'ann', Password: 'Tempor4ry!', Permanent: false })
  await assert.rejects(change(AccessToken, 'Tempor4ry!'), {
    name: 'NotAuthorizedException',
    message: 'User password cannot be changed in the current state.',
  })
})

test('a user without a password sets one', async () => {
  const people = await scene(server)
  await people.addUser('ann')
  const { AccessToken } = await people.signIn('ann')
  const { sub } = await people.lookUp('ann')
  await deletePassword(server.ctx.db, people.UserPoolId, sub!)
  await assert.rejects(change(AccessToken, password), wrongCredentials)
  await change(AccessToken, undefined)
  await people.signIn('ann', otherPassword)
})

test('a password with spaces inside is taken wherever one is set, and none with spaces around it', async () => {
  const people = await scene(server)
  const { UserPoolId, ClientId } = people
  const phrase = 'Correct horse 9 battery!'
  await people.addUser('ann', { email: 'ann@example.com', email_verified: 'true' })
  const { AccessToken } = await people.signIn('ann')
  await cognito.forgotPassword({ ClientId, Username: 'ann' })
  const ConfirmationCode = await people.codeTo('ann@example.com')
  const account = { UserPoolId, Username: 'ann' }
  const doors: ((Password: string) => Promise<unknown>)[] = [
    (Password) => cognito.signUp({ ClientId, Username: `bob${Password.length}`, Password }),
    (TemporaryPassword) => cognito.adminCreateUser({ UserPoolId, Username: 'eve', TemporaryPassword }),
    (Password) => cognito.adminSetUserPassword({ ...account, Password, Permanent: true }),
    (Password) => cognito.confirmForgotPassword({ ClientId, Username: 'ann', ConfirmationCode, Password }),
    (password) => change(AccessToken, phrase, password),
  ]
  for (const door of doors) {
    for (const spaced of [` ${phrase}`, `${phrase} `])
      await assert.rejects(door(spaced), {
        name: 'InvalidParameterException',
        message:
          /^1 validation error detected: Value at '\w+' failed to satisfy constraint: Member must satisfy regular expression pattern: \^\[\\S\]\+\.\*\[\\S\]\+\$$/,
      })
    await door(phrase)
  }
  await people.signIn('ann', phrase)
})
