import type { Cognito } from '../cognito.ts'
import { everyPage } from '../form.ts'
import type { Json, JsonObject } from './read-template.ts'
import { isPartOf, type Outcome, orUndefined, settle } from './settle.ts'
import { applyUserPool, clientTag, factorMembers } from './user-pool.ts'

export interface Scene {
  call: Cognito
  endpoint: string
  region: string
  /** The name under which pools are found again. */
  stack: string
}

export interface Resource {
  logicalId: string
  /** The properties with their functions evaluated. */
  properties: JsonObject
}

export interface Applied {
  /** The value of `Ref`. */
  id: string
  /** The values of `Fn::GetAtt`. */
  attributes: Record<string, Json | undefined>
  outcome: Outcome
  /** An address that it would have on AWS, which templates put together themselves, and the address that it has here. */
  address?: { onAws: string; here: string }
}

export type Apply = (scene: Scene, resource: Resource) => Promise<Applied>

export interface ResourceType {
  /** The operation's input that has the members of this resource. */
  input: string
  /** Members of the resource that the input has not, or under another name. */
  own?: string[]
  apply: Apply
}

export const resourceTypes: Record<string, ResourceType> = {
  'AWS::Cognito::UserPool': {
    input: 'CreateUserPoolRequest',
    own: ['UserPoolName', ...factorMembers],
    apply: applyUserPool,
  },
  'AWS::Cognito::UserPoolClient': { input: 'CreateUserPoolClientRequest', apply: applyClient },
  'AWS::Cognito::UserPoolDomain': {
    input: 'CreateUserPoolDomainRequest',
    async apply({ call, region, endpoint }, { properties }) {
      const Domain = String(properties.Domain)
      const outcome = await settle(properties, {
        find: async () => {
          const { DomainDescription: found } = await call('DescribeUserPoolDomain', { Domain })
          // An unknown domain is described by nothing.
          return found?.Domain === undefined ? undefined : found
        },
        create: () => call('CreateUserPoolDomain', properties as never),
        update: () => call('UpdateUserPoolDomain', properties as never),
      })
      const { DomainDescription: found } = await call('DescribeUserPoolDomain', { Domain })
      const attributes = { CloudFrontDistribution: found?.CloudFrontDistribution, Id: Domain }
      const onAws = `https://${Domain}.auth.${region}.amazoncognito.com`
      return { id: Domain, attributes, outcome, address: { onAws, here: `${endpoint}/${properties.UserPoolId}` } }
    },
  },
  'AWS::Cognito::UserPoolGroup': {
    input: 'CreateGroupRequest',
    async apply({ call }, { logicalId, properties }) {
      const GroupName = String(properties.GroupName ?? logicalId)
      const group = { ...properties, GroupName } as never
      const outcome = await settle(group, {
        find: async () => (await call('GetGroup', { UserPoolId: String(properties.UserPoolId), GroupName })).Group,
        create: () => call('CreateGroup', group),
        update: () => call('UpdateGroup', group),
      })
      return { id: GroupName, attributes: {}, outcome }
    },
  },
  'AWS::Cognito::UserPoolResourceServer': {
    input: 'CreateResourceServerRequest',
    async apply({ call }, { properties }) {
      const Identifier = String(properties.Identifier)
      const UserPoolId = String(properties.UserPoolId)
      const outcome = await settle(properties, {
        find: async () => (await call('DescribeResourceServer', { UserPoolId, Identifier })).ResourceServer,
        create: () => call('CreateResourceServer', properties as never),
        update: () => call('UpdateResourceServer', properties as never),
      })
      return { id: Identifier, attributes: {}, outcome }
    },
  },
  'AWS::Cognito::UserPoolIdentityProvider': {
    input: 'CreateIdentityProviderRequest',
    async apply({ call }, { properties }) {
      const { ProviderType, ...changeable } = properties
      const ProviderName = String(properties.ProviderName)
      const UserPoolId = String(properties.UserPoolId)
      const outcome = await settle(properties, {
        find: async () => (await call('DescribeIdentityProvider', { UserPoolId, ProviderName })).IdentityProvider,
        create: () => call('CreateIdentityProvider', properties as never),
        update: () => call('UpdateIdentityProvider', changeable as never),
      })
      return { id: ProviderName, attributes: { Id: ProviderName }, outcome }
    },
  },
  'AWS::Cognito::UserPoolUser': { input: 'AdminCreateUserRequest', apply: applyUser },
  'AWS::Cognito::UserPoolUserToGroupAttachment': {
    input: 'AdminAddUserToGroupRequest',
    async apply({ call }, { properties }) {
      const { UserPoolId, Username, GroupName } = properties as Record<string, string>
      const user = { UserPoolId: UserPoolId!, Username: Username! }
      const groups = await everyPage<'Groups', { GroupName?: string }>(async (page) => {
        const { Groups = [], NextToken } = await call('AdminListGroupsForUser', { ...user, ...page })
        return { Groups, NextToken }
      }, 'Groups')
      const isMember = groups.some((group) => group.GroupName === GroupName)
      if (!isMember) await call('AdminAddUserToGroup', { ...user, GroupName: GroupName! })
      return { id: `${Username} in ${GroupName}`, attributes: {}, outcome: isMember ? 'unchanged' : 'created' }
    },
  },
  'AWS::Cognito::UserPoolUICustomizationAttachment': {
    input: 'SetUICustomizationRequest',
    async apply({ call }, { properties }) {
      const { UserPoolId, ClientId, CSS } = properties as Record<string, string>
      const { UICustomization: found } = await call('GetUICustomization', { UserPoolId: UserPoolId!, ClientId })
      const isSame = found?.CSS === CSS && found?.ClientId === ClientId
      if (!isSame) await call('SetUICustomization', properties as never)
      return { id: `${UserPoolId} ${ClientId}`, attributes: {}, outcome: isSame ? 'unchanged' : 'updated' }
    },
  },
  'AWS::Cognito::UserPoolRiskConfigurationAttachment': {
    input: 'SetRiskConfigurationRequest',
    async apply({ call }, { properties }) {
      const { UserPoolId, ClientId, ...settings } = properties as Record<string, string>
      // CloudFormation's name for all clients.
      const which = { UserPoolId: UserPoolId!, ...(ClientId !== 'ALL' && { ClientId }) }
      const { RiskConfiguration: found } = await call('DescribeRiskConfiguration', which)
      const isSame = isPartOf(settings, found)
      if (!isSame) await call('SetRiskConfiguration', { ...which, ...settings } as never)
      return { id: `${UserPoolId} ${ClientId}`, attributes: {}, outcome: isSame ? 'unchanged' : 'updated' }
    },
  },
  'AWS::Cognito::LogDeliveryConfiguration': {
    input: 'SetLogDeliveryConfigurationRequest',
    async apply({ call }, { properties }) {
      const UserPoolId = String(properties.UserPoolId)
      const found = await orUndefined(call('GetLogDeliveryConfiguration', { UserPoolId }))
      const isSame = isPartOf(properties, found?.LogDeliveryConfiguration)
      if (!isSame) await call('SetLogDeliveryConfiguration', properties as never)
      return { id: UserPoolId, attributes: { Id: UserPoolId }, outcome: isSame ? 'unchanged' : 'updated' }
    },
  },
  'AWS::Cognito::ManagedLoginBranding': {
    input: 'CreateManagedLoginBrandingRequest',
    own: ['ReturnMergedResources'],
    async apply({ call }, { properties }) {
      const { ReturnMergedResources, ClientId, ...style } = properties
      const which = { UserPoolId: String(properties.UserPoolId), ClientId: String(ClientId) }
      const find = async () =>
        (await call('DescribeManagedLoginBrandingByClient', which)).ManagedLoginBranding as {
          ManagedLoginBrandingId: string
        }
      const outcome = await settle(style, {
        find,
        create: () => call('CreateManagedLoginBranding', { ...style, ClientId } as never),
        update: ({ ManagedLoginBrandingId }) =>
          call('UpdateManagedLoginBranding', { ...style, ManagedLoginBrandingId } as never),
      })
      const { ManagedLoginBrandingId } = await find()
      return { id: ManagedLoginBrandingId, attributes: { ManagedLoginBrandingId }, outcome }
    },
  },
}

