import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { apply } from '../../src/cli/apply.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

const folder = mkdtempSync(join(tmpdir(), 'poolhouse-apply-'))
let server: TestServer
before(async () => {
  server = await startTestServer({}, { jobs: false })
  process.env.POOLHOUSE_PUBLIC_URL = server.url
})
after(async () => {
  delete process.env.POOLHOUSE_PUBLIC_URL
  await server?.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Result {
  resources: { Resource: string; Type: string; Id: string; Outcome: string }[]
  outputs: Record<string, unknown>
  withoutValue: Record<string, string>
  notApplied: Record<string, string[]>
}

/** Applies a template, in JSON or YAML, of the name of its stack. */
async function applied(stack: string, template: object | string, ...args: string[]): Promise<Result> {
  const file = join(folder, `${stack}.template`)
  writeFileSync(file, typeof template === 'string' ? template : JSON.stringify(template))
  const lines: string[] = []
  await apply([file, '--json', ...args], (text) => lines.push(text))
  return JSON.parse(lines.join('\n'))
}

const outcomes = ({ resources }: Result) =>
  Object.fromEntries(resources.map(({ Resource, Outcome }) => [Resource, Outcome]))
const idOf = ({ resources }: Result, name: string) => resources.find(({ Resource }) => Resource === name)!.Id

const shop = (changes: { client?: object; pool?: object; more?: object } = {}) => ({
  Parameters: { Callback: { Type: 'String', Default: 'http://localhost:3000/callback' } },
  Conditions: { IsLocal: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] } },
  Resources: {
    Web: {
      Type: 'AWS::Cognito::UserPoolClient',
      Properties: {
        UserPoolId: { Ref: 'People' },
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ['code'],
        AllowedOAuthScopes: ['openid', { 'Fn::Join': ['/', [{ Ref: 'Api' }, 'read']] }],
        CallbackURLs: [{ Ref: 'Callback' }],
        SupportedIdentityProviders: ['COGNITO'],
        ...changes.client,
      },
    },
    People: {
      Type: 'AWS::Cognito::UserPool',
      Properties: {
        UsernameAttributes: ['email'],
        AutoVerifiedAttributes: ['email'],
        MfaConfiguration: 'OPTIONAL',
        EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
        Policies: { PasswordPolicy: { MinimumLength: '10', RequireSymbols: 'false' } },
        Schema: [{ Name: 'plan', AttributeDataType: 'String', Mutable: true }],
        LambdaConfig: { PostConfirmation: { 'Fn::GetAtt': ['Check', 'Arn'] } },
        ...changes.pool,
      },
    },
    Api: {
      Type: 'AWS::Cognito::UserPoolResourceServer',
      Properties: {
        UserPoolId: { Ref: 'People' },
        Identifier: 'api',
        Name: 'api',
        Scopes: [{ ScopeName: 'read', ScopeDescription: 'reads' }],
      },
    },
    Staff: {
      Type: 'AWS::Cognito::UserPoolGroup',
      Properties: { UserPoolId: { Ref: 'People' }, GroupName: 'staff', Precedence: '1' },
    },
    Ann: {
      Type: 'AWS::Cognito::UserPoolUser',
      Properties: {
        UserPoolId: { Ref: 'People' },
        Username: 'ann@example.com',
        MessageAction: 'SUPPRESS',
        UserAttributes: [{ Name: 'email', Value: 'ann@example.com' }],
      },
    },
    AnnIsStaff: {
      Type: 'AWS::Cognito::UserPoolUserToGroupAttachment',
      Properties: { UserPoolId: { Ref: 'People' }, Username: { Ref: 'Ann' }, GroupName: { Ref: 'Staff' } },
    },
    Login: {
      Type: 'AWS::Cognito::UserPoolDomain',
      Properties: { UserPoolId: { Ref: 'People' }, Domain: 'shop-login' },
    },
    Style: {
      Type: 'AWS::Cognito::ManagedLoginBranding',
      Properties: { UserPoolId: { Ref: 'People' }, ClientId: { Ref: 'Web' }, UseCognitoProvidedValues: true },
    },
    Check: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'check-sign-up' } },
    Abroad: {
      Type: 'AWS::Cognito::UserPool',
      Condition: 'IsAbroad',
      Properties: {},
    },
    ...changes.more,
  },
  Outputs: {
    Pool: { Value: { Ref: 'People' } },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
    Issuer: { Value: { 'Fn::Sub': 'https://cognito-idp.${AWS::Region}.amazonaws.com/${People}' } },
    Provider: { Value: { 'Fn::GetAtt': ['People', 'ProviderURL'] } },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
    Login: { Value: { 'Fn::Sub': 'https://${Login}.auth.${AWS::Region}.amazoncognito.com/login' } },
    Function: { Value: { 'Fn::GetAtt': ['Check', 'Version'] } },
  },
})

