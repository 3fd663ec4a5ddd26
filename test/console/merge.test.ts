import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  type ClientType,
  clientUpdate,
  type PoolType,
  poolUpdate,
  sentClientMembers,
  sentPoolMembers,
  unsentPoolMembers,
} from '../../console/api/merge.ts'
import model from '../../src/model/service.json' with { type: 'json' }
import { startTestServer, type TestServer } from '../support/server.ts'

let server: TestServer

before(async () => {
  server = await startTestServer()
})
after(() => server.close())

// Bytes and times are none of what is sent along.
const asWire = (value: unknown) => JSON.parse(JSON.stringify(value))

const membersOf = (shape: keyof typeof model.shapes) =>
  Object.keys((model.shapes[shape] as { members: object }).members).sort()

test('every member that an update can have is either sent along or known to be kept', () => {
  const ofPool = ['UserPoolId', 'PoolName', ...sentPoolMembers, ...unsentPoolMembers].sort()
  assert.deepEqual(ofPool, membersOf('UpdateUserPoolRequest'))
  assert.deepEqual(['UserPoolId', 'ClientId', ...sentClientMembers].sort(), membersOf('UpdateUserPoolClientRequest'))
})

test('a change of a pool’s name resets nothing else of a pool that uses every setting', async () => {
  const { cognito } = server
  const lambda = 'arn:aws:lambda:us-east-1:000000000000:function:hello'
  const { UserPool } = await cognito.createUserPool({
    PoolName: 'before',
    Policies: {
      PasswordPolicy: { MinimumLength: 20, PasswordHistorySize: 3, TemporaryPasswordValidityDays: 3 },
      SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN', 'EMAIL_OTP'] },
    },
    DeletionProtection: 'ACTIVE',
    LambdaConfig: { PreSignUp: lambda, PreTokenGenerationConfig: { LambdaArn: lambda, LambdaVersion: 'V2_0' } },
    AutoVerifiedAttributes: ['email'],
    UsernameAttributes: ['email'],
    VerificationMessageTemplate: {
      DefaultEmailOption: 'CONFIRM_WITH_LINK',
      EmailMessage: 'code {####}',
      EmailSubject: 'subject',
      EmailMessageByLink: 'link {##here##}',
      EmailSubjectByLink: 'by link',
      SmsMessage: 'sms {####}',
    },
    SmsAuthenticationMessage: 'mfa {####}',
    SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::000000000000:role/sns', ExternalId: 'x', SnsRegion: 'us-east-1' },
    UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
    DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true },
    EmailConfiguration: { ReplyToEmailAddress: 'help@example.com' },
    UserPoolTags: { team: 'shop' },
    AdminCreateUserConfig: {
      AllowAdminCreateUserOnly: true,
      InviteMessageTemplate: {
        EmailMessage: '{username} {####}',
        EmailSubject: 'come',
        SMSMessage: '{username} {####}',
      },
    },
    UserPoolAddOns: { AdvancedSecurityMode: 'AUDIT' },
    AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'admin_only', Priority: 1 }] },
    UserPoolTier: 'PLUS',
  })
  const UserPoolId = UserPool!.Id!
  // A second factor that is not SMS, which the mention of an SMS configuration would turn on.
  await cognito.setUserPoolMfaConfig({
    UserPoolId,
    MfaConfiguration: 'OPTIONAL',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  })
  const readAll = async () => {
    const { UserPool: pool } = await cognito.describeUserPool({ UserPoolId })
    const { $metadata: _, ...mfa } = await cognito.getUserPoolMfaConfig({ UserPoolId })
    return { ...pool, mfa, LastModifiedDate: undefined }
  }

  const before = await readAll()
  await cognito.updateUserPool(poolUpdate(asWire(before) as PoolType, { PoolName: 'after' }))
  assert.deepEqual(await readAll(), { ...before, Name: 'after' })
})

test('a change of a client’s name resets nothing else of a client that uses every setting', async () => {
  const { cognito } = server
  const { UserPool } = await cognito.createUserPool({ PoolName: 'clients' })
  const UserPoolId = UserPool!.Id!
  const { UserPoolClient } = await cognito.createUserPoolClient({
    UserPoolId,
    ClientName: 'before',
    GenerateSecret: true,
    RefreshTokenValidity: 3,
    AccessTokenValidity: 20,
    IdTokenValidity: 25,
    TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'days' },
    ReadAttributes: ['email', 'name'],
    WriteAttributes: ['email'],
    ExplicitAuthFlows: ['ALLOW_USER_AUTH'],
    SupportedIdentityProviders: ['COGNITO'],
    CallbackURLs: ['https://example.com/a', 'https://example.com/b'],
    LogoutURLs: ['https://example.com/'],
    DefaultRedirectURI: 'https://example.com/b',
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid', 'email'],
    AllowedOAuthFlowsUserPoolClient: true,
    PreventUserExistenceErrors: 'ENABLED',
    EnableTokenRevocation: false,
    EnablePropagateAdditionalUserContextData: true,
    AuthSessionValidity: 7,
    RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 10 },
  })
  const { ClientId } = UserPoolClient!
  const readAll = async () => {
    const { UserPoolClient: client } = await cognito.describeUserPoolClient({ UserPoolId, ClientId })
    return { ...client, LastModifiedDate: undefined }
  }
  const before = await readAll()
  await cognito.updateUserPoolClient(clientUpdate(asWire(before) as ClientType, { ClientName: 'after' }))
  assert.deepEqual(await readAll(), { ...before, ClientName: 'after' })
})
