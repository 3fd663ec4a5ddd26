import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { CreateUserPoolCommandInput, SchemaAttributeType } from '@aws-sdk/client-cognito-identity-provider'
import { startTestServer } from '../support/server.ts'
import { call } from './call.ts'

const server = await startTestServer()
const { cognito } = server
after(() => server.close())

const sms = { SnsCallerArn: 'arn:aws:iam::000000000000:role/sms', ExternalId: 'x' }
const trigger = 'arn:aws:lambda:us-east-1:000000000000:function:hook'

async function describe(UserPoolId: string) {
  return (await cognito.describeUserPool({ UserPoolId })).UserPool!
}

const create = async (input: Partial<CreateUserPoolCommandInput>) =>
  (await cognito.createUserPool({ PoolName: 'p', ...input })).UserPool!

test('a pool made with a name alone has the published defaults, and nothing else', async () => {
  const { status, body } = await call(server, 'CreateUserPool', { PoolName: 'bare' })
  assert.equal(status, 200)
  const { Id, Arn, CreationDate, LastModifiedDate, SchemaAttributes, ...pool } = body.UserPool as Record<
    string,
    unknown
  >
  assert.match(Id as string, /^us-east-1_[0-9A-Za-z]{9}$/)
  assert.equal(Arn, `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${Id}`)
  assert.equal(typeof CreationDate, 'number')
  assert.equal(CreationDate, LastModifiedDate)
  assert.equal((SchemaAttributes as unknown[]).length, 20)
  assert.deepEqual(pool, {
    Name: 'bare',
    Policies: {
      PasswordPolicy: {
        MinimumLength: 8,
        RequireUppercase: true,
        RequireLowercase: true,
        RequireNumbers: true,
        RequireSymbols: true,
        TemporaryPasswordValidityDays: 7,
      },
      SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD'] },
    },
    DeletionProtection: 'INACTIVE',
    LambdaConfig: {},
    VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_CODE' },
    MfaConfiguration: 'OFF',
    EstimatedNumberOfUsers: 0,
    EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT' },
    UserPoolTags: {},
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: false, UnusedAccountValidityDays: 7 },
    AccountRecoverySetting: {
      RecoveryMechanisms: [
        { Priority: 1, Name: 'verified_email' },
        { Priority: 2, Name: 'verified_phone_number' },
      ],
    },
    UserPoolTier: 'ESSENTIALS',
    KeyConfiguration: { KeyType: 'AWS_OWNED_KEY' },
    IssuerConfiguration: { Type: 'ORIGINAL' },
    AcrConfiguration: {
      Level1: { AcrValue: 'urn:cognito:loa:1' },
      Level2: { AcrValue: 'urn:cognito:loa:2' },
      Level3: { AcrValue: 'urn:cognito:loa:3' },
      Level4: { AcrValue: 'urn:cognito:loa:4' },
    },
  })

  const described = await call(server, 'DescribeUserPool', { UserPoolId: Id })
  assert.deepEqual(described.body, body)
})

test('the standard attributes come in the published order, with their constraints as strings', async () => {
  const { SchemaAttributes } = await create({})
  const names = SchemaAttributes!.map((attribute) => attribute.Name)
  assert.equal(names[0], 'sub')
  assert.equal(names.at(-1), 'updated_at')
  const attribute = (name: string) => SchemaAttributes!.find((candidate) => candidate.Name === name)
  assert.deepEqual(attribute('sub'), {
    Name: 'sub',
    AttributeDataType: 'String',
    DeveloperOnlyAttribute: false,
    Mutable: false,
    Required: true,
    StringAttributeConstraints: { MinLength: '1', MaxLength: '2048' },
  })
  assert.deepEqual(attribute('birthdate')!.StringAttributeConstraints, { MinLength: '10', MaxLength: '10' })
  assert.deepEqual(attribute('updated_at')!.NumberAttributeConstraints, { MinValue: '0' })
  assert.equal(attribute('email_verified')!.AttributeDataType, 'Boolean')
  assert.equal(attribute('email_verified')!.StringAttributeConstraints, undefined)
})

