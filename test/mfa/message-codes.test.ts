import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { requireClient } from '../../src/pool/clients/client.ts'
import { answerChallenge, startSignIn } from '../../src/pool/sign-in/machine.ts'
import { askAgain, currentChallenge } from '../../src/pool/sign-in/pending-challenge.ts'
import { invalidSession, lockedOut, rightPassword, usedSession } from '../sign-in/scene.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { allFactors, choices, mfaScene, wrongCode } from './scene.ts'

let server: TestServer
let optional: Awaited<ReturnType<typeof mfaScene>>
let required: Awaited<ReturnType<typeof mfaScene>>

before(async () => {
  server = await startTestServer()
  optional = await mfaScene(server)
  required = await mfaScene(server, { mfa: { MfaConfiguration: 'ON', ...allFactors } })
})
after(() => server?.close())

const isVerified = async (UserPoolId: string, Username: string, attribute: string) => {
  const { UserAttributes } = await server.cognito.adminGetUser({ UserPoolId, Username })
  return UserAttributes!.find(({ Name }) => Name === `${attribute}_verified`)?.Value
}

const another = (code: string) => code.replace(/^./, (digit) => String((Number(digit) + 1) % 10))

for (const { challenge, setting, attribute, to, masked, response, proof } of [
  {
    challenge: 'SMS_MFA',
    setting: 'SMSMfaSettings',
    attribute: 'phone_number',
    to: '+12065550101',
    masked: '+*******0101',
    response: 'SMS_MFA_CODE',
    proof: 'sms',
  },
  {
    challenge: 'EMAIL_OTP',
    setting: 'EmailMfaSettings',
    attribute: 'email',
    to: 'ann@example.com',
    masked: 'a***@e***',
    response: 'EMAIL_OTP_CODE',
    proof: 'email_otp',
  },
] as const)
  test(`${challenge}: a code is sent, asked for, and proves the address`, async () => {
    await optional.addUser(`ann-${proof}`, { attributes: { [attribute]: to } })
    await optional.prefer(`ann-${proof}`, setting)
    const asked = await optional.byPassword(`ann-${proof}`)
    assert.equal(asked.ChallengeName, challenge)
    assert.deepEqual(asked.ChallengeParameters, {
      CODE_DELIVERY_DELIVERY_MEDIUM: challenge === 'SMS_MFA' ? 'SMS' : 'EMAIL',
      CODE_DELIVERY_DESTINATION: masked,
    })
    const message = await optional.lastMessage(to)
    assert.match(message.code!, /^\d{6}$/)
    assert.match(message.body, new RegExp(`Your authentication code is ${message.code}`))
    assert.notEqual(await isVerified(optional.UserPoolId, `ann-${proof}`, attribute), 'true')

    const answer = (code: string, session = asked.Session) =>
      optional.answer(challenge, session, `ann-${proof}`, { [response]: code })
    await assert.rejects(answer(another(message.code!)), wrongCode)
    await assert.rejects(optional.answer(challenge, asked.Session, `ann-${proof}`, {}), {
      name: 'InvalidParameterException',
      message: `Missing required parameter ${response}`,
    })
    await assert.rejects(
      optional.answer(challenge, asked.Session, 'somebody', { [response]: message.code! }),
      invalidSession,
    )

    // Asking once more sends another code, good for its own session alone.
    const again = await optional.byPassword(`ann-${proof}`)
    const second = await optional.lastCode(to)
    await assert.rejects(answer(message.code!, again.Session), wrongCode)
    await assert.rejects(answer(second), wrongCode)
    const { AuthenticationResult } = await answer(message.code!)
    const claims = JSON.parse(Buffer.from(AuthenticationResult!.IdToken!.split('.')[1]!, 'base64url').toString())
    assert.deepEqual(claims.amr, ['pwd', proof, 'mfa'])
    assert.equal(claims.acr, 'urn:cognito:loa:3')
    assert.equal(claims[`${attribute}_verified`], true)
    assert.equal(await isVerified(optional.UserPoolId, `ann-${proof}`, attribute), 'true')
    await assert.rejects(answer(message.code!), usedSession)
  })

test('the code ends with its session', async () => {
  await optional.addUser('slow', { attributes: { email: 'slow@example.com' } })
  await optional.prefer('slow', 'EmailMfaSettings')
  const { Session } = await optional.byPassword('slow')
  const code = await optional.lastCode('slow@example.com')
  server.clock.advance({ minutes: 3, seconds: 1 })
  await assert.rejects(optional.answer('EMAIL_OTP', Session, 'slow', { EMAIL_OTP_CODE: code }), {
    name: 'NotAuthorizedException',
    message: 'Invalid session for the user, session is expired.',
  })
})

