import { createHmac } from 'node:crypto'
import type {
  AttributeType,
  CreateUserPoolClientRequest,
  CreateUserPoolRequest,
} from '@aws-sdk/client-cognito-identity-provider'
import type { InboxMessage } from '../../src/delivery/inbox.ts'
import type { TestServer } from '../support/server.ts'

export const password = 'Correct-Horse-9'
export const otherPassword = 'Another-Horse-9'

export const attributes = (values: Record<string, string>): AttributeType[] =>
  Object.entries(values).map(([Name, Value]) => ({ Name, Value }))

export const valuesOf = (list: AttributeType[] | undefined): Record<string, string> =>
  Object.fromEntries((list ?? []).map(({ Name, Value }) => [Name!, Value!]))

/** A pool with a client, and what people do there by themselves. */
export async function scene(
  server: TestServer,
  options: { pool?: Partial<CreateUserPoolRequest>; client?: Partial<CreateUserPoolClientRequest> } = {},
) {
  const { cognito } = server
  const { UserPool } = await cognito.createUserPool({
    PoolName: 'people',
    AutoVerifiedAttributes: ['email'],
    SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::000000000000:role/sms' },
    ...options.pool,
  })
  const UserPoolId = UserPool!.Id!

  async function addClient(settings: Partial<CreateUserPoolClientRequest> = {}) {
    const { UserPoolClient } = await cognito.createUserPoolClient({
      UserPoolId,
      ClientName: 'app',
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      ...settings,
    })
    return { ClientId: UserPoolClient!.ClientId!, secret: UserPoolClient!.ClientSecret }
  }
  const { ClientId, secret } = await addClient(options.client)

  const messagesTo = (to: string): InboxMessage[] => server.ctx.inbox!.list({ userPoolId: UserPoolId, to })

  /** The newest code to the address, once there are so many. */
  async function codeTo(to: string, count = 1): Promise<string> {
    for (let waited = 0; waited < 5000; waited += 20) {
      const messages = messagesTo(to)
      if (messages.length >= count) return messages.at(-1)!.code!
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    throw new Error(`No message ${count} came to ${to}`)
  }

  const signUp = (Username: string, values: Record<string, string> = {}, more: { ClientId?: string } = {}) =>
    cognito.signUp({ ClientId, Username, Password: password, UserAttributes: attributes(values), ...more })

  const signIn = async (USERNAME: string, PASSWORD = password) => {
    const { AuthenticationResult } = await cognito.initiateAuth({
      ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME, PASSWORD },
    })
    return { AccessToken: AuthenticationResult!.AccessToken!, RefreshToken: AuthenticationResult!.RefreshToken! }
  }

  const addUser = async (Username: string, values: Record<string, string> = {}) => {
    const UserAttributes = attributes(values)
    await cognito.adminCreateUser({ UserPoolId, Username, UserAttributes, MessageAction: 'SUPPRESS' })
    await cognito.adminSetUserPassword({ UserPoolId, Username, Password: password, Permanent: true })
  }

  const confirmed = async (Username: string, email: string) => {
    await signUp(Username, { email })
    await cognito.confirmSignUp({ ClientId, Username, ConfirmationCode: await codeTo(email) })
  }

  return {
    UserPoolId,
    ClientId,
    secret,
    addClient,
    messagesTo,
    codeTo,
    signUp,
    signIn,
    addUser,
    confirmed,
    forget: (Username: string, client = ClientId) => cognito.forgotPassword({ ClientId: client, Username }),
    setForgotten: (Username: string, ConfirmationCode: string, Password = otherPassword, client = ClientId) =>
      cognito.confirmForgotPassword({ ClientId: client, Username, ConfirmationCode, Password }),
    confirm: (Username: string, ConfirmationCode: string, more: { ForceAliasCreation?: boolean } = {}) =>
      cognito.confirmSignUp({ ClientId, Username, ConfirmationCode, ...more }),
    resend: (Username: string, client = ClientId) => cognito.resendConfirmationCode({ ClientId: client, Username }),
    hashFor: (username: string) =>
      createHmac('sha256', secret!)
        .update(username + ClientId)
        .digest('base64'),
    async lookUp(Username: string) {
      const user = await cognito.adminGetUser({ UserPoolId, Username })
      return { status: user.UserStatus, username: user.Username, ...valuesOf(user.UserAttributes) } as Record<
        string,
        string | undefined
      >
    },
  }
}

/** A code that the right one is not. */
export const wrongCode = (right: string): string => String((Number(right) + 1) % 1_000_000).padStart(6, '0')

export const codeMismatch = {
  name: 'CodeMismatchException',
  message: 'Invalid verification code provided, please try again.',
}
export const expiredCode = {
  name: 'ExpiredCodeException',
  message: 'Invalid code provided, please request a code again.',
}
export const limitExceeded = {
  name: 'LimitExceededException',
  message: 'Attempt limit exceeded, please try after some time.',
}
export const unknownName = {
  name: 'UserNotFoundException',
  message: 'Username/client id combination not found.',
}
