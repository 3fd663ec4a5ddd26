import type { Endpoint } from '../admin/call.ts'
import { readConfig } from '../config.ts'
import { credentialsOf, readSession } from './operator-session.ts'

/** Signs with AWS's environment variables, else with the root key's, else with the sign-in of `poolhouse login`. */
export async function caller(): Promise<Endpoint> {
  const { publicUrl, region, credentials } = readConfig('dev', process.env)
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    POOLHOUSE_ACCESS_KEY_ID: rootKeyId,
  } = process.env
  const own =
    accessKeyId && secretAccessKey
      ? { accessKeyId, secretAccessKey, sessionToken: sessionToken || undefined }
      : undefined
  const session = own || rootKeyId ? undefined : await readSession(publicUrl)
  const signedIn = session && (() => credentialsOf(session))
  return { endpoint: publicUrl, region, credentials: own ?? signedIn ?? credentials[0]! }
}