test('a schema changes standard attributes and adds custom and developer-only ones', async () => {
  const { SchemaAttributes } = await create({
    Schema: [
      { Name: 'email', Required: true, Mutable: false },
      { Name: 'nickname', StringAttributeConstraints: { MinLength: '3' } },
      { Name: 'level', AttributeDataType: 'Number', NumberAttributeConstraints: { MinValue: '1', MaxValue: '9' } },
      { Name: 'free', AttributeDataType: 'String', NumberAttributeConstraints: { MinValue: '1' } },
      { Name: 'inner', AttributeDataType: 'DateTime', DeveloperOnlyAttribute: true, Mutable: false },
    ],
  })
  const attribute = (name: string) => SchemaAttributes!.find((candidate) => candidate.Name === name)!
  assert.equal(attribute('email').Required, true)
  assert.equal(attribute('email').Mutable, false)
  assert.deepEqual(attribute('nickname').StringAttributeConstraints, { MinLength: '3', MaxLength: '2048' })
  assert.deepEqual(attribute('custom:level'), {
    Name: 'custom:level',
    AttributeDataType: 'Number',
    DeveloperOnlyAttribute: false,
    Mutable: true,
    Required: false,
    NumberAttributeConstraints: { MinValue: '1', MaxValue: '9' },
  })
  assert.deepEqual(attribute('custom:free').StringAttributeConstraints, {})
  assert.equal(attribute('custom:free').NumberAttributeConstraints, undefined)
  assert.deepEqual(attribute('dev:custom:inner'), {
    Name: 'dev:custom:inner',
    AttributeDataType: 'DateTime',
    DeveloperOnlyAttribute: true,
    Mutable: false,
    Required: false,
  })
})

const badSchemas: [name: string, schema: SchemaAttributeType[], text: string][] = [
  [
    'a required custom attribute',
    [{ Name: 'a', AttributeDataType: 'String', Required: true }],
    'Required custom attributes are not supported currently.',
  ],
  [
    'a custom attribute without a type',
    [{ Name: 'a' }],
    'Invalid AttributeDataType input, consider using the provided AttributeDataType enum.',
  ],
  [
    'a standard attribute of another type',
    [{ Name: 'email', AttributeDataType: 'Number' }],
    'You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email',
  ],
  [
    'a standard attribute for developers only',
    [{ Name: 'email', DeveloperOnlyAttribute: true }],
    'You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email',
  ],
  [
    'a custom name given twice',
    [
      { Name: 'a', AttributeDataType: 'String' },
      { Name: 'a', AttributeDataType: 'Number' },
    ],
    'Duplicate custom attribute names custom:a are not allowed in a user pool schema.',
  ],
  [
    'a length that is no number',
    [{ Name: 'a', AttributeDataType: 'String', StringAttributeConstraints: { MaxLength: 'x' } }],
    'Invalid StringAttributeConstraints for schema attribute custom:a',
  ],
  [
    'a length beyond the longest value',
    [{ Name: 'a', AttributeDataType: 'String', StringAttributeConstraints: { MaxLength: '2049' } }],
    'user.custom:a: String attributes cannot have a length of more than 2048',
  ],
  [
    'lengths the wrong way round',
    [{ Name: 'a', AttributeDataType: 'String', StringAttributeConstraints: { MinLength: '9', MaxLength: '8' } }],
    "Attribute custom:a cannot have a max length shorter than it's min length",
  ],
  [
    'values the wrong way round',
    [{ Name: 'a', AttributeDataType: 'Number', NumberAttributeConstraints: { MinValue: '9', MaxValue: '8' } }],
    "Attribute custom:a cannot have a max value smaller than it's min value",
  ],
  [
    'a value that is no number',
    [{ Name: 'a', AttributeDataType: 'Number', NumberAttributeConstraints: { MinValue: '1e3' } }],
    'Invalid NumberAttributeConstraints for schema attribute custom:a',
  ],
  ['no name', [{ AttributeDataType: 'String' }], 'Attribute name is required in a user pool schema.'],
]

for (const [name, Schema, message] of badSchemas) {
  test(`a schema with ${name} is refused`, async () => {
    await assert.rejects(create({ Schema }), { name: 'InvalidParameterException', message })
  })
}

