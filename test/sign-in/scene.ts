import { createHmac } from 'node:crypto'
import type {
  CreateUserPoolClientRequest,
  CreateUserPoolRequest,
  InitiateAuthResponse,
} from '@aws-sdk/client-cognito-identity-provider'
import { clientKey, clientTimestamp, newClient } from '../lib/srp-client.ts'
import type { TestServer } from '../support/server.ts'

export const rightPassword = 'Correct-Horse-9'
export const wrongPassword = 'Wrong-Horse-9'

const everyFlow = [
  'ALLOW_USER_PASSWORD_AUTH',
  'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  'ALLOW_USER_SRP_AUTH',
  'ALLOW_USER_AUTH',
  'ALLOW_REFRESH_TOKEN_AUTH',
] as const

/** A pool with a client, and what its tests do over and over. */
export async function signInScene(
  { cognito }: TestServer,
  options: { pool?: Partial<CreateUserPoolRequest>; client?: Partial<CreateUserPoolClientRequest> } = {},
) {
  const { UserPool } = await cognito.createUserPool({ PoolName: 'sign-in', ...options.pool })
  const UserPoolId = UserPool!.Id!

  async function addClient(settings: Partial<CreateUserPoolClientRequest> = {}) {
    const { UserPoolClient } = await cognito.createUserPoolClient({
      UserPoolId,
      ClientName: 'app',
      ExplicitAuthFlows: [...everyFlow],
      ...settings,
    })
    return { ClientId: UserPoolClient!.ClientId!, secret: UserPoolClient!.ClientSecret! }
  }

  const { ClientId, secret } = await addClient(options.client)
  const hashFor = (username: string) =>
    createHmac('sha256', secret)
      .update(username + ClientId)
      .digest('base64')

  return {
    UserPoolId,
    ClientId,
    secret,
    hashFor,
    addClient,

    async addUser(Username: string, { attributes = {} as Record<string, string>, password = rightPassword } = {}) {
      const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }))
      const TemporaryPassword = password
      await cognito.adminCreateUser({
        UserPoolId,
        Username,
        UserAttributes,
        TemporaryPassword,
        MessageAction: 'SUPPRESS',
      })
      await cognito.adminSetUserPassword({ UserPoolId, Username, Password: password, Permanent: true })
    },

    addTemporaryUser: (Username: string, attributes: Record<string, string> = {}) =>
      cognito.adminCreateUser({
        UserPoolId,
        Username,
        UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
        TemporaryPassword: rightPassword,
        MessageAction: 'SUPPRESS',
      }),

    byPassword: (USERNAME: string, PASSWORD = rightPassword, client = ClientId) =>
      cognito.initiateAuth({
        ClientId: client,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME, PASSWORD },
      }),

    answerNewPassword: (username: string, Session: string, responses: Record<string, string>, client = ClientId) =>
      cognito.respondToAuthChallenge({
        ClientId: client,
        ChallengeName: 'NEW_PASSWORD_REQUIRED',
        Session,
        ChallengeResponses: { USERNAME: username, ...responses },
      }),

    startSrp: (username: string, client = ClientId) =>
      startSrp({ cognito }, { UserPoolId, ClientId: client, username }),
  }
}

/** Both steps of SRP as amazon-cognito-identity-js works them out, kept apart so that a test can stand in between. */
export async function startSrp(
  { cognito }: Pick<TestServer, 'cognito'>,
  { UserPoolId, ClientId, username }: { UserPoolId: string; ClientId: string; username: string },
) {
  const srp = newClient(UserPoolId.split('_')[1]!)
  const A = await new Promise<string>((resolve, reject) =>
    srp.calculateA(srp.smallAValue, (error, value) => (error ? reject(error) : resolve(value.toString(16)))),
  )
  const asked = await cognito.initiateAuth({
    ClientId,
    AuthFlow: 'USER_SRP_AUTH',
    AuthParameters: { USERNAME: username, SRP_A: A },
  })
  return {
    asked,
    responses: (password: string, timestamp?: string) => srpResponses(srp, UserPoolId, asked, password, timestamp),
  }
}

export async function srpResponses(
  srp: ReturnType<typeof newClient>,
  poolId: string,
  asked: InitiateAuthResponse,
  password: string,
  TIMESTAMP = clientTimestamp(),
): Promise<Record<string, string>> {
  const { USER_ID_FOR_SRP, SRP_B, SALT, SECRET_BLOCK } = asked.ChallengeParameters!
  const key = await clientKey(srp, USER_ID_FOR_SRP!, password, SRP_B!, SALT!)
  return {
    USERNAME: USER_ID_FOR_SRP!,
    PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK!,
    TIMESTAMP,
    PASSWORD_CLAIM_SIGNATURE: createHmac('sha256', key)
      .update(poolId.split('_')[1]! + USER_ID_FOR_SRP)
      .update(Buffer.from(SECRET_BLOCK!, 'base64'))
      .update(TIMESTAMP)
      .digest('base64'),
  }
}

export const invalidSession = { name: 'NotAuthorizedException', message: 'Invalid session for the user.' }
export const usedSession = {
  name: 'NotAuthorizedException',
  message: 'Invalid session for the user, session can only be used once.',
}
export const wrongCredentials = { name: 'NotAuthorizedException', message: 'Incorrect username or password.' }
export const lockedOut = { name: 'NotAuthorizedException', message: 'Password attempts exceeded' }
