import { sameText } from '../../lib/constant-time.ts'
import { secretHashMatches } from '../../lib/secret-hash.ts'
import { InvalidParameter, NotAuthorized } from '../../model/errors.ts'
import type { Client } from './client.ts'

/**
 * Checks a SECRET_HASH over the user name, both as the caller sent them. A public client has no secret to check it
 * against, so a hash from one is refused. @throws NotAuthorizedException, or InvalidParameterException from a public
 * client
 */
export function checkSecretHash(client: Client, username: string, secretHash: string | undefined): void {
  if (client.secrets.length === 0) {
    if (secretHash)
      throw new InvalidParameter(`App client ${client.id} is not configured for secret but secret hash was received`)
    return
  }
  if (!secretHash) {
    throw new NotAuthorized(`Client ${client.id} is configured with secret but SECRET_HASH was not received`)
  }
  const secrets = client.secrets.map(({ secret }) => secret)
  if (!secretHashMatches(secretHash, secrets, username, client.id)) {
    throw new NotAuthorized(`SecretHash does not match for the client: ${client.id}`)
  }
}

/** Whether it is one of the client's secrets. All of them are compared, so that the time does not tell which. */
export function checkClientSecret(client: Client, secret: string): boolean {
  return client.secrets.filter((known) => sameText(known.secret, secret)).length > 0
}