test("a code to an address that is not the user's any more is worth nothing", async () => {
  await optional.addUser('moved', { attributes: { email: 'old@example.com' } })
  await optional.prefer('moved', 'EmailMfaSettings')
  const { Session } = await optional.byPassword('moved')
  const code = await optional.lastCode('old@example.com')
  await server.cognito.adminUpdateUserAttributes({
    UserPoolId: optional.UserPoolId,
    Username: 'moved',
    UserAttributes: [{ Name: 'email', Value: 'new@example.com' }],
  })
  await assert.rejects(optional.answer('EMAIL_OTP', Session, 'moved', { EMAIL_OTP_CODE: code }), invalidSession)
})

test('five wrong codes lock, over all sessions, and the right one waits', async () => {
  await optional.addUser('guess', { attributes: { email: 'guess@example.com' } })
  await optional.prefer('guess', 'EmailMfaSettings')
  const sessions = [await optional.byPassword('guess'), await optional.byPassword('guess')]
  const code = await optional.lastCode('guess@example.com', 2)
  const answer = (session: number, EMAIL_OTP_CODE: string) =>
    optional.answer('EMAIL_OTP', sessions[session]!.Session, 'guess', { EMAIL_OTP_CODE })
  const wrong = Array.from({ length: 40 }, (_, n) => answer(n % 2, another(code)))
  const results = await Promise.allSettled(wrong)
  const judged = results.filter((result) => result.status === 'rejected' && result.reason.name === wrongCode.name)
  assert.ok(judged.length >= 5 && judged.length < 10, `${judged.length} were judged`)
  await assert.rejects(answer(1, code), lockedOut)
  server.clock.advance({ seconds: 60 })
  assert.ok((await answer(1, code)).AuthenticationResult)
})

test('several factors and no preference are a choice', async () => {
  await optional.addUser('both', { attributes: { email: 'both@example.com', phone_number: '+12065550102' } })
  const settings = { SMSMfaSettings: { Enabled: true }, EmailMfaSettings: { Enabled: true } }
  await server.cognito.adminSetUserMFAPreference({ UserPoolId: optional.UserPoolId, Username: 'both', ...settings })
  const select = async (ANSWER: string) => {
    const asked = await optional.byPassword('both')
    assert.equal(asked.ChallengeName, 'SELECT_MFA_TYPE')
    assert.deepEqual(choices(asked, 'MFAS_CAN_CHOOSE'), ['SMS_MFA', 'EMAIL_OTP'])
    return optional.answer('SELECT_MFA_TYPE', asked.Session, 'both', { ANSWER })
  }
  await assert.rejects(select('SOFTWARE_TOKEN_MFA'), { name: 'InvalidParameterException' })
  await assert.rejects(select('PASSWORD'), { name: 'InvalidParameterException' })
  const bySms = await select('SMS_MFA')
  assert.equal(bySms.ChallengeName, 'SMS_MFA')
  const byMail = await select('EMAIL_MFA')
  assert.equal(byMail.ChallengeName, 'EMAIL_OTP')
  const sms = await optional.lastCode('+12065550102')
  assert.ok((await optional.answer('SMS_MFA', bySms.Session, 'both', { SMS_MFA_CODE: sms })).AuthenticationResult)
  const mail = await optional.lastCode('both@example.com')
  const done = await optional.answer('EMAIL_OTP', byMail.Session, 'both', { EMAIL_MFA_CODE: mail })
  assert.ok(done.AuthenticationResult)
})

test('a required second factor follows a new password, and none is skipped', async () => {
  await required.addTemporaryUser('fresh', { phone_number: '+12065550103' })
  const first = await required.byPassword('fresh')
  assert.equal(first.ChallengeName, 'NEW_PASSWORD_REQUIRED')
  await assert.rejects(required.answer('SMS_MFA', first.Session, 'fresh', { SMS_MFA_CODE: '123456' }), invalidSession)
  const next = await required.answerNewPassword('fresh', first.Session!, { NEW_PASSWORD: 'Another-Horse-9' })
  assert.equal(next.ChallengeName, 'SMS_MFA')
  assert.equal(next.AuthenticationResult, undefined)
  const code = await required.lastCode('+12065550103')
  assert.ok((await required.answer('SMS_MFA', next.Session, 'fresh', { SMS_MFA_CODE: code })).AuthenticationResult)
})

test('SRP is followed by the second factor as well', async () => {
  await required.addUser('srp', { attributes: { phone_number: '+12065550104' } })
  const { asked, responses } = await required.startSrp('srp')
  const next = await required.answer('PASSWORD_VERIFIER', asked.Session, 'srp', await responses(rightPassword))
  assert.equal(next.ChallengeName, 'SMS_MFA')
})

test('a wrong password is refused before anything is sent', async () => {
  await required.addUser('quiet', { attributes: { phone_number: '+12065550105' } })
  await assert.rejects(required.byPassword('quiet', 'Wrong-Horse-9'), { name: 'NotAuthorizedException' })
  await assert.rejects(
    Promise.race([server.message({ to: '+12065550105' }), new Promise((_, no) => setTimeout(() => no('none'), 200))]),
    (error) => error === 'none',
  )
})