const withCondition = (template: ReturnType<typeof shop>) => ({
  ...template,
  Conditions: { ...template.Conditions, IsAbroad: { 'Fn::Not': [{ Condition: 'IsLocal' }] } },
})

test('a template becomes a pool with all that belongs to it, and applied again it changes nothing', async () => {
  const first = await applied('shop', withCondition(shop()))
  assert.deepEqual(new Set(Object.values(outcomes(first))), new Set(['created']))
  assert.deepEqual(Object.keys(outcomes(first)).sort(), [
    ...['Ann', 'AnnIsStaff', 'Api', 'Login', 'People', 'Staff', 'Style', 'Web'],
  ])
  const UserPoolId = idOf(first, 'People')
  const { UserPool } = await server.cognito.describeUserPool({ UserPoolId })
  assert.equal(UserPool?.Policies?.PasswordPolicy?.MinimumLength, 10)
  assert.equal(UserPool?.LambdaConfig?.PostConfirmation, 'arn:aws:lambda:us-east-1:000000000000:function:check-sign-up')
  assert.equal(UserPool?.MfaConfiguration, 'OPTIONAL')
  const { SoftwareTokenMfaConfiguration } = await server.cognito.getUserPoolMfaConfig({ UserPoolId })
  assert.equal(SoftwareTokenMfaConfiguration?.Enabled, true)
  const { UserPoolClient } = await server.cognito.describeUserPoolClient({ UserPoolId, ClientId: idOf(first, 'Web') })
  assert.deepEqual(UserPoolClient?.AllowedOAuthScopes, ['openid', 'api/read'])
  const { Groups } = await server.cognito.adminListGroupsForUser({ UserPoolId, Username: 'ann@example.com' })
  assert.deepEqual(
    Groups?.map(({ GroupName }) => GroupName),
    ['staff'],
  )

  const issuer = `${server.url}/${UserPoolId}`
  assert.deepEqual(first.outputs, { Pool: UserPoolId, Issuer: issuer, Provider: issuer, Login: `${issuer}/login` })
  assert.deepEqual(first.withoutValue, {
    Function:
      'Check.Version (AWS::Lambda::Function) is not applied: give its value with --parameter Check.Version=VALUE.',
  })
  assert.deepEqual(first.notApplied, { 'AWS::Lambda::Function': ['Check'] })

  const second = await applied('shop', withCondition(shop()))
  assert.deepEqual(new Set(Object.values(outcomes(second))), new Set(['unchanged']))
  assert.deepEqual(
    second.resources.map(({ Id }) => Id),
    first.resources.map(({ Id }) => Id),
  )
})

