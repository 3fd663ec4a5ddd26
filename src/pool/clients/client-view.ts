import type { ClientSecretDescriptorType, UserPoolClientType } from '@aws-sdk/client-cognito-identity-provider'
import type { Context } from '../../context.ts'
import type { Client } from './client.ts'

export function clientView({ config }: Pick<Context, 'config'>, client: Client): UserPoolClientType {
  const { AnalyticsConfiguration: analytics, ...settings } = client.settings
  return {
    UserPoolId: client.poolId,
    ClientName: client.name,
    ClientId: client.id,
    ClientSecret: firstSecret(client),
    LastModifiedDate: client.updatedAt,
    CreationDate: client.createdAt,
    ...settings,
    AnalyticsConfiguration: analytics && {
      ...analytics,
      RoleArn: analytics.RoleArn ?? `arn:aws:iam::${config.accountId}:role/${analyticsRole}`,
      UserDataShared: analytics.UserDataShared ?? false,
    },
  }
}

// A resource that is named only by its ARN is reached with the service's own role.
const analyticsRole = 'aws-service-role/cognito-idp.amazonaws.com/AWSServiceRoleForAmazonCognitoIdp'

// Only the client's first secret is shown again; one that was added later never is.
function firstSecret(client: Client): string | undefined {
  return client.secrets.find(({ createdAt }) => createdAt.getTime() === client.createdAt.getTime())?.secret
}

/** `value` only for a secret that has just been generated. */
export function secretView(secret: { id: string; createdAt: Date }, value?: string): ClientSecretDescriptorType {
  return { ClientSecretId: secret.id, ClientSecretValue: value, ClientSecretCreateDate: secret.createdAt }
}
