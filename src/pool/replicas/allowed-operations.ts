import type { OperationName } from '../handler.ts'
import type { Replica } from '../pools/replica.ts'

/** The operations in the region of an inactive replica: reads, and what belongs to the region alone. */
const whileInactive: OperationName[] = [
  'AdminGetDevice',
  'AdminGetUser',
  'AdminListDevices',
  'AdminListGroupsForUser',
  'AdminListUserAuthEvents',
  'CreateUserPoolDomain',
  'DeleteUserPoolDomain',
  'DescribeIdentityProvider',
  'DescribeManagedLoginBranding',
  'DescribeManagedLoginBrandingByClient',
  'DescribeResourceServer',
  'DescribeRiskConfiguration',
  'DescribeTerms',
  'DescribeUserPool',
  'DescribeUserPoolClient',
  'DescribeUserPoolDomain',
  'GetGroup',
  'GetLogDeliveryConfiguration',
  'GetSigningCertificate',
  'GetUICustomization',
  'GetUserPoolMfaConfig',
  'ListGroups',
  'ListIdentityProviders',
  'ListResourceServers',
  'ListTagsForResource',
  'ListTerms',
  'ListUserPoolClients',
  'ListUserPoolClientSecrets',
  'ListUserPoolReplicas',
  'ListUserPools',
  'ListUsers',
  'ListUsersInGroup',
  'SetLogDeliveryConfiguration',
  'SetRiskConfiguration',
  'SetUserPoolMfaConfig',
  'TagResource',
  'UntagResource',
  'UpdateUserPool',
  'UpdateUserPoolDomain',
  'UpdateUserPoolReplica',
]

/** Further ones with an active replica: sign-in, and everything that changes no user. */
const whileActive: OperationName[] = [
  'AdminInitiateAuth',
  'AdminRespondToAuthChallenge',
  'AdminUpdateAuthEventFeedback',
  'AdminUserGlobalSignOut',
  'GetDevice',
  'GetIdentityProviderByIdentifier',
  'GetTokensFromRefreshToken',
  'GetUser',
  'GetUserAuthFactors',
  'GlobalSignOut',
  'InitiateAuth',
  'ListDevices',
  'ListWebAuthnCredentials',
  'RespondToAuthChallenge',
  'RevokeToken',
  'UpdateAuthEventFeedback',
]

const allowed: Record<Replica['status'], ReadonlySet<OperationName>> = {
  INACTIVE: new Set(whileInactive),
  ACTIVE: new Set([...whileInactive, ...whileActive]),
}

export const allowsOperation = (status: Replica['status'], name: OperationName): boolean => allowed[status].has(name)
