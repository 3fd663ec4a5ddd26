import type {
  CreateUserPoolClientRequest,
  CreateUserPoolRequest,
  InitiateAuthResponse,
  SetUserPoolMfaConfigRequest,
} from '@aws-sdk/client-cognito-identity-provider'
import { generate } from 'otplib'
import type { InboxMessage } from '../../src/delivery/inbox.ts'
import { signInScene } from '../sign-in/scene.ts'
import type { TestServer } from '../support/server.ts'

export const sms = { SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::000000000000:role/sms' } }

/** Every second factor there is. */
export const allFactors = {
  SmsMfaConfiguration: sms,
  SoftwareTokenMfaConfiguration: { Enabled: true },
  EmailMfaConfiguration: {},
}

/** A pool with second factors, and what its tests do over and over. */
export async function mfaScene(
  server: TestServer,
  {
    mfa = { MfaConfiguration: 'OPTIONAL', ...allFactors },
    pool,
    client,
  }: {
    mfa?: Omit<SetUserPoolMfaConfigRequest, 'UserPoolId'>
    pool?: Partial<CreateUserPoolRequest>
    client?: Partial<CreateUserPoolClientRequest>
  } = {},
) {
  const { cognito, clock } = server
  const scene = await signInScene(server, { pool, client })
  const { UserPoolId, ClientId } = scene
  await cognito.setUserPoolMfaConfig({ UserPoolId, ...mfa })

  const seen = new Map<string, number>()

  /** The last of so many messages to the address that have been sent since this was last asked. */
  async function lastMessage(to: string, sent = 1): Promise<InboxMessage> {
    const expected = (seen.get(to) ?? 0) + sent
    for (let waited = 0; waited < 5000; waited += 20) {
      const messages = server.ctx
        .inbox!.list()
        .filter((message) => message.to === to && message.userPoolId === UserPoolId)
      if (messages.length >= expected) {
        seen.set(to, messages.length)
        return messages.at(-1)!
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    throw new Error(`No message to ${to} came`)
  }

  const codeOf = (secret: string, later = 0) =>
    generate({ secret, epoch: Math.floor(clock.now().getTime() / 1000) + later })

  return {
    ...scene,
    codeOf,

    /** Another code than the last one. */
    async nextCode(secret: string) {
      clock.advance({ seconds: 30 })
      return codeOf(secret)
    },

    answer: (ChallengeName: string, Session: string | undefined, USERNAME: string, responses: Record<string, string>) =>
      cognito.respondToAuthChallenge({
        ClientId,
        ChallengeName: ChallengeName as 'SMS_MFA',
        Session,
        ChallengeResponses: { USERNAME, ...responses },
      }),

    /** The access token of a user of whom no second factor is asked yet. */
    async accessToken(username: string) {
      const { AuthenticationResult } = await scene.byPassword(username)
      return AuthenticationResult!.AccessToken!
    },

    /** An authenticator app, by access token; the user has it, and no more. */
    async addApp(AccessToken: string) {
      const { SecretCode } = await cognito.associateSoftwareToken({ AccessToken })
      await cognito.verifySoftwareToken({ AccessToken, UserCode: await codeOf(SecretCode!) })
      return SecretCode!
    },

    prefer: (Username: string, factor: 'SMSMfaSettings' | 'SoftwareTokenMfaSettings' | 'EmailMfaSettings') =>
      cognito.adminSetUserMFAPreference({ UserPoolId, Username, [factor]: { Enabled: true, PreferredMfa: true } }),

    lastMessage,

    lastCode: async (to: string, sent = 1) => (await lastMessage(to, sent)).code!,
  }
}

export const choices = (answer: InitiateAuthResponse, name: string): string[] =>
  JSON.parse(answer.ChallengeParameters![name]!)

export const wrongTotp = { name: 'CodeMismatchException', message: 'Invalid code received for user' }
export const wrongCode = { name: 'CodeMismatchException', message: 'Invalid code or auth state for the user.' }
