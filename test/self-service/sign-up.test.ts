import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { signUp } from '../../src/pool/sign-up/operations/sign-up.ts'
import { countStatements } from '../support/count-statements.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { attributes, password, scene } from './scene.ts'

let server: TestServer
let cognito: TestServer['cognito']

before(async () => {
  server = await startTestServer()
  cognito = server.cognito
})
after(() => server?.close())

test('who signs up gets a code and waits for the confirmation', async () => {
  const people = await scene(server)
  const { $metadata, ...answer } = await people.signUp('ann', { email: 'ann@example.com', name: 'Ann' })
  assert.match(answer.UserSub!, /^[0-9a-f]{8}-[0-9a-f-]{27}$/)
  assert.deepEqual(answer, {
    UserConfirmed: false,
    UserSub: answer.UserSub,
    CodeDeliveryDetails: { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'a***@e***' },
  })
  const user = await people.lookUp('ann')
  assert.equal(user.status, 'UNCONFIRMED')
  assert.equal(user.sub, answer.UserSub)
  assert.equal(user.email_verified, undefined)

  const code = await people.codeTo('ann@example.com')
  assert.match(code, /^\d{6}$/)
  const [message] = people.messagesTo('ann@example.com')
  assert.equal(message!.subject, 'Your verification code')
  assert.ok(message!.body.includes(`Your verification code is ${code}. `.trim()))
  await assert.rejects(people.signIn('ann'), { name: 'UserNotConfirmedException', message: 'User is not confirmed.' })
})

test('the phone is preferred where both addresses are verified', async () => {
  const people = await scene(server, { pool: { AutoVerifiedAttributes: ['email', 'phone_number'] } })
  const both = await people.signUp('both', { email: 'both@example.com', phone_number: '+15555550123' })
  assert.deepEqual(both.CodeDeliveryDetails, {
    AttributeName: 'phone_number',
    DeliveryMedium: 'SMS',
    Destination: '+*******0123',
  })
  await people.codeTo('+15555550123')
  assert.equal(people.messagesTo('both@example.com').length, 0)
  const mail = await people.signUp('mail', { email: 'mail@example.com' })
  assert.equal(mail.CodeDeliveryDetails!.DeliveryMedium, 'EMAIL')
})

test('no code is sent where nothing is verified or no address is there', async () => {
  const unverified = await scene(server, { pool: { AutoVerifiedAttributes: [] } })
  const { $metadata, ...first } = await unverified.signUp('ann', { email: 'silent@example.com' })
  assert.deepEqual(first, { UserConfirmed: false, UserSub: first.UserSub })
  const people = await scene(server)
  const second = await people.signUp('bob')
  assert.equal(second.CodeDeliveryDetails, undefined)
  assert.equal(second.UserConfirmed, false)
  assert.equal(unverified.messagesTo('silent@example.com').length, 0)
})

test('a taken name is reported, whether or not the client hides who exists', async () => {
  const people = await scene(server)
  const hiding = await people.addClient({ PreventUserExistenceErrors: 'ENABLED' })
  await people.signUp('taken')
  const taken = { name: 'UsernameExistsException', message: 'User already exists' }
  await assert.rejects(people.signUp('taken'), taken)
  await assert.rejects(people.signUp('taken', {}, hiding), taken)

  const byEmail = await scene(server, { pool: { UsernameAttributes: ['email'] } })
  await byEmail.signUp('ann@example.com')
  await assert.rejects(byEmail.signUp('ann@example.com'), {
    name: 'UsernameExistsException',
    message: 'An account with the given email already exists.',
  })
})

test('an alias that is taken comes to light at the confirmation only', async () => {
  const people = await scene(server, { pool: { AliasAttributes: ['email'] } })
  await people.confirmed('first', 'jie@example.com')
  const { CodeDeliveryDetails } = await people.signUp('second', { email: 'jie@example.com' })
  assert.equal(CodeDeliveryDetails!.Destination, 'j***@e***')
})

test('of ten equal sign-ups at once, one makes the user and one code', async () => {
  const people = await scene(server)
  const results = await Promise.allSettled(
    Array.from({ length: 10 }, () => people.signUp('racer', { email: 'racer@example.com' })),
  )
  const made = results.filter((result) => result.status === 'fulfilled')
  assert.equal(made.length, 1)
  for (const result of results)
    if (result.status === 'rejected') assert.equal(result.reason.name, 'UsernameExistsException')
  assert.equal((await people.lookUp('racer')).sub, made[0]!.value.UserSub)
  assert.equal(people.messagesTo('racer@example.com').length, 1)
})

