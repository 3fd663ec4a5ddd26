import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type {
  CognitoIdentityProvider,
  InitiateAuthRequest,
  InitiateAuthResponse,
  RespondToAuthChallengeRequest,
} from '@aws-sdk/client-cognito-identity-provider'
import { challengePages } from '../../src/hosted/challenges/index.ts'
import { type StringShape, shapeNamed } from '../../src/model/model.ts'
import { alwaysRemembered, deviceScene } from '../devices/scene.ts'
import { newClient } from '../lib/srp-client.ts'
import { allFactors, mfaScene, sms } from '../mfa/scene.ts'
import { Authenticator } from '../passkeys/authenticator.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { arnOf, type Event, type LambdaEndpoint, lambdaKey, startLambda } from '../triggers/lambda-endpoint.ts'
import { rightPassword, signInScene, srpResponses } from './scene.ts'

let server: TestServer
let lambda: LambdaEndpoint

before(async () => {
  lambda = await startLambda()
  server = await startTestServer({ lambdaEndpoint: lambda.url, lambdaCredentials: lambdaKey })
})
after(async () => {
  await server?.close()
  await lambda?.close()
})

const { enum: everyName = [] } = shapeNamed('ChallengeNameType') as StringShape

/** The same walks by the operations of apps and by those of servers, which note what they are asked. */
for (const driver of ['app', 'server'] as const)
  test(`the operations of ${driver}s reach and answer every challenge`, async () => {
    const met = new Set<string>()
    const driven = { ...server, cognito: drivenBy(driver, server.cognito, met) }
    const walks = [passwords, codes, passkeys, newPassword, secondFactors, setUp, devices, functions]
    for (const walk of walks) assert.ok((await walk(driven)).AuthenticationResult, walk.name)
    if (driver === 'server') assert.ok((await passwordForServer(driven)).AuthenticationResult)
    const unmet = everyName.filter((name) => !met.has(name))
    assert.deepEqual(unmet, driver === 'server' ? [] : ['ADMIN_NO_SRP_AUTH'])
  })

test('every challenge that a page can lead to has one', () => {
  // The pages send passwords as they are, remember no devices, and leave functions' own questions to apps.
  const elsewhere = ['PASSWORD_SRP', 'PASSWORD_VERIFIER', 'DEVICE_SRP_AUTH', 'DEVICE_PASSWORD_VERIFIER']
  const notHere = new Set([...elsewhere, 'CUSTOM_CHALLENGE', 'ADMIN_NO_SRP_AUTH'])
  assert.deepEqual(Object.keys(challengePages).sort(), everyName.filter((name) => !notHere.has(name)).sort())
})

function drivenBy(driver: 'app' | 'server', cognito: CognitoIdentityProvider, met: Set<string>) {
  const noted = async (answer: Promise<InitiateAuthResponse>) => {
    const { ChallengeName } = await answer
    if (ChallengeName) met.add(ChallengeName)
    return answer
  }
  const poolOf = async (ClientId: string | undefined) => {
    const directory = server.ctx.db.selectFrom('client_directory').select('pool_id')
    return (await directory.where('client_id', '=', ClientId!).executeTakeFirstOrThrow()).pool_id
  }
  const calls = {
    app: {
      initiateAuth: (input: InitiateAuthRequest) => noted(cognito.initiateAuth(input)),
      respondToAuthChallenge: (input: RespondToAuthChallengeRequest) => noted(cognito.respondToAuthChallenge(input)),
    },
    server: {
      initiateAuth: async (input: InitiateAuthRequest) =>
        noted(
          cognito.adminInitiateAuth({
            ...input,
            AuthFlow: input.AuthFlow === 'USER_PASSWORD_AUTH' ? 'ADMIN_USER_PASSWORD_AUTH' : input.AuthFlow,
            UserPoolId: await poolOf(input.ClientId),
          }),
        ),
      respondToAuthChallenge: async (input: RespondToAuthChallengeRequest) =>
        noted(cognito.adminRespondToAuthChallenge({ ...input, UserPoolId: await poolOf(input.ClientId) })),
    },
  }[driver]
  return new Proxy(cognito, {
    get: (target, name) => Reflect.get(calls, name) ?? Reflect.get(target, name),
  })
}

type Walk = (server: TestServer) => Promise<InitiateAuthResponse>

const choice = (ClientId: string, USERNAME: string, parameters: Record<string, string> = {}) => ({
  ClientId,
  AuthFlow: 'USER_AUTH' as const,
  AuthParameters: { USERNAME, ...parameters },
})

