import { InvalidParameter } from '../../model/errors.ts'
import type { Client } from './client.ts'

export const isRegistered = ({ settings }: Pick<Client, 'settings'>): boolean => settings.ClientType === 'DCR'

/** @throws InvalidParameterException where the client has registered itself */
export function requireSecretOperations(client: Client): void {
  if (isRegistered(client))
    throw new InvalidParameter('Client secret operations are not supported for dynamically registered clients.')
}
