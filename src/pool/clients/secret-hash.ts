import { sameText } from '../../lib/constant-time.ts'
import { secretHashMatches } from '../../lib/secret-hash.ts'
import { InvalidParameter, NotAuthorized } from '../../model/errors.ts'
import type { Client } from './client.ts'

/**
 * SECRET_HASH as the caller sent it, over the user name as the caller sent it. A public client has nothing to check a
 * hash against, so one that comes with it anyway is refused too.
 *
 * @throws NotAuthorizedException, or InvalidParameterException from a public client
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

/** Whether it is one of the client's secrets; each is compared, so that the time does not tell which. */
export function checkClientSecret(client: Client, secret: string): boolean {
  return client.secrets.filter((known) => sameText(known.secret, secret)).length > 0
}