test('a pool may keep sign-up to its administrators', async () => {
  const people = await scene(server, { pool: { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } } })
  await assert.rejects(people.signUp('ann'), {
    name: 'NotAuthorizedException',
    message: 'SignUp is not permitted for this user pool',
  })
})

test('a client with a secret signs people up with its hash alone', async () => {
  const people = await scene(server, { client: { GenerateSecret: true } })
  const { ClientId } = people
  const signUp = (SecretHash?: string) => cognito.signUp({ ClientId, Username: 'ann', Password: password, SecretHash })
  await assert.rejects(signUp(), {
    name: 'NotAuthorizedException',
    message: `Client ${ClientId} is configured with secret but SECRET_HASH was not received`,
  })
  await assert.rejects(signUp(people.hashFor('bob')), {
    name: 'NotAuthorizedException',
    message: `SecretHash does not match for the client: ${ClientId}`,
  })
  await signUp(people.hashFor('ann'))
  const without = { ClientId, Username: 'ann' }
  const refused = { name: 'NotAuthorizedException', message: /SECRET_HASH was not received/ }
  await assert.rejects(cognito.confirmSignUp({ ...without, ConfirmationCode: '000000' }), refused)
  await assert.rejects(cognito.resendConfirmationCode(without), refused)
  await assert.rejects(cognito.forgotPassword(without), refused)
  await assert.rejects(
    cognito.confirmForgotPassword({ ...without, ConfirmationCode: '000000', Password: password }),
    refused,
  )
})

test('an unknown client is refused', async () => {
  await assert.rejects(cognito.signUp({ ClientId: 'nobody', Username: 'ann', Password: password }), {
    name: 'ResourceNotFoundException',
    message: 'User pool client nobody does not exist.',
  })
})

test('a password that breaks the policy is refused in the words of sign-up', async () => {
  const people = await scene(server)
  const signUp = (Password?: string) => cognito.signUp({ ClientId: people.ClientId, Username: 'weak', Password })
  await assert.rejects(signUp('Short-1'), {
    name: 'InvalidPasswordException',
    message: 'Password did not conform with policy: Password not long enough',
  })
  await assert.rejects(signUp('no-uppercase-1'), {
    name: 'InvalidPasswordException',
    message: 'Password did not conform with policy: Password must have uppercase characters',
  })
  await assert.rejects(signUp(), { name: 'InvalidParameterException', message: /at 'password'/ })
  await assert.rejects(people.lookUp('weak'), { name: 'UserNotFoundException' })
})

test('attributes must be in the schema, of the right form, complete and open to the client', async () => {
  const people = await scene(server, {
    pool: { Schema: [{ Name: 'family_name', Required: true, Mutable: true }] },
    client: { WriteAttributes: ['email', 'family_name'] },
  })
  const family_name = 'Smith'
  await assert.rejects(people.signUp('ann', { email: 'a@example.com' }), {
    name: 'InvalidParameterException',
    message: 'Attributes did not conform to the schema: family_name: The attribute is required\n',
  })
  await assert.rejects(people.signUp('ann', { family_name, 'custom:a': '1' }), {
    name: 'InvalidParameterException',
    message: 'Attributes did not conform to the schema: custom:a: Attribute does not exist in the schema.\n',
  })
  await assert.rejects(people.signUp('ann', { family_name, email: 'nonsense' }), {
    name: 'InvalidParameterException',
    message: 'Invalid email address format.',
  })
  for (const [name, value] of Object.entries({ given_name: 'Ann', email_verified: 'true' }))
    await assert.rejects(people.signUp('ann', { family_name, [name]: value }), {
      name: 'NotAuthorizedException',
      message: 'A client attempted to write unauthorized attribute',
    })
  await people.signUp('ann', { family_name, email: 'a@example.com' })
})

test('names keep to the form that the pool asks for', async () => {
  const byAlias = await scene(server, { pool: { AliasAttributes: ['email', 'preferred_username'] } })
  await assert.rejects(byAlias.signUp('ann@example.com'), {
    name: 'InvalidParameterException',
    message: 'Username cannot be of email format, since user pool is configured for email alias.',
  })
  await assert.rejects(byAlias.signUp('ann', { preferred_username: 'annie' }), { name: 'InvalidParameterException' })
  const byEmail = await scene(server, { pool: { UsernameAttributes: ['email'] } })
  await assert.rejects(byEmail.signUp('ann'), {
    name: 'InvalidParameterException',
    message: 'Username should be an email.',
  })
})

