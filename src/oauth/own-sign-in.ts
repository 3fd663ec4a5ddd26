import { randomToken } from '../lib/ids.ts'
import type { Client } from '../pool/clients/client.ts'

/**
 * A sign-in that comes back to one of our own pages: an ordinary request of the app. Nobody knows the verifier of its
 * challenge, so that the code which comes along is of no use to anyone.
 */
export const ownSignIn = (
  client: Client,
  request: { redirect_uri: string; state: string } & Record<string, string>,
): URLSearchParams =>
  new URLSearchParams({
    client_id: client.id,
    response_type: 'code',
    ...request,
    code_challenge_method: 'S256',
    code_challenge: randomToken(32),
  })