const bad: [name: string, input: Partial<CreateUserPoolCommandInput>, text: string][] = [
  [
    'aliases beside username attributes',
    { AliasAttributes: ['email'], UsernameAttributes: ['email'] },
    'Only one of the aliasAttributes or usernameAttributes can be set in a User pool.',
  ],
  [
    'a required preferred_username that is an alias',
    { AliasAttributes: ['preferred_username'], Schema: [{ Name: 'preferred_username', Required: true }] },
    'preferred_username cannot be both a required attribute and an alias attribute.',
  ],
  [
    'both settings for the life of temporary passwords',
    {
      Policies: { PasswordPolicy: { TemporaryPasswordValidityDays: 7 } },
      AdminCreateUserConfig: { UnusedAccountValidityDays: 7 },
    },
    'Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays',
  ],
  [
    'verification before an update of what is not verified',
    {
      AutoVerifiedAttributes: ['email'],
      SmsConfiguration: sms,
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email', 'phone_number'] },
    },
    'All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes',
  ],
  [
    'verified phone numbers without SMS',
    { AutoVerifiedAttributes: ['phone_number'] },
    'SMS configuration is required when phone_number is selected for auto verification',
  ],
  [
    'MFA without SMS',
    { MfaConfiguration: 'OPTIONAL' },
    'SMS configuration and Auto verification for phone_number are required when MFA is required/optional',
  ],
  [
    'no password among the first factors',
    { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['WEB_AUTHN'] } } },
    'Password should be configured as one of the allowed first auth factors.',
  ],
  [
    'TOTP as a first factor',
    { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'SOFTWARE_TOKEN'] } } },
    'SOFTWARE_TOKEN is not currently supported as a first auth factor.',
  ],
  [
    'SMS as a first factor without SMS',
    { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'SMS_OTP'] } } },
    'SMS_OTP can not be configured as AuthFactor as user pool is missing valid SMS configuration',
  ],
  [
    'one-time passwords as a first factor beside required MFA',
    {
      MfaConfiguration: 'ON',
      SmsConfiguration: sms,
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
    },
    'Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled',
  ],
  [
    'passkeys as a first factor beside required MFA',
    {
      MfaConfiguration: 'ON',
      SmsConfiguration: sms,
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
    },
    'WEB_AUTHN cannot be used as an auth factor when MFA is enabled if not configured for MFA.',
  ],
  [
    'a priority given twice',
    {
      AccountRecoverySetting: {
        RecoveryMechanisms: [
          { Name: 'verified_email', Priority: 1 },
          { Name: 'verified_phone_number', Priority: 1 },
        ],
      },
    },
    'Invalid account recovery setting parameter. Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.',
  ],
  [
    'recovery by administrators and by mail',
    {
      AccountRecoverySetting: {
        RecoveryMechanisms: [
          { Name: 'admin_only', Priority: 1 },
          { Name: 'verified_email', Priority: 2 },
        ],
      },
    },
    'Invalid account recovery setting parameter. Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.',
  ],
  [
    'recovery by SMS alone beside MFA by SMS',
    {
      MfaConfiguration: 'ON',
      SmsConfiguration: sms,
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_phone_number', Priority: 1 }] },
    },
    'Invalid account recovery setting parameter. Account Recovery Setting cannot use verified_phone_number as a recovery mechanism when SMS MFA is configured.',
  ],
  [
    'own mail without a source',
    { EmailConfiguration: { EmailSendingAccount: 'DEVELOPER' } },
    'Source ARN is required to use DEVELOPER email sending owner',
  ],
  ['a sender that is no address', { EmailConfiguration: { From: 'nobody' } }, 'Provided From email address is invalid'],
  [
    'a sender that smuggles a header in',
    { EmailConfiguration: { From: 'a\r\nBcc: x <a@example.com>' } },
    'Provided From email address is invalid',
  ],
  [
    'SMS by nobody',
    { SmsConfiguration: { ExternalId: 'x' } },
    'SmsConfiguration must have an SnsCallerArn or an EumsSms configuration.',
  ],
  [
    'a trigger that is no function',
    { LambdaConfig: { PreSignUp: 'arn:aws:sns:us-east-1:000000000000:topic' } },
    'Invalid Lambda function ARN: arn:aws:sns:us-east-1:000000000000:topic',
  ],
  [
    'a custom sender without a key',
    { LambdaConfig: { CustomEmailSender: { LambdaVersion: 'V1_0', LambdaArn: trigger } } },
    'KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.',
  ],
  [
    'two different token triggers',
    {
      LambdaConfig: {
        PreTokenGeneration: trigger,
        PreTokenGenerationConfig: { LambdaVersion: 'V2_0', LambdaArn: `${trigger}2` },
      },
    },
    "Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's",
  ],
  [
    'an invitation that hides the password',
    { AdminCreateUserConfig: { InviteMessageTemplate: { EmailMessage: 'Welcome {username}' } } },
    'The message is invalid.',
  ],
  [
    'two authentication classes of one name',
    { AcrConfiguration: { Level1: { AcrValue: 'urn:cognito:loa:2' } } },
    'AcrValue must be unique across all levels, including the default names.',
  ],
  [
    'a key of its own that it does not name',
    { KeyConfiguration: { KeyType: 'CUSTOMER_MANAGED_KEY' } },
    'KmsKeyArn is required when KeyType is CUSTOMER_MANAGED_KEY.',
  ],
]