test('what has changed in the template is changed on the server, and nothing else', async () => {
  const before = await applied('shop', withCondition(shop()))
  const changed = shop({
    client: { ClientName: 'storefront', CallbackURLs: ['http://localhost:4000/'] },
    pool: {
      UserPoolName: 'customers',
      Schema: [
        { Name: 'plan', AttributeDataType: 'String', Mutable: true },
        { Name: 'since', AttributeDataType: 'Number', Mutable: true },
      ],
    },
  })
  const after = await applied('shop', withCondition(changed), '--parameter', 'Check.Version=7')
  assert.deepEqual(
    Object.entries(outcomes(after)).filter(([, outcome]) => outcome !== 'unchanged'),
    [
      ['Web', 'updated'],
      ['People', 'updated'],
    ],
  )
  assert.equal(after.outputs.Function, '7')
  assert.deepEqual([idOf(after, 'People'), idOf(after, 'Web')], [idOf(before, 'People'), idOf(before, 'Web')])
  const UserPoolId = idOf(after, 'People')
  const { UserPool } = await server.cognito.describeUserPool({ UserPoolId })
  assert.equal(UserPool?.Name, 'customers')
  assert.ok(UserPool?.SchemaAttributes?.some(({ Name }) => Name === 'custom:since'))
  const { UserPoolClient } = await server.cognito.describeUserPoolClient({ UserPoolId, ClientId: idOf(after, 'Web') })
  assert.deepEqual(
    [UserPoolClient?.ClientName, UserPoolClient?.CallbackURLs],
    ['storefront', ['http://localhost:4000/']],
  )

  await assert.rejects(applied('shop', withCondition(shop({ pool: { UsernameAttributes: ['phone_number'] } }))), {
    message: /^People: a pool keeps its UsernameAttributes for life/,
  })
})

const ofPool = (Type: string, Properties: object, more: object = {}) => ({
  ...more,
  Type: `AWS::Cognito::${Type}`,
  Properties: { UserPoolId: { Ref: 'People' }, ...Properties },
})

/** Each type that configures a pool; `n` is what changes. */
const configured = (n: number) => ({
  Resources: {
    People: {
      Type: 'AWS::Cognito::UserPool',
      Properties: {
        AutoVerifiedAttributes: ['email'],
        UserPoolTier: 'PLUS',
        UserPoolAddOns: { AdvancedSecurityMode: 'AUDIT' },
      },
    },
    Web: ofPool('UserPoolClient', {}),
    Api: ofPool('UserPoolResourceServer', {
      Identifier: 'api',
      Name: `api ${n}`,
      Scopes: [{ ScopeName: 'read', ScopeDescription: 'reads' }],
    }),
    Staff: ofPool('UserPoolGroup', { Description: `staff ${n}`, Precedence: n }),
    Partner: ofPool('UserPoolIdentityProvider', {
      ProviderName: 'Partner',
      ProviderType: 'OIDC',
      ProviderDetails: {
        client_id: `client-${n}`,
        client_secret: 'secret',
        attributes_request_method: 'GET',
        oidc_issuer: 'https://partner.example',
        authorize_scopes: 'openid email',
        authorize_url: 'https://partner.example/authorize',
        token_url: 'https://partner.example/token',
        attributes_url: 'https://partner.example/userinfo',
        jwks_uri: 'https://partner.example/jwks',
      },
      AttributeMapping: { email: 'email' },
    }),
    Google: ofPool('UserPoolIdentityProvider', {
      ProviderName: 'Google',
      ProviderType: 'Google',
      ProviderDetails: { client_id: 'google', client_secret: 'secret', authorize_scopes: 'openid' },
      IdpIdentifiers: ['google.example'],
    }),
    Risk: ofPool('UserPoolRiskConfigurationAttachment', {
      ClientId: 'ALL',
      AccountTakeoverRiskConfiguration: {
        Actions: { HighAction: { EventAction: n === 1 ? 'BLOCK' : 'MFA_IF_CONFIGURED', Notify: 'false' } },
      },
      RiskExceptionConfiguration: { SkippedIPRangeList: ['10.0.0.0/8'] },
    }),
    Classic: ofPool(
      'UserPoolUICustomizationAttachment',
      { ClientId: 'ALL', CSS: `.label-customizable { font-weight: ${n}00; }` },
      // A pool without a domain has no pages.
      { DependsOn: ['Login'] },
    ),
    Login: ofPool('UserPoolDomain', { Domain: 'configured-login' }),
    Style: ofPool('ManagedLoginBranding', {
      ClientId: { Ref: 'Web' },
      Settings: { categories: { global: { colorSchemeMode: n === 1 ? 'DARK' : 'LIGHT' } } },
      ReturnMergedResources: true,
    }),
    Logs: ofPool('LogDeliveryConfiguration', {
      LogConfigurations: [
        {
          LogLevel: 'ERROR',
          EventSource: 'userNotification',
          CloudWatchLogsConfiguration: { LogGroupArn: `arn:aws:logs:us-east-1:000000000000:log-group:/pools/${n}` },
        },
      ],
    }),
  },
})