test('an address as username becomes an attribute, and the username the sub', async () => {
  const people = await scene(server, {
    pool: { UsernameAttributes: ['email'], UsernameConfiguration: { CaseSensitive: false } },
  })
  const { UserSub } = await people.signUp('Ann@Example.com')
  const code = await people.codeTo('ann@example.com')
  await people.confirm('ANN@example.com', code)
  const user = await people.lookUp('ann@example.com')
  assert.deepEqual(
    [user.username, user.email, user.email_verified, user.status],
    [UserSub, 'ann@example.com', 'true', 'CONFIRMED'],
  )
  await people.signIn('ann@EXAMPLE.com')
})

test('a password may be left out only where people sign in by a code to a verified address', async () => {
  const options = {
    pool: { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } } },
    client: { ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] },
  } as const
  const people = await scene(server, options as never)
  const signUp = (Username: string, values: Record<string, string>, ClientId = people.ClientId) =>
    cognito.signUp({ ClientId, Username, UserAttributes: attributes(values) })
  const refused = { name: 'InvalidParameterException' }
  await assert.rejects(signUp('ann', {}), refused)
  await assert.rejects(signUp('ann', { phone_number: '+15555550123' }), refused)
  const other = await people.addClient()
  await assert.rejects(signUp('ann', { email: 'a@example.com' }, other.ClientId), refused)
  await signUp('ann', { email: 'a@example.com' })
  assert.equal((await people.lookUp('ann')).status, 'UNCONFIRMED')
})

test('a sign-up goes by what the pool says now, whatever this node remembers of it', async () => {
  const people = await scene(server)
  await people.signUp('first', { email: 'first@example.com' })
  // As another node writes it, which tells nobody.
  const change = (AllowAdminCreateUserOnly: boolean) =>
    server.ctx.db
      .updateTable('pools')
      .set((eb) => ({
        revision: eb('revision', '+', 1),
        settings: sql`settings || ${{ AdminCreateUserConfig: { AllowAdminCreateUserOnly } }}::jsonb`,
      }))
      .where('id', '=', people.UserPoolId)
      .execute()
  await change(true)
  await assert.rejects(people.signUp('second', { email: 'second@example.com' }), {
    name: 'NotAuthorizedException',
    message: 'SignUp is not permitted for this user pool',
  })
  await assert.rejects(people.lookUp('second'), { name: 'UserNotFoundException' })
  assert.equal(people.messagesTo('second@example.com').length, 0)
  await change(false)
  await people.signUp('second', { email: 'second@example.com' })
  await people.codeTo('second@example.com')

  await cognito.deleteUserPoolClient({ UserPoolId: people.UserPoolId, ClientId: people.ClientId })
  await assert.rejects(people.signUp('third', { email: 'third@example.com' }), { name: 'ResourceNotFoundException' })
})

test('a sign-up costs one statement', async () => {
  const people = await scene(server)
  await people.signUp('first', { email: 'first@example.com' })
  const input = { ClientId: people.ClientId, Username: 'second', Password: password }
  const given = { ...input, UserAttributes: attributes({ email: 'second@example.com' }) }
  assert.equal(await countStatements(server, (ctx) => signUp(given as never, ctx), given.ClientId), 1)
  await people.codeTo('second@example.com')
})

test('of sixty sign-ups at once each is sent one code', async () => {
  const people = await scene(server)
  const names = Array.from({ length: 60 }, (_, number) => `crowd-${number}`)
  await Promise.all(names.map((name) => patiently(() => people.signUp(name, { email: `${name}@example.com` }))))
  for (const name of names) {
    await people.confirm(name, await people.codeTo(`${name}@example.com`))
    assert.equal(people.messagesTo(`${name}@example.com`).length, 1)
  }
})

/** On a busy machine sixty hashes take longer than any of them may wait; whoever is told so comes again. */
async function patiently<T>(call: () => Promise<T>): Promise<T> {
  for (let left = 20; ; left--)
    try {
      return await call()
    } catch (error) {
      if ((error as Error).name !== 'TooManyRequestsException' || left === 0) throw error
    }
}