test('e-mail can be set up in answer to the challenge, unless it is the recovery medium', async () => {
  const phone = await mfaScene(server, {
    mfa: { MfaConfiguration: 'ON', ...allFactors },
    pool: {
      AccountRecoverySetting: {
        RecoveryMechanisms: [
          { Name: 'verified_phone_number', Priority: 1 },
          { Name: 'verified_email', Priority: 2 },
        ],
      },
    },
  })
  await phone.addUser('new')
  const asked = await phone.byPassword('new')
  assert.equal(asked.ChallengeName, 'MFA_SETUP')
  assert.deepEqual(choices(asked, 'MFAS_CAN_SETUP'), ['EMAIL_OTP', 'SOFTWARE_TOKEN_MFA'])
  await assert.rejects(phone.answer('MFA_SETUP', asked.Session, 'new', { EMAIL: 'nonsense' }), {
    name: 'InvalidParameterException',
  })
  await assert.rejects(phone.answer('MFA_SETUP', asked.Session, 'new', { PHONE_NUMBER: '+12065550106' }), {
    name: 'SoftwareTokenMFANotFoundException',
  })
  const next = await phone.answer('MFA_SETUP', asked.Session, 'new', { EMAIL: 'new@example.com' })
  assert.equal(next.ChallengeName, 'EMAIL_OTP')
  const code = await phone.lastCode('new@example.com')
  assert.ok((await phone.answer('EMAIL_OTP', next.Session, 'new', { EMAIL_OTP_CODE: code })).AuthenticationResult)
  assert.equal(await isVerified(phone.UserPoolId, 'new', 'email'), 'true')

  await required.addUser('new')
  const other = await required.byPassword('new')
  assert.deepEqual(choices(other, 'MFAS_CAN_SETUP'), ['SMS_MFA', 'SOFTWARE_TOKEN_MFA'])
  await assert.rejects(required.answer('MFA_SETUP', other.Session, 'new', { EMAIL: 'x@example.com' }), {
    name: 'InvalidParameterException',
  })
})

test('who can give no second factor does not get in', async () => {
  const mail = await mfaScene(server, { mfa: { MfaConfiguration: 'ON', EmailMfaConfiguration: {} } })
  await mail.addUser('stuck', { attributes: { email: 'stuck@example.com' } })
  await assert.rejects(mail.byPassword('stuck'), { name: 'InvalidParameterException' })
  await mail.prefer('stuck', 'EmailMfaSettings')
  assert.equal((await mail.byPassword('stuck')).ChallengeName, 'EMAIL_OTP')
})

test('a page asks again, is shown the secret of an app, and takes its first code', async () => {
  const { ctx } = server
  const owner = { ...(await requireClient(ctx, required.ClientId)), driver: 'page' as const }
  const start = (USERNAME: string) =>
    startSignIn(ctx, { ...owner, flow: 'USER_PASSWORD_AUTH', parameters: { USERNAME, PASSWORD: rightPassword } })

  await required.addUser('page', { attributes: { phone_number: '+12065550107' } })
  const asked = await start('page')
  assert.ok(asked.kind === 'challenge' && asked.name === 'SMS_MFA')
  const first = await required.lastCode('+12065550107')
  const again = await askAgain(ctx, { ...owner, session: asked.session })
  assert.ok(again.kind === 'challenge' && again.name === 'SMS_MFA')
  const code = await required.lastCode('+12065550107')
  const answer = (session: string, SMS_MFA_CODE: string) =>
    answerChallenge(ctx, { ...owner, challengeName: 'SMS_MFA', session, responses: { SMS_MFA_CODE } })
  await assert.rejects(answer(asked.session, first), usedSession)
  assert.equal((await answer(again.session, code)).kind, 'done')

  await required.addUser('app')
  const setUp = await start('app')
  assert.ok(setUp.kind === 'challenge' && setUp.name === 'MFA_SETUP')
  const shown = await currentChallenge(ctx, { ...owner, session: setUp.session })
  const secret = shown!.parameters.SECRET_CODE!
  const verify = (SOFTWARE_TOKEN_MFA_CODE: string) =>
    answerChallenge(ctx, {
      ...owner,
      challengeName: 'MFA_SETUP',
      session: setUp.session,
      responses: { SOFTWARE_TOKEN_MFA_CODE },
    })
  await assert.rejects(verify('000000'), { name: 'CodeMismatchException' })
  const done = await verify(await required.codeOf(secret))
  assert.deepEqual(done.kind === 'done' && done.proven.factors.map(({ name }) => name), ['pwd', 'otp'])
  const next = await start('app')
  assert.ok(next.kind === 'challenge' && next.name === 'SOFTWARE_TOKEN_MFA')
  await assert.rejects(server.cognito.associateSoftwareToken({ Session: setUp.session }), usedSession)
})