test('providers, risk, styles, logs, groups and APIs are made, left alone, and changed with the template', async () => {
  const first = await applied('configured', configured(1))
  const { cognito } = server
  const UserPoolId = idOf(first, 'People')
  const names = Object.keys(configured(1).Resources)
  assert.deepEqual(Object.keys(outcomes(first)).sort(), names.toSorted())
  assert.deepEqual(new Set(Object.values(outcomes(await applied('configured', configured(1))))), new Set(['unchanged']))

  const changed = ['Api', 'Staff', 'Partner', 'Risk', 'Classic', 'Style', 'Logs']
  assert.deepEqual(
    outcomes(await applied('configured', configured(2))),
    Object.fromEntries(names.map((name) => [name, changed.includes(name) ? 'updated' : 'unchanged'])),
  )
  const { ResourceServer } = await cognito.describeResourceServer({ UserPoolId, Identifier: 'api' })
  assert.deepEqual([ResourceServer?.Name, ResourceServer?.Scopes?.length], ['api 2', 1])
  const { Group } = await cognito.getGroup({ UserPoolId, GroupName: 'Staff' })
  assert.deepEqual([Group?.Description, Group?.Precedence], ['staff 2', 2])
  const { IdentityProvider } = await cognito.describeIdentityProvider({ UserPoolId, ProviderName: 'Partner' })
  assert.equal(IdentityProvider?.ProviderDetails?.client_id, 'client-2')
  const { RiskConfiguration } = await cognito.describeRiskConfiguration({ UserPoolId })
  assert.deepEqual(RiskConfiguration?.AccountTakeoverRiskConfiguration?.Actions?.HighAction, {
    EventAction: 'MFA_IF_CONFIGURED',
    Notify: false,
  })
  assert.match((await cognito.getUICustomization({ UserPoolId })).UICustomization?.CSS ?? '', /font-weight: 200/)
  const { ManagedLoginBranding } = await cognito.describeManagedLoginBranding({
    UserPoolId,
    ManagedLoginBrandingId: idOf(first, 'Style'),
  })
  assert.deepEqual(ManagedLoginBranding?.Settings, { categories: { global: { colorSchemeMode: 'LIGHT' } } })
  const { LogDeliveryConfiguration } = await cognito.getLogDeliveryConfiguration({ UserPoolId })
  assert.match(
    LogDeliveryConfiguration?.LogConfigurations?.[0]?.CloudWatchLogsConfiguration?.LogGroupArn ?? '',
    /\/pools\/2$/,
  )
})