const passwords: Walk = async (server) => {
  const scene = await mfaScene(server, { mfa: { MfaConfiguration: 'OFF' } })
  await scene.addUser('ann')
  for (const ANSWER of ['PASSWORD', 'PASSWORD_SRP']) {
    const asked = await server.cognito.initiateAuth(choice(scene.ClientId, 'ann'))
    assert.equal(asked.ChallengeName, 'SELECT_CHALLENGE')
    const chosen = await scene.answer('SELECT_CHALLENGE', asked.Session, 'ann', { ANSWER })
    if (ANSWER === 'PASSWORD') {
      const { AuthenticationResult } = await scene.answer(ANSWER, chosen.Session, 'ann', { PASSWORD: rightPassword })
      assert.ok(AuthenticationResult)
    } else {
      const srp = newClient(scene.UserPoolId.split('_')[1]!)
      const A = { SRP_A: srp.largeAValue.toString(16) }
      const verifier = await scene.answer(ANSWER, chosen.Session, 'ann', A)
      const claim = await srpResponses(srp, scene.UserPoolId, verifier, rightPassword)
      return scene.answer('PASSWORD_VERIFIER', verifier.Session, 'ann', claim)
    }
  }
  throw new Error('Not reached')
}

const codes: Walk = async (server) => {
  const pool = {
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP'] as 'PASSWORD'[] } },
    ...sms,
  }
  const scene = await mfaScene(server, { pool, mfa: { MfaConfiguration: 'OFF' } })
  const [email, phone_number] = ['ann@example.com', '+12065550170']
  await scene.addUser('ann', { attributes: { email, phone_number } })
  const mailed = await server.cognito.initiateAuth(choice(scene.ClientId, 'ann', { PREFERRED_CHALLENGE: 'EMAIL_OTP' }))
  const EMAIL_OTP_CODE = await scene.lastCode(email)
  assert.ok((await scene.answer('EMAIL_OTP', mailed.Session, 'ann', { EMAIL_OTP_CODE })).AuthenticationResult)
  const asked = await server.cognito.initiateAuth(choice(scene.ClientId, 'ann', { PREFERRED_CHALLENGE: 'SMS_OTP' }))
  return scene.answer('SMS_OTP', asked.Session, 'ann', { SMS_OTP_CODE: await scene.lastCode(phone_number) })
}

const passkeys: Walk = async (server) => {
  const pool = { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] as 'PASSWORD'[] } } }
  const WebAuthnConfiguration = { RelyingPartyId: 'example.com' }
  const scene = await mfaScene(server, { pool, mfa: { MfaConfiguration: 'OFF', WebAuthnConfiguration } })
  await scene.addUser('ann')
  const AccessToken = await scene.accessToken('ann')
  const authenticator = new Authenticator('https://app.example.com')
  const { CredentialCreationOptions } = await server.cognito.startWebAuthnRegistration({ AccessToken })
  const Credential = authenticator.create(CredentialCreationOptions as never) as object as Record<string, string>
  await server.cognito.completeWebAuthnRegistration({ AccessToken, Credential })
  const asked = await server.cognito.initiateAuth(choice(scene.ClientId, 'ann', { PREFERRED_CHALLENGE: 'WEB_AUTHN' }))
  const options = JSON.parse(asked.ChallengeParameters!.CREDENTIAL_REQUEST_OPTIONS!)
  const CREDENTIAL = JSON.stringify(authenticator.get(options))
  return scene.answer('WEB_AUTHN', asked.Session, 'ann', { CREDENTIAL })
}

const newPassword: Walk = async (server) => {
  const scene = await signInScene(server)
  await scene.addTemporaryUser('ann')
  const asked = await scene.byPassword('ann')
  return scene.answerNewPassword('ann', asked.Session!, { NEW_PASSWORD: 'Another-Horse-9' })
}