for (const [name, input, message] of bad) {
  test(`a pool with ${name} is refused`, async () => {
    await assert.rejects(create(input), { name: 'InvalidParameterException', message })
  })
}

test('a message template without its placeholder is refused by the model', async () => {
  await assert.rejects(create({ VerificationMessageTemplate: { EmailMessage: 'Your code' } }), {
    name: 'InvalidParameterException',
    message: /at 'verificationMessageTemplate\.emailMessage' failed to satisfy constraint/,
  })
})

test('a password policy is returned without what it does not require', async () => {
  const pool = await create({ Policies: { PasswordPolicy: { MinimumLength: 6, TemporaryPasswordValidityDays: 0 } } })
  assert.deepEqual(pool.Policies!.PasswordPolicy, {
    MinimumLength: 6,
    RequireUppercase: false,
    RequireLowercase: false,
    RequireNumbers: false,
    RequireSymbols: false,
    TemporaryPasswordValidityDays: 7,
  })
})

test('the life of a temporary password shows in both of its members', async () => {
  const newer = await create({ Policies: { PasswordPolicy: { TemporaryPasswordValidityDays: 3 } } })
  assert.equal(newer.AdminCreateUserConfig!.UnusedAccountValidityDays, 3)
  const older = await create({ AdminCreateUserConfig: { UnusedAccountValidityDays: 5 } })
  assert.equal(older.Policies!.PasswordPolicy!.TemporaryPasswordValidityDays, 5)
})

test('the older message members and the template are the same texts', async () => {
  const fromTemplate = await create({
    VerificationMessageTemplate: { EmailMessage: 'mail {####}', EmailSubject: 's', SmsMessage: 'sms {####}' },
  })
  assert.equal(fromTemplate.EmailVerificationMessage, 'mail {####}')
  assert.equal(fromTemplate.EmailVerificationSubject, 's')
  assert.equal(fromTemplate.SmsVerificationMessage, 'sms {####}')
  const fromMember = await create({ EmailVerificationMessage: 'old {####}' })
  assert.deepEqual(fromMember.VerificationMessageTemplate, {
    EmailMessage: 'old {####}',
    DefaultEmailOption: 'CONFIRM_WITH_CODE',
  })
})

test('the two members of the token trigger are kept consistent', async () => {
  const older = await create({ LambdaConfig: { PreTokenGeneration: trigger } })
  assert.deepEqual(older.LambdaConfig!.PreTokenGenerationConfig, { LambdaVersion: 'V1_0', LambdaArn: trigger })
  const newer = await create({
    LambdaConfig: { PreTokenGenerationConfig: { LambdaVersion: 'V2_0', LambdaArn: trigger } },
  })
  assert.equal(newer.LambdaConfig!.PreTokenGeneration, trigger)
})

