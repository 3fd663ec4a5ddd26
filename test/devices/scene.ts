import { createHmac } from 'node:crypto'
import type { AuthenticationResultType, DeviceConfigurationType } from '@aws-sdk/client-cognito-identity-provider'
import { formatSrpTimestamp } from '../../src/lib/srp-timestamp.ts'
import { clientKey, newClient, rememberDevice } from '../lib/srp-client.ts'
import { mfaScene } from '../mfa/scene.ts'
import { rightPassword } from '../sign-in/scene.ts'
import type { TestServer } from '../support/server.ts'

/** What an app keeps of the device that it runs on. */
export interface Kept {
  key: string
  groupKey: string
  password: string
}

export const alwaysRemembered = { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false }
export const rememberedOnPrompt = { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true }

/** A pool that tracks devices, and an app that works out its side with amazon-cognito-identity-js. */
export async function deviceScene(
  server: TestServer,
  DeviceConfiguration: DeviceConfigurationType,
  options: Parameters<typeof mfaScene>[1] = {},
) {
  const scene = await mfaScene(server, { ...options, pool: { ...options.pool, DeviceConfiguration } })
  const { cognito, clock } = server
  const { ClientId } = scene

  async function confirm({ AccessToken, NewDeviceMetadata }: AuthenticationResultType, DeviceName = 'laptop') {
    const { DeviceKey, DeviceGroupKey } = NewDeviceMetadata!
    const made = await rememberDevice(newClient(''), DeviceGroupKey!, DeviceKey!)
    const { UserConfirmationNecessary } = await cognito.confirmDevice({
      AccessToken,
      DeviceKey,
      DeviceName,
      DeviceSecretVerifierConfig: {
        Salt: made.salt.toString('base64'),
        PasswordVerifier: made.verifier.toString('base64'),
      },
    })
    const kept: Kept = { key: DeviceKey!, groupKey: DeviceGroupKey!, password: made.password }
    return { kept, UserConfirmationNecessary }
  }

  /** Answers DEVICE_SRP_AUTH, and tells how to answer what comes of it. */
  async function startProof(username: string, Session: string | undefined, { key, groupKey, password }: Kept) {
    const srp = newClient(groupKey)
    const asked = await scene.answer('DEVICE_SRP_AUTH', Session, username, {
      DEVICE_KEY: key,
      SRP_A: srp.largeAValue.toString(16),
    })
    const { SRP_B, SALT, SECRET_BLOCK } = asked.ChallengeParameters!
    const claim = async (secret = password) => {
      const TIMESTAMP = formatSrpTimestamp(clock.now())
      const shared = await clientKey(srp, key, secret, SRP_B!, SALT!)
      return {
        DEVICE_KEY: key,
        TIMESTAMP,
        PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK!,
        PASSWORD_CLAIM_SIGNATURE: createHmac('sha256', shared)
          .update(groupKey + key)
          .update(Buffer.from(SECRET_BLOCK!, 'base64'))
          .update(TIMESTAMP)
          .digest('base64'),
      }
    }
    return { asked, claim }
  }

  return {
    ...scene,
    confirm,
    startProof,

    signIn: (USERNAME: string, DEVICE_KEY?: string) =>
      cognito.initiateAuth({
        ClientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME, PASSWORD: rightPassword, ...(DEVICE_KEY && { DEVICE_KEY }) },
      }),

    async prove(username: string, Session: string | undefined, kept: Kept) {
      const { asked, claim } = await startProof(username, Session, kept)
      return scene.answer('DEVICE_PASSWORD_VERIFIER', asked.Session, username, await claim())
    },

    /** A user who gives codes by e-mail, and the device of a sign-in that has given one. */
    async trustedUser(username: string) {
      const to = `${username}@example.com`
      await scene.addUser(username, { attributes: { email: to } })
      await scene.prefer(username, 'EmailMfaSettings')
      const asked = await this.signIn(username)
      const responses = { EMAIL_OTP_CODE: await scene.lastCode(to) }
      const { AuthenticationResult } = await scene.answer('EMAIL_OTP', asked.Session, username, responses)
      return { AuthenticationResult: AuthenticationResult!, ...(await confirm(AuthenticationResult!)) }
    },
  }
}

export const noDevice = { name: 'ResourceNotFoundException', message: 'Device does not exist.' }