async function applyClient({ call }: Scene, { logicalId, properties }: Resource): Promise<Applied> {
  const UserPoolId = String(properties.UserPoolId)
  const { UserPool } = await call('DescribeUserPool', { UserPoolId })
  const known = UserPool!.UserPoolTags?.[clientTag(logicalId)]
  const { GenerateSecret, ...changeable }: JsonObject = { ClientName: logicalId, ...properties }
  let ClientId = known ?? ''
  const outcome = await settle(changeable, {
    find: async () =>
      known === undefined ? undefined : (await call('DescribeUserPoolClient', { UserPoolId, ClientId })).UserPoolClient,
    create: async () => {
      const created = await call('CreateUserPoolClient', { ...changeable, GenerateSecret } as never)
      ClientId = created.UserPoolClient!.ClientId!
      await call('TagResource', { ResourceArn: UserPool!.Arn!, Tags: { [clientTag(logicalId)]: ClientId } })
    },
    update: () => call('UpdateUserPoolClient', { ...changeable, ClientId } as never),
  })
  const { UserPoolClient } = await call('DescribeUserPoolClient', { UserPoolId, ClientId })
  const { ClientName: Name, ClientSecret } = UserPoolClient!
  return { id: ClientId, attributes: { ClientId, Name, ClientSecret }, outcome }
}

async function applyUser({ call }: Scene, { logicalId, properties }: Resource): Promise<Applied> {
  const UserPoolId = String(properties.UserPoolId)
  const Username = String(properties.Username ?? logicalId)
  const UserAttributes = (properties.UserAttributes ?? []) as { Name: string; Value: string }[]
  const outcome = await settle(
    { UserAttributes },
    {
      // Compared are the attributes that the template names.
      find: async () => {
        const found = await call('AdminGetUser', { UserPoolId, Username })
        const values = new Map(found.UserAttributes?.map(({ Name, Value }) => [Name, Value]))
        return { UserAttributes: UserAttributes.map(({ Name }) => ({ Name, Value: values.get(Name) })) }
      },
      create: () => call('AdminCreateUser', { ...properties, Username } as never),
      update: () => call('AdminUpdateUserAttributes', { UserPoolId, Username, UserAttributes }),
    },
  )
  return { id: Username, attributes: {}, outcome }
}
