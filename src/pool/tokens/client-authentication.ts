import { NotAuthorized, type ServiceError } from '../../model/errors.ts'
import type { Client } from '../clients/client.ts'
import { checkClientSecret } from '../clients/secret-hash.ts'

/**
 * Checks a client's plain secret, for the operations that take it in place of a SECRET_HASH. A public client has none.
 */
export function authenticateClient(
  client: Client,
  secret: string | undefined,
  Refused: new (message: string) => ServiceError = NotAuthorized,
): void {
  if (client.secrets.length === 0) {
    if (secret) throw new Refused(`Client ${client.id} is not configured for secret but client secret was received`)
    return
  }
  if (!secret) throw new Refused(`Client ${client.id} is configured with secret but client secret was not received`)
  if (!checkClientSecret(client, secret)) throw new Refused(`Client secret does not match for the client: ${client.id}`)
}
