import type {
  CreateUserPoolClientRequest,
  CreateUserPoolRequest,
  LambdaConfigType,
} from '@aws-sdk/client-cognito-identity-provider'
import type { Config } from '../../src/config.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { type LambdaEndpoint, lambdaKey, startLambda } from './lambda-endpoint.ts'

export const password = 'Correct-Horse-9'

export interface TriggerScene extends TestServer {
  lambda: LambdaEndpoint
  /** A pool with a client, whose functions are those named; each test brings the code for the names it uses. */
  pool(
    triggers: LambdaConfigType,
    settings?: Partial<CreateUserPoolRequest>,
    client?: Partial<CreateUserPoolClientRequest>,
  ): Promise<{ UserPoolId: string; ClientId: string; secret: string }>
}

export async function startScene(config: Partial<Config> = {}): Promise<TriggerScene> {
  const lambda = await startLambda()
  const server = await startTestServer({ lambdaEndpoint: lambda.url, lambdaCredentials: lambdaKey, ...config })
  const { cognito } = server
  return {
    ...server,
    lambda,
    async pool(LambdaConfig, settings = {}, client = {}) {
      const { UserPool } = await cognito.createUserPool({ PoolName: 'triggers', LambdaConfig, ...settings })
      const UserPoolId = UserPool!.Id!
      const { UserPoolClient } = await cognito.createUserPoolClient({
        UserPoolId,
        ClientName: 'app',
        ExplicitAuthFlows: [
          'ALLOW_USER_PASSWORD_AUTH',
          'ALLOW_ADMIN_USER_PASSWORD_AUTH',
          'ALLOW_USER_SRP_AUTH',
          'ALLOW_CUSTOM_AUTH',
          'ALLOW_REFRESH_TOKEN_AUTH',
        ],
        ...client,
      })
      return { UserPoolId, ClientId: UserPoolClient!.ClientId!, secret: UserPoolClient!.ClientSecret! }
    },
    async close() {
      await server.close()
      await lambda.close()
    },
  }
}

/** The envelope, so that a test can compare a whole event. */
export const envelope = (
  triggerSource: string,
  about: { UserPoolId: string; ClientId?: string; userName: string; version?: string },
) => ({
  version: about.version ?? '1',
  triggerSource,
  region: 'us-east-1',
  userPoolId: about.UserPoolId,
  userName: about.userName,
  callerContext: {
    awsSdkVersion: 'aws-sdk-unknown-unknown',
    clientId: about.ClientId ?? 'CLIENT_ID_NOT_APPLICABLE',
  },
})

export const claimsOf = (token: string | undefined) =>
  JSON.parse(Buffer.from(token!.split('.')[1]!, 'base64url').toString())
