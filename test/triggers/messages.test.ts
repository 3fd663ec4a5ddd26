import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import {
  buildClient,
  CommitmentPolicy,
  RawAesKeyringNode,
  RawAesWrappingSuiteIdentifier,
} from '@aws-crypto/client-node'
import { arnOf, type Event } from './lambda-endpoint.ts'
import { envelope, password, startScene, type TriggerScene } from './scene.ts'

const keyArn = 'arn:aws:kms:us-east-1:000000000000:key/codes'
const key = randomBytes(32)
const otherKeyArn = 'arn:aws:kms:us-east-1:000000000000:key/unknown'

let scene: TriggerScene

before(async () => {
  scene = await startScene({ senderKeys: { [keyArn]: key }, kmsEndpoint: 'http://127.0.0.1:9' })
})
after(() => scene.close())

const LambdaVersion = 'V1_0'
const senders = {
  KMSKeyID: keyArn,
  CustomEmailSender: { LambdaArn: arnOf('sender'), LambdaVersion },
  CustomSMSSender: { LambdaArn: arnOf('sender'), LambdaVersion },
} as const

/** As the function of a team would, with the key that the operator shares with it. */
async function decrypt(code: string): Promise<string> {
  const keyring = new RawAesKeyringNode({
    keyName: keyArn,
    keyNamespace: 'poolhouse',
    unencryptedMasterKey: Uint8Array.from(key),
    wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
  })
  const client = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT)
  const { plaintext } = await client.decrypt(keyring, Buffer.from(code, 'base64'))
  return plaintext.toString()
}

async function arrived(source: string, UserPoolId: string): Promise<Event> {
  for (let waited = 0; waited < 5000; waited += 20) {
    const event = scene.lambda.events(source).findLast(({ userPoolId }) => userPoolId === UserPoolId)
    if (event) return event
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`No ${source} came`)
}

const ann = { Username: 'ann', UserAttributes: [{ Name: 'email', Value: 'ann@example.com' }] }
const annIs = (status: string, sub: string | undefined, more = {}) => ({
  sub,
  'cognito:user_status': status,
  email: 'ann@example.com',
  ...more,
})

test('CustomMessage words every message, knowing all but the code', async () => {
  const { cognito, lambda } = scene
  const pool = await scene.pool({ CustomMessage: arnOf('words') }, { AutoVerifiedAttributes: ['email'] })
  const { ClientId, UserPoolId } = pool
  lambda.functions.words = (event: Event) => {
    const { codeParameter, usernameParameter } = event.request
    const text = `${event.triggerSource}: ${codeParameter} ${usernameParameter ?? ''}`
    event.response = { emailMessage: `<b>${text}</b>`, emailSubject: `From ${event.triggerSource}`, smsMessage: text }
    return event
  }
  const ClientMetadata = { locale: 'fr' }
  const { UserSub } = await cognito.signUp({ ClientId, ...ann, Password: password, ClientMetadata })
  const placeholders = { codeParameter: '{####}', linkParameter: '{##Click Here##}', usernameParameter: null }
  assert.deepEqual(lambda.calls.at(-1)!.event, {
    ...envelope('CustomMessage_SignUp', { ...pool, userName: 'ann' }),
    request: { userAttributes: annIs('UNCONFIRMED', UserSub), ...placeholders, clientMetadata: ClientMetadata },
    response: { smsMessage: null, emailMessage: null, emailSubject: null },
  })
  const message = await scene.message({ to: 'ann@example.com', subject: 'From CustomMessage_SignUp' })
  assert.equal(message.body, `<b>CustomMessage_SignUp: ${message.code} </b>`)

  await cognito.resendConfirmationCode({ ClientId, Username: 'ann', ClientMetadata })
  const resent = await scene.message({ userPoolId: UserPoolId, subject: 'From CustomMessage_ResendCode' })
  await cognito.confirmSignUp({ ClientId, Username: 'ann', ConfirmationCode: resent.code })
  await cognito.forgotPassword({ ClientId, Username: 'ann', ClientMetadata })
  assert.deepEqual(lambda.calls.at(-1)!.event.request, {
    userAttributes: annIs('CONFIRMED', UserSub, { email_verified: 'true' }),
    ...placeholders,
    clientMetadata: ClientMetadata,
  })
  await cognito.adminResetUserPassword({ UserPoolId, Username: 'ann', ClientMetadata })
  const reset = lambda.calls.at(-1)!.event
  assert.equal(reset.triggerSource, 'CustomMessage_ForgotPassword')
  assert.equal(reset.callerContext.clientId, 'CLIENT_ID_NOT_APPLICABLE')
})

