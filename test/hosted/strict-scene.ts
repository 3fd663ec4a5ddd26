import { generate } from 'otplib'
import type { Page } from 'playwright-core'
import { type Dress, startDressed } from './dress.ts'
import { type HostedScene, password } from './scene.ts'
import { press } from './tour.ts'

/** A pool whose users all need a second factor, of any kind, and whose sign-up asks for much. */
export async function startStrict(dress: Dress): Promise<HostedScene> {
  const scene = await startDressed(dress, {
    UsernameAttributes: [],
    AutoVerifiedAttributes: ['email'],
    AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'admin_only', Priority: 1 }] },
    EmailConfiguration: {
      EmailSendingAccount: 'DEVELOPER',
      SourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/id@example.com',
    },
    Schema: [
      { Name: 'name', Required: true, Mutable: true },
      { Name: 'birthdate', Required: true, Mutable: true },
      { Name: 'phone_number', Required: true, Mutable: true },
      { Name: 'address', Required: true, Mutable: true },
      { Name: 'website', Required: true, Mutable: true },
    ],
  })
  await scene.cognito.setUserPoolMfaConfig({
    UserPoolId: scene.poolId,
    MfaConfiguration: 'ON',
    SoftwareTokenMfaConfiguration: { Enabled: true },
    EmailMfaConfiguration: {},
    SmsMfaConfiguration: {
      SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms', ExternalId: 'x' },
    },
  })
  return scene
}

export async function addUser(
  scene: HostedScene,
  Username: string,
  attributes: Record<string, string>,
  permanent = true,
): Promise<void> {
  const UserPoolId = scene.poolId
  const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }))
  await scene.cognito.adminCreateUser({
    UserPoolId,
    Username,
    UserAttributes,
    TemporaryPassword: password,
    MessageAction: 'SUPPRESS',
  })
  if (permanent) await scene.cognito.adminSetUserPassword({ UserPoolId, Username, Password: password, Permanent: true })
}

export async function signIn(scene: HostedScene, page: Page, username: string): Promise<void> {
  await page.goto(scene.loginUrl())
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('Password').fill(password)
  await press(page, 'Sign in')
}

export async function appCode(scene: HostedScene, secret: string): Promise<string> {
  scene.clock.advance({ seconds: 30 })
  return generate({ secret, epoch: Math.floor(scene.clock.now().getTime() / 1000) })
}