test('an event of a SAM function is a trigger of its pool', async () => {
  const template = (UserPool: string) => `
Transform: AWS::Serverless-2016-10-31
Resources:
  People:
    Type: AWS::Cognito::UserPool
    Properties:
      LambdaConfig: { PostConfirmation: !GetAtt Greet.Arn }
  Greet:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: greet }
  Check:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Http: { Type: HttpApi }
        Users:
          Type: Cognito
          Properties: { UserPool: ${UserPool}, Trigger: [PreSignUp, PreAuthentication] }
`
  const result = await applied('events', template('!Ref People'))
  const { UserPool } = await server.cognito.describeUserPool({ UserPoolId: idOf(result, 'People') })
  const arn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`
  assert.deepEqual(UserPool?.LambdaConfig, {
    PostConfirmation: arn('greet'),
    PreSignUp: arn('Check'),
    PreAuthentication: arn('Check'),
  })
  assert.equal(outcomes(await applied('events', template('!Ref People'))).People, 'unchanged')
  await assert.rejects(applied('events', template('us-east-1_elsewhere')), {
    message: /^Check: the event Users needs a UserPool, a Ref to a pool of this template, and a Trigger\.$/,
  })
})

test('two stacks of one template are two pools', async () => {
  const template = { Resources: { People: { Type: 'AWS::Cognito::UserPool' } } }
  const [one, other] = [await applied('one', template), await applied('one', template, '--stack', 'other')]
  assert.notEqual(idOf(one, 'People'), idOf(other, 'People'))
  assert.equal(outcomes(await applied('one', template)).People, 'unchanged')
})

test('YAML has the short forms of functions, maps, conditions and parameters', async () => {
  const template = `
AWSTemplateFormatVersion: 2010-09-09
Transform: AWS::Serverless-2016-10-31
Parameters:
  Names: { Type: CommaDelimitedList, Default: 'first, second' }
  Stage: { Type: String }
Mappings:
  Stages: { test: { minimum: 12 }, live: { minimum: 20 } }
Conditions:
  IsLive: !Equals [!Ref Stage, live]
  IsTest: !And [!Not [!Condition IsLive], !Or [!Equals [a, b], !Equals [a, a]]]
Resources:
  People:
    Type: AWS::Cognito::UserPool
    Properties:
      UserPoolName: !Sub
        - '\${Prefix}-\${Stage}'
        - Prefix: !Select [1, !Ref Names]
      EmailVerificationSubject: !If [IsLive, live, !Ref AWS::NoValue]
      Policies:
        PasswordPolicy:
          MinimumLength: !FindInMap [Stages, !Ref Stage, minimum]
  Web:
    Type: AWS::Cognito::UserPoolClient
    Condition: IsTest
    Properties:
      UserPoolId: !Ref People
      GenerateSecret: true
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Environment: { Variables: { POOL: !GetAtt People.Arn } }
Outputs:
  Secret: { Value: !GetAtt Web.ClientSecret }
  Parts: { Value: !Join [' ', !Split [',', 'a,b']] }
  Encoded: { Value: !Base64 text }
  Literal: { Value: !Sub 'a \${!literal}' }
  Hidden: { Value: x, Condition: IsLive }
`
  await assert.rejects(applied('yaml', template), {
    message: 'The parameter Stage has no value: give it with --parameter Stage=VALUE.',
  })
  const result = await applied('yaml', template, '--parameter', 'Stage=test')
  const { UserPool } = await server.cognito.describeUserPool({ UserPoolId: idOf(result, 'People') })
  assert.equal(UserPool?.Name, 'second-test')
  assert.equal(UserPool?.Policies?.PasswordPolicy?.MinimumLength, 12)
  assert.equal(UserPool?.EmailVerificationSubject, undefined)
  const { Secret, ...others } = result.outputs
  assert.match(String(Secret), /^\w{20,}$/)
  assert.deepEqual(others, { Parts: 'a b', Encoded: 'dGV4dA==', Literal: 'a \u0024{literal}' })
})

const pool = { Type: 'AWS::Cognito::UserPool' }
const client = (Properties: object) => ({ Type: 'AWS::Cognito::UserPoolClient', Properties })
for (const [what, Resources, message] of [
  [
    'a misspelt member',
    { People: { ...pool, Properties: { MfaConfigration: 'ON' } } },
    /^People \(AWS::Cognito::UserPool\): .*did you mean MfaConfiguration/,
  ],
  [
    'a misspelt member inside of another',
    { People: { ...pool, Properties: { Policies: { PasswordPolicy: { MinLength: 8 } } } } },
    /^People .*Policies\.PasswordPolicy/,
  ],
  [
    'a reference to nothing',
    { Web: client({ UserPoolId: { Ref: 'Peple' } }) },
    'There is no resource or parameter Peple.',
  ],
  [
    'a resource of another service',
    { Web: client({ UserPoolId: { Ref: 'Table' } }), Table: { Type: 'AWS::DynamoDB::Table' } },
    'Table (AWS::DynamoDB::Table) is not applied: give its value with --parameter Table=VALUE.',
  ],
  [
    'a circle',
    { A: client({ UserPoolId: { Ref: 'B' } }), B: client({ UserPoolId: { Ref: 'A' } }) },
    'A → B → A is a circle.',
  ],
  [
    'a function that there is not',
    { Web: client({ UserPoolId: { 'Fn::Transform': {} } }) },
    "Fn::Transform can't be evaluated.",
  ],
  [
    'another stack’s value',
    { Web: client({ UserPoolId: { 'Fn::ImportValue': 'PoolOfOthers' } }) },
    "PoolOfOthers is another stack's: give it with --parameter PoolOfOthers=VALUE.",
  ],
  [
    'an attribute that there is not',
    { People: pool, Web: client({ UserPoolId: { 'Fn::GetAtt': ['People', 'Name'] } }) },
    'People (AWS::Cognito::UserPool) has no attribute Name.',
  ],
  [
    'what the server refuses',
    { People: { ...pool, Properties: { MfaConfiguration: 'SOMETIMES' } } },
    /^People \(AWS::Cognito::UserPool\): InvalidParameterException: /,
  ],
  [
    'a second factor that there is not',
    { People: { ...pool, Properties: { MfaConfiguration: 'ON', EnabledMfas: ['PIGEON'] } } },
    'EnabledMfas: PIGEON is none of SMS_MFA, SOFTWARE_TOKEN_MFA, EMAIL_OTP.',
  ],
  ['nothing of Cognito', { Table: { Type: 'AWS::DynamoDB::Table' } }, /no resource of AWS::Cognito/],
] as const)
  test(`refused with its place: ${what}`, async () => {
    await assert.rejects(applied('refused', { Resources }), { name: /Error$/, message })
  })

test('a file that is no template, and a parameter that it has not, are refused', async () => {
  await assert.rejects(applied('none', '{"pools": []}'), { message: /is no CloudFormation template/ })
  await assert.rejects(applied('none', 'a: [1'), { message: /none\.template: / })
  await assert.rejects(applied('none', { Resources: { A: {} } }), { message: /the resource A has no Type/ })
  await assert.rejects(apply([join(folder, 'absent.json')]), { message: /absent\.json: there is no such file\.$/ })
  await assert.rejects(apply([]), { name: 'UsageError' })
  const template = { Parameters: { Stage: { Type: 'String' } }, Resources: { People: pool } }
  await assert.rejects(applied('none', template, '--parameter', 'Stgae=x'), { message: /did you mean Stage/ })
  await assert.rejects(applied('none', template, '--parameter', 'Stage'), { name: 'UsageError' })
})

test('a server that does not answer is a sentence', async () => {
  process.env.POOLHOUSE_PUBLIC_URL = 'http://127.0.0.1:5'
  try {
    await assert.rejects(applied('none', { Resources: { People: pool } }), {
      message:
        /^No server answers at http:\/\/127\.0\.0\.1:5: ECONNREFUSED\. POOLHOUSE_PUBLIC_URL names another one\.$/,
    })
  } finally {
    process.env.POOLHOUSE_PUBLIC_URL = server.url
  }
})

test('at a terminal it is a table, the outputs, and what was left', async () => {
  const file = join(folder, 'Table.template.json')
  writeFileSync(file, JSON.stringify({ ...withCondition(shop()), Outputs: { Pool: { Value: { Ref: 'People' } } } }))
  const lines: string[] = []
  await apply([file, '--stack', 'shop'], (text) => lines.push(text))
  assert.match(lines[0]!, /^Resource +Type +Id +Outcome\nWeb +UserPoolClient /)
  assert.match(lines[0]!, /\n\nOutputs\nPool +us-east-1_/)
  assert.match(lines[0]!, /AWS::Lambda::Function: Check$/)
})
