import type { ClientSecretDescriptorType, UserPoolClientType } from '@aws-sdk/client-cognito-identity-provider'
import type { Client } from './client.ts'

export function clientView(client: Client): UserPoolClientType {
  return {
    UserPoolId: client.poolId,
    ClientName: client.name,
    ClientId: client.id,
    ClientSecret: firstSecret(client),
    LastModifiedDate: client.updatedAt,
    CreationDate: client.createdAt,
    ...client.settings,
  }
}

// Only the secret that the client was made with is shown again; one that was added later, never.
function firstSecret(client: Client): string | undefined {
  return client.secrets.find(({ createdAt }) => createdAt.getTime() === client.createdAt.getTime())?.secret
}

/** `value` only for a secret that has just been generated. */
export function secretView(secret: { id: string; createdAt: Date }, value?: string): ClientSecretDescriptorType {
  return { ClientSecretId: secret.id, ClientSecretValue: value, ClientSecretCreateDate: secret.createdAt }
}