test('a subject over 140 characters is refused, and nobody is signed up', async () => {
  const { cognito, lambda } = scene
  const pool = await scene.pool({ CustomMessage: arnOf('subject') }, { AutoVerifiedAttributes: ['email'] })
  let length = 141
  lambda.functions.subject = (event: Event) => ({
    ...event,
    response: { emailSubject: 'x'.repeat(length), emailMessage: event.request.codeParameter },
  })
  const signUp = () => cognito.signUp({ ClientId: pool.ClientId, ...ann, Password: password })
  await assert.rejects(signUp(), { name: 'InvalidLambdaResponseException' })
  length = 140
  await signUp()
  assert.equal((await scene.message({ userPoolId: pool.UserPoolId, to: 'ann@example.com' })).subject.length, 140)
})

test('an invitation is worded too, for SMS and mail at once, with a placeholder for the name', async () => {
  const { cognito, lambda } = scene
  const { UserPoolId } = await scene.pool({ CustomMessage: arnOf('invite') })
  lambda.functions.invite = (event: Event) => {
    const { codeParameter, usernameParameter } = event.request
    const text = `Hello ${usernameParameter}, ${codeParameter}`
    return { ...event, response: { emailMessage: text, smsMessage: text } }
  }
  const before = lambda.calls.length
  await cognito.adminCreateUser({
    UserPoolId,
    Username: 'bob',
    TemporaryPassword: password,
    DesiredDeliveryMediums: ['EMAIL', 'SMS'],
    UserAttributes: [
      { Name: 'email', Value: 'bob@example.com' },
      { Name: 'phone_number', Value: '+12065550100' },
    ],
  })
  assert.equal(lambda.calls.length, before + 1)
  assert.equal(lambda.calls.at(-1)!.event.request.usernameParameter, '{username}')
  for (const to of ['bob@example.com', '+12065550100'])
    assert.equal((await scene.message({ to, userPoolId: UserPoolId })).body, `Hello bob, ${password}`)
})

test('attributes that change are worded with the address that they are going to have', async () => {
  const { cognito, lambda } = scene
  const pool = await scene.pool({ CustomMessage: arnOf('change') }, { AutoVerifiedAttributes: ['email'] })
  const { ClientId, UserPoolId } = pool
  lambda.functions.change = (event) => event
  await cognito.adminCreateUser({ UserPoolId, ...ann, MessageAction: 'SUPPRESS' })
  await cognito.adminSetUserPassword({ UserPoolId, Username: 'ann', Password: password, Permanent: true })
  const { AuthenticationResult } = await cognito.initiateAuth({
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ann', PASSWORD: password },
  })
  const { AccessToken } = AuthenticationResult!
  const ClientMetadata = { locale: 'fr' }
  const UserAttributes = [{ Name: 'email', Value: 'new@example.com' }]
  await cognito.updateUserAttributes({ AccessToken, UserAttributes, ClientMetadata })
  const update = lambda.calls.at(-1)!.event
  assert.equal(update.triggerSource, 'CustomMessage_UpdateUserAttribute')
  assert.equal(update.callerContext.clientId, ClientId)
  assert.equal(update.request.userAttributes.email, 'new@example.com')
  assert.deepEqual(update.request.clientMetadata, ClientMetadata)

  await cognito.getUserAttributeVerificationCode({ AccessToken, AttributeName: 'email', ClientMetadata })
  assert.equal(lambda.calls.at(-1)!.event.triggerSource, 'CustomMessage_VerifyUserAttribute')
  const others = [{ Name: 'email', Value: 'third@example.com' }]
  await cognito.adminUpdateUserAttributes({ UserPoolId, Username: 'ann', UserAttributes: others, ClientMetadata })
  const byAdmin = lambda.calls.at(-1)!.event
  assert.equal(byAdmin.triggerSource, 'CustomMessage_UpdateUserAttribute')
  assert.equal(byAdmin.request.userAttributes.email, 'third@example.com')

  const count = lambda.calls.length
  await cognito.updateUserAttributes({ AccessToken, UserAttributes: [{ Name: 'name', Value: 'Ann' }] })
  assert.equal(lambda.calls.length, count)
})

