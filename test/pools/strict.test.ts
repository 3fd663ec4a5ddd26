import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { CreateUserPoolCommandInput } from '@aws-sdk/client-cognito-identity-provider'
import { startTestServer } from '../support/server.ts'

const strict = await startTestServer({ strict: true })
const lenient = await startTestServer()
after(() => Promise.all([strict.close(), lenient.close()]))

const trigger = 'arn:aws:lambda:us-east-1:000000000000:function:hook'
const features: [name: string, input: Partial<CreateUserPoolCommandInput>, text: string][] = [
  [
    'passwordless sign-in',
    { UserPoolTier: 'LITE', Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } } },
    'The following features need to be disabled for the LITE pricing tier configured: Passwordless Sign-In',
  ],
  [
    'a password history',
    { UserPoolTier: 'LITE', Policies: { PasswordPolicy: { MinimumLength: 8, PasswordHistorySize: 3 } } },
    'The following features need to be disabled for the LITE pricing tier configured: Password History',
  ],
  [
    'the newer token trigger',
    {
      UserPoolTier: 'LITE',
      LambdaConfig: { PreTokenGenerationConfig: { LambdaVersion: 'V2_0', LambdaArn: trigger } },
    },
    'The following features need to be disabled for the LITE pricing tier configured: Token Customization with Pre-Token Generation Lambda V2_0',
  ],
  [
    'threat protection',
    { UserPoolTier: 'ESSENTIALS', UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' } },
    'The following features need to be disabled for the ESSENTIALS pricing tier configured: Threat Protection',
  ],
]

for (const [name, input, message] of features) {
  test(`${name} is refused below its tier where the installation is strict, and only there`, async () => {
    const PoolName = 'p'
    await assert.rejects(strict.cognito.createUserPool({ PoolName, ...input }), {
      name: 'FeatureUnavailableInTierException',
      message,
    })
    await strict.cognito.createUserPool({ PoolName, ...input, UserPoolTier: 'PLUS' })
    await lenient.cognito.createUserPool({ PoolName, ...input })
  })
}

test('managed login is refused for a LITE pool where the installation is strict, and only there', async () => {
  for (const server of [strict, lenient]) {
    const { UserPool } = await server.cognito.createUserPool({ PoolName: 'p', UserPoolTier: 'LITE' })
    const domain = { UserPoolId: UserPool!.Id, Domain: 'managed', ManagedLoginVersion: 2 }
    if (server === lenient) await server.cognito.createUserPoolDomain(domain)
    else {
      await assert.rejects(server.cognito.createUserPoolDomain(domain), {
        name: 'FeatureUnavailableInTierException',
        message: 'The following feature is not available for the LITE pricing tier configured: Managed Login Version 2',
      })
    }
  }
})

test('mail as a second factor needs a sender of one’s own where the installation is strict, and only there', async () => {
  for (const server of [strict, lenient]) {
    const { UserPool } = await server.cognito.createUserPool({ PoolName: 'p' })
    const mfa = {
      UserPoolId: UserPool!.Id,
      MfaConfiguration: 'OPTIONAL',
      EmailMfaConfiguration: { Message: 'Code {####}', Subject: 'Code' },
    } as const
    if (server === lenient) await server.cognito.setUserPoolMfaConfig(mfa)
    else {
      await assert.rejects(server.cognito.setUserPoolMfaConfig(mfa), {
        name: 'InvalidParameterException',
        message:
          'Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an EmailSendingAccount of COGNITO_DEFAULT.',
      })
    }
  }
})

test('no more than four custom domains where the installation is strict', async () => {
  const CustomDomainConfig = { CertificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/a1' }
  const add = async (index: number) => {
    const { UserPool } = await strict.cognito.createUserPool({ PoolName: 'p' })
    await strict.cognito.createUserPoolDomain({
      UserPoolId: UserPool!.Id,
      Domain: `auth${index}.example.com`,
      CustomDomainConfig,
    })
  }
  for (let index = 0; index < 4; index++) await add(index)
  await assert.rejects(add(4), { name: 'LimitExceededException' })
})