const secondFactors: Walk = async (server) => {
  const scene = await mfaScene(server)
  const phone_number = '+12065550171'
  await scene.addUser('ann', { attributes: { phone_number } })
  const secret = await scene.addApp(await scene.accessToken('ann'))
  const on = { Enabled: true }
  const factors = { SMSMfaSettings: on, SoftwareTokenMfaSettings: on }
  await server.cognito.adminSetUserMFAPreference({ UserPoolId: scene.UserPoolId, Username: 'ann', ...factors })
  const choose = async (ANSWER: string) => {
    const asked = await scene.byPassword('ann')
    return scene.answer('SELECT_MFA_TYPE', asked.Session, 'ann', { ANSWER })
  }
  const sent = await choose('SMS_MFA')
  const SMS_MFA_CODE = await scene.lastCode(phone_number)
  assert.ok((await scene.answer('SMS_MFA', sent.Session, 'ann', { SMS_MFA_CODE })).AuthenticationResult)
  const asked = await choose('SOFTWARE_TOKEN_MFA')
  const SOFTWARE_TOKEN_MFA_CODE = await scene.nextCode(secret)
  return scene.answer('SOFTWARE_TOKEN_MFA', asked.Session, 'ann', { SOFTWARE_TOKEN_MFA_CODE })
}

const setUp: Walk = async (server) => {
  const scene = await mfaScene(server, { mfa: { MfaConfiguration: 'ON', ...allFactors } })
  await scene.addUser('ann')
  const asked = await scene.byPassword('ann')
  const { SecretCode, Session } = await server.cognito.associateSoftwareToken({ Session: asked.Session })
  const UserCode = await scene.codeOf(SecretCode!)
  const verified = await server.cognito.verifySoftwareToken({ Session, UserCode })
  return scene.answer('MFA_SETUP', verified.Session, 'ann', {})
}

const devices: Walk = async (server) => {
  const scene = await deviceScene(server, alwaysRemembered)
  const { kept } = await scene.trustedUser('ann')
  const asked = await scene.signIn('ann', kept.key)
  return scene.prove('ann', asked.Session, kept)
}

const directed = {
  pool: {
    LambdaConfig: {
      DefineAuthChallenge: arnOf('define'),
      CreateAuthChallenge: arnOf('create'),
      VerifyAuthChallengeResponse: arnOf('verify'),
    },
  },
  client: { ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH', 'ALLOW_ADMIN_USER_PASSWORD_AUTH'] as 'ALLOW_CUSTOM_AUTH'[] },
  mfa: { MfaConfiguration: 'OFF' as const },
}

/** Asks for one thing, and is content with a right answer. */
function askFor(challengeName: string) {
  Object.assign(lambda.functions, {
    define(event: Event) {
      const issueTokens = event.request.session.some((one: Event) => one.challengeResult)
      return { ...event, response: { challengeName, issueTokens, failAuthentication: false } }
    },
    create: (event: Event) => ({
      ...event,
      response: { publicChallengeParameters: {}, privateChallengeParameters: { answer: 'right' } },
    }),
    verify: (event: Event) => ({ ...event, response: { answerCorrect: event.request.challengeAnswer === 'right' } }),
  })
}

const begin = (ClientId: string) => ({
  ClientId,
  AuthFlow: 'CUSTOM_AUTH' as const,
  AuthParameters: { USERNAME: 'ann' },
})

const functions: Walk = async (server) => {
  askFor('CUSTOM_CHALLENGE')
  const scene = await mfaScene(server, directed)
  await scene.addUser('ann')
  const asked = await server.cognito.initiateAuth(begin(scene.ClientId))
  return scene.answer('CUSTOM_CHALLENGE', asked.Session, 'ann', { ANSWER: 'right' })
}

const passwordForServer: Walk = async (driven) => {
  askFor('ADMIN_NO_SRP_AUTH')
  const scene = await mfaScene(driven, directed)
  await scene.addUser('ann')
  const { ClientId } = scene
  const asked = await driven.cognito.initiateAuth(begin(ClientId))
  const answer = (PASSWORD: string) => scene.answer('ADMIN_NO_SRP_AUTH', asked.Session, 'ann', { PASSWORD })
  await assert.rejects(answer('Wrong-Horse-9'), { name: 'NotAuthorizedException' })

  const { cognito } = server
  const given = { USERNAME: 'ann', PASSWORD: rightPassword }
  const byApp = { ClientId, ChallengeName: 'ADMIN_NO_SRP_AUTH' as const, Session: asked.Session }
  await assert.rejects(cognito.respondToAuthChallenge({ ...byApp, ChallengeResponses: given }), {
    name: 'InvalidParameterException',
  })
  const unanswerable = { name: 'InvalidLambdaResponseException' }
  await assert.rejects(cognito.initiateAuth(begin(ClientId)), unanswerable, 'an app has no way to answer')
  const plain = await scene.addClient({ ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'] })
  await assert.rejects(driven.cognito.initiateAuth(begin(plain.ClientId)), unanswerable)
  return answer(rightPassword)
}