test('a message without its code, or too long, is refused before there is a code', async () => {
  const { cognito, lambda } = scene
  const { ClientId, UserPoolId } = await scene.pool(
    { CustomMessage: arnOf('wrong') },
    { AutoVerifiedAttributes: ['email'] },
  )
  for (const emailMessage of ['No code here', `{####}${'x'.repeat(20_000)}`, { text: '{####}' }]) {
    lambda.functions.wrong = (event) => ({ ...event, response: { emailMessage } })
    const asked = cognito.signUp({ ClientId, ...ann, Password: password })
    await assert.rejects(asked, { name: 'InvalidLambdaResponseException' })
  }
  assert.equal((await cognito.listUsers({ UserPoolId })).Users!.length, 0)
  lambda.functions.wrong = (event) => ({ ...event, response: { smsMessage: 'Not the medium of this message' } })
  await cognito.signUp({ ClientId, ...ann, Password: password })
  await assert.rejects(
    (() => {
      lambda.functions.wrong = () => {
        throw new Error('No words')
      }
      return cognito.resendConfirmationCode({ ClientId, Username: 'ann' })
    })(),
    { name: 'UserLambdaValidationException', message: 'CustomMessage failed with error No words.' },
  )
})

test('a custom sender gets the code encrypted, in the place of any message, and nobody waits for it', async () => {
  const { cognito, lambda } = scene
  const pool = await scene.pool({ ...senders, CustomMessage: arnOf('unused') }, { AutoVerifiedAttributes: ['email'] })
  const { ClientId, UserPoolId } = pool
  const answered = Promise.withResolvers<null>()
  lambda.functions.sender = () => answered.promise
  const started = Date.now()
  const ClientMetadata = { locale: 'fr' }
  const signedUp = await cognito.signUp({ ClientId, ...ann, Password: password, ClientMetadata })
  assert.ok(Date.now() - started < 4000)
  answered.resolve(null)
  assert.equal(signedUp.CodeDeliveryDetails!.Destination, 'a***@e***')
  const event = await arrived('CustomEmailSender_SignUp', UserPoolId)
  const { code } = event.request
  assert.deepEqual(event, {
    ...envelope('CustomEmailSender_SignUp', { ...pool, userName: 'ann' }),
    request: {
      type: 'customEmailSenderRequestV1',
      code,
      clientMetadata: ClientMetadata,
      userAttributes: annIs('UNCONFIRMED', signedUp.UserSub),
    },
    response: {},
  })
  await cognito.confirmSignUp({ ClientId, Username: 'ann', ConfirmationCode: await decrypt(code) })

  assert.equal(lambda.events('CustomMessage_SignUp').filter(({ userPoolId }) => userPoolId === UserPoolId).length, 0)
  assert.deepEqual(scene.ctx.inbox!.list({ userPoolId: UserPoolId }), [])
})

test('a temporary password goes by SMS to the sender of SMS', async () => {
  const { cognito, lambda } = scene
  const { UserPoolId } = await scene.pool(senders)
  lambda.functions.sender = () => null
  const { User } = await cognito.adminCreateUser({
    UserPoolId,
    Username: 'bob',
    TemporaryPassword: password,
    UserAttributes: [{ Name: 'phone_number', Value: '+12065550100' }],
    ClientMetadata: { not: 'sent along' },
  })
  const { request, ...rest } = await arrived('CustomSMSSender_AdminCreateUser', UserPoolId)
  assert.deepEqual(rest, {
    ...envelope('CustomSMSSender_AdminCreateUser', { UserPoolId, userName: 'bob' }),
    response: {},
  })
  assert.equal(await decrypt(request.code), password)
  assert.deepEqual(request, {
    type: 'customSMSSenderRequestV1',
    code: request.code,
    clientMetadata: null,
    userAttributes: {
      sub: User!.Attributes!.find(({ Name }) => Name === 'sub')!.Value,
      'cognito:user_status': 'FORCE_CHANGE_PASSWORD',
      phone_number: '+12065550100',
    },
  })
})