test('a pool is returned as it was created', async () => {
  const given = {
    AliasAttributes: ['email', 'preferred_username'],
    UsernameConfiguration: { CaseSensitive: false },
    DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false },
    UserPoolTags: { team: 'a', 'cost center': '' },
    UserPoolAddOns: { AdvancedSecurityMode: 'AUDIT' },
    SmsConfiguration: sms,
    SmsAuthenticationMessage: 'Code {####}',
    AutoVerifiedAttributes: ['phone_number'],
    EmailConfiguration: { ReplyToEmailAddress: 'r@example.com', From: 'Us <us@example.com>' },
    IssuerConfiguration: { Type: 'UPDATED' },
  } satisfies Partial<CreateUserPoolCommandInput>
  const { Id } = await create(given)
  const pool = await describe(Id!)
  for (const name of Object.keys(given) as (keyof typeof given)[]) {
    const expected =
      name === 'EmailConfiguration' ? { EmailSendingAccount: 'COGNITO_DEFAULT', ...given[name] } : given[name]
    assert.deepEqual(pool[name], expected, name)
  }
  assert.equal(pool.UserPoolTier, 'PLUS')
  assert.equal(pool.UsernameAttributes, undefined)
})

test('dynamic client registration is on if it is set', async () => {
  const pool = await create({ DcrConfiguration: { AllowedScopes: ['api/read'] } })
  assert.deepEqual(pool.DcrConfiguration, {
    EnableStatus: 'Enabled',
    OpenDcrEnabled: false,
    AllowedScopes: ['api/read'],
  })
})

test('an authentication class that is named keeps the other names at their defaults', async () => {
  const pool = await create({ AcrConfiguration: { Level2: { AcrValue: 'https://example.com/acr/2' } } })
  assert.deepEqual(
    Object.values(pool.AcrConfiguration!).map((level) => level!.AcrValue),
    ['urn:cognito:loa:1', 'https://example.com/acr/2', 'urn:cognito:loa:3', 'urn:cognito:loa:4'],
  )
  for (const AcrValue of ['', 'gold level', '"gold"', 'go\\ld', 'g'.repeat(65)])
    await assert.rejects(create({ AcrConfiguration: { Level2: { AcrValue } } }), {
      name: 'InvalidParameterException',
      message: /acrValue' failed to satisfy constraint/,
    })
})

test('MFA with SMS makes SMS a second factor', async () => {
  const { Id } = await create({
    MfaConfiguration: 'OPTIONAL',
    SmsConfiguration: sms,
    SmsAuthenticationMessage: 'Code {####}',
  })
  const { body } = await call(server, 'GetUserPoolMfaConfig', { UserPoolId: Id })
  assert.deepEqual(body, {
    MfaConfiguration: 'OPTIONAL',
    SmsMfaConfiguration: { SmsAuthenticationMessage: 'Code {####}', SmsConfiguration: sms },
  })
})

test('a pool takes its two signing keys out of stock', async () => {
  const { db } = server.ctx
  const stock = async () => (await db.selectFrom('spare_signing_keys').select('kid').execute()).map(({ kid }) => kid)
  let spare = await stock()
  for (let waited = 0; spare.length < 2 && waited < 20_000; waited += 50) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    spare = await stock()
  }
  const { Id } = await create({})
  const keys = await db.selectFrom('signing_keys').select(['kid', 'use']).where('pool_id', '=', Id!).execute()
  assert.deepEqual(keys.map(({ use }) => use).sort(), ['access', 'id'])
  assert.ok(
    keys.every(({ kid }) => spare.includes(kid)),
    'no key was made for the call',
  )
  assert.notEqual(keys[0]!.kid, keys[1]!.kid)
})

test('several pools at once share no key, whatever is in stock', async () => {
  const pools = await Promise.all(Array.from({ length: 6 }, () => create({})))
  const keys = await server.ctx.db
    .selectFrom('signing_keys')
    .select('kid')
    .where(
      'pool_id',
      'in',
      pools.map((pool) => pool.Id!),
    )
    .execute()
  assert.equal(new Set(keys.map(({ kid }) => kid)).size, 12)
})
