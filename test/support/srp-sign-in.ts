import {
  AuthenticationDetails,
  CognitoUser,
  CognitoUserPool,
  type CognitoUserSession,
} from 'amazon-cognito-identity-js'
import type { TestServer } from './server.ts'

/** Signs in by SRP with amazon-cognito-identity-js as it comes, but for the endpoint. */
export function signInBySrp(
  { url }: Pick<TestServer, 'url'>,
  user: { UserPoolId: string; ClientId: string; username: string; password: string },
): Promise<CognitoUserSession> {
  const memory = new Map<string, string>()
  const storage = {
    setItem: (key: string, value: string) => void memory.set(key, value),
    getItem: (key: string) => memory.get(key) ?? null,
    removeItem: (key: string) => void memory.delete(key),
    clear: () => memory.clear(),
  }
  const { UserPoolId, ClientId, username, password } = user
  const pool = new CognitoUserPool({ UserPoolId, ClientId, endpoint: url, Storage: storage })
  const cognitoUser = new CognitoUser({ Username: username, Pool: pool, Storage: storage })
  return new Promise((resolve, reject) =>
    cognitoUser.authenticateUser(new AuthenticationDetails({ Username: username, Password: password }), {
      onSuccess: resolve,
      onFailure: reject,
    }),
  )
}