test('a sender that fails is called again, with the same code', async () => {
  const { cognito, lambda } = scene
  const { ClientId, UserPoolId } = await scene.pool(senders, { AutoVerifiedAttributes: ['email'] })
  let attempts = 0
  lambda.functions.sender = () => {
    if (++attempts === 1) throw new Error('Provider down')
    return null
  }
  await cognito.signUp({ ClientId, ...ann, Password: password })
  for (let waited = 0; attempts < 2 && waited < 5000; waited += 50) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    scene.clock.advance({ seconds: 1 })
  }
  const events = lambda.events('CustomEmailSender_SignUp').filter(({ userPoolId }) => userPoolId === UserPoolId)
  assert.equal(events.length, 2)
  const codes = await Promise.all(events.map(({ request }) => decrypt(request.code)))
  assert.equal(codes[0], codes[1])
})

test('a code whose key is nowhere to be had waits, and is never sent in the clear', async () => {
  const { cognito, lambda } = scene
  const { ClientId, UserPoolId } = await scene.pool(
    { ...senders, KMSKeyID: otherKeyArn },
    { AutoVerifiedAttributes: ['email'] },
  )
  lambda.functions.sender = () => null
  await cognito.signUp({ ClientId, ...ann, Password: password })
  const row = await settled(UserPoolId)
  assert.deepEqual([row.state, row.last_error], ['queued', 'the code could not be encrypted'])
  assert.equal(
    lambda.events('CustomEmailSender_SignUp').filter(({ userPoolId }) => userPoolId === UserPoolId).length,
    0,
  )
})

async function settled(poolId: string) {
  for (let waited = 0; waited < 10_000; waited += 50) {
    const query = scene.ctx.db.selectFrom('outbox').select(['state', 'last_error']).where('pool_id', '=', poolId)
    const row = await query.executeTakeFirst()
    if (row?.last_error) return row
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('The outbox did not try')
}

test('events show addresses that users can sign in with as aliases, and a new address as not verified', async () => {
  const { cognito, lambda } = scene
  lambda.functions.words = (event) => event
  const attributesOf = (pool: { UserPoolId: string }, source: string): Event =>
    lambda.events(source).findLast(({ userPoolId }) => userPoolId === pool.UserPoolId)!.request.userAttributes
  const verified = { email: 'ann@example.com', email_verified: 'true' }
  const toList = (attributes: Record<string, string>) =>
    Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }))

  const byAlias = await scene.pool(
    { CustomMessage: arnOf('words'), PostAuthentication: arnOf('words') },
    { AliasAttributes: ['email', 'phone_number'], AutoVerifiedAttributes: ['email'] },
  )
  await addUser(byAlias.UserPoolId, 'ann', { ...verified, phone_number: '+12065550100' })
  const { AuthenticationResult } = await signIn(byAlias.ClientId, 'ann')
  const signedIn = attributesOf(byAlias, 'PostAuthentication_Authentication')
  assert.equal(signedIn['cognito:email_alias'], 'ann@example.com')
  assert.equal('cognito:phone_number_alias' in signedIn, false)

  await cognito.updateUserAttributes({
    AccessToken: AuthenticationResult!.AccessToken!,
    UserAttributes: toList({ email: 'new@example.com' }),
  })
  const changing = attributesOf(byAlias, 'CustomMessage_UpdateUserAttribute')
  assert.deepEqual([changing.email, changing.email_verified], ['new@example.com', 'false'])
  assert.equal('cognito:email_alias' in changing, false)

  const byAddress = await scene.pool({ PostAuthentication: arnOf('words') }, { UsernameAttributes: ['email'] })
  await addUser(byAddress.UserPoolId, 'ann@example.com', {})
  await signIn(byAddress.ClientId, 'ann@example.com')
  const ofAddress = attributesOf(byAddress, 'PostAuthentication_Authentication')
  assert.equal(ofAddress['cognito:email_alias'], 'ann@example.com')

  const plain = await scene.pool({ PostAuthentication: arnOf('words') })
  await addUser(plain.UserPoolId, 'ann', verified)
  await signIn(plain.ClientId, 'ann')
  const ofPlain = attributesOf(plain, 'PostAuthentication_Authentication')
  assert.equal('cognito:email_alias' in ofPlain, false)

  async function addUser(UserPoolId: string, Username: string, attributes: Record<string, string>) {
    const UserAttributes = toList(attributes)
    await cognito.adminCreateUser({ UserPoolId, Username, UserAttributes, MessageAction: 'SUPPRESS' })
    await cognito.adminSetUserPassword({ UserPoolId, Username, Password: password, Permanent: true })
  }

  function signIn(ClientId: string, USERNAME: string) {
    const AuthParameters = { USERNAME, PASSWORD: password }
    return cognito.initiateAuth({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters })
  }
})
