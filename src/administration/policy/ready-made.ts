import type { ReadyMadePolicy } from '../../model/poolhouse-operations.ts'

interface Installation {
  accountId: string
}

/** The help desk's actions on users. They don't allow acting as a user: no passwords, no sign-ins, no attributes. */
export const helpDeskActions = [
  'AdminConfirmSignUp',
  'AdminDeleteSoftwareToken',
  'AdminForgetDevice',
  'AdminGetDevice',
  'AdminGetUser',
  'AdminGetUserAuthFactors',
  'AdminListDevices',
  'AdminListGroupsForUser',
  'AdminListUserAuthEvents',
  'AdminListUserSessions',
  'AdminResetUserPassword',
  'AdminRevokeUserSession',
  'AdminSetUserMFAPreference',
  'AdminUserGlobalSignOut',
  'DescribeUserPool',
  'GetUserPoolSessionConfiguration',
  'ListUsers',
]

/** A passkey is removed, like an authenticator app, for who has lost it. */
const ownHelpDeskActions = [
  'poolhouse:DeleteUserPasskey',
  'poolhouse:ListUserPasskeys',
  'poolhouse:ListUsersByAttribute',
]

const importerActions = [
  'CreateUserImportJob',
  'DescribeUserImportJob',
  'DescribeUserPool',
  'GetCSVHeader',
  'ListUserImportJobs',
  'StartUserImportJob',
  'StopUserImportJob',
]

const readActions = [
  'cognito-idp:AdminGet*',
  'cognito-idp:AdminList*',
  'cognito-idp:Describe*',
  'cognito-idp:Get*',
  'cognito-idp:List*',
  'poolhouse:Get*Extensions',
  'poolhouse:GetClientBranding',
  'poolhouse:GetPoolMetrics',
  'poolhouse:ListMessages',
  'poolhouse:ListUserPasskeys',
  'poolhouse:ListUsersByAttribute',
]

interface ReadyMade {
  /** Whether it names pools. */
  isOfPools: boolean
  statements(pools: string[]): object[]
}

/** The list names no pool, so no resource limits it: it tells the ids and names of all, and nothing else of them. */
const findPools = { Effect: 'Allow', Action: 'cognito-idp:ListUserPools', Resource: '*' }

const cognito = (names: string[]) => names.map((name) => `cognito-idp:${name}`)

/** By their names in policies. */
export const everyHelpDeskAction = [...cognito(helpDeskActions), ...ownHelpDeskActions]

const readyMade: Record<ReadyMadePolicy, ReadyMade> = {
  administrator: {
    isOfPools: false,
    statements: () => [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  },
  'read-only': {
    isOfPools: false,
    statements: () => [{ Effect: 'Allow', Action: readActions, Resource: '*' }],
  },
  'help-desk': {
    isOfPools: true,
    statements: (pools) => [{ Effect: 'Allow', Action: everyHelpDeskAction, Resource: pools }, findPools],
  },
  developer: {
    isOfPools: true,
    statements: (pools) => [
      {
        Effect: 'Allow',
        Action: [
          'cognito-idp:*',
          'poolhouse:*Extensions',
          'poolhouse:GetClientBranding',
          'poolhouse:GetPoolMetrics',
          'poolhouse:CreateBrandingPreview',
          'poolhouse:ListUserImportFailures',
          'poolhouse:ListUsersByAttribute',
          'poolhouse:*Messages',
          'poolhouse:*UserPasskey*',
          'poolhouse:SendTestMessage',
          'poolhouse:TestTrigger',
        ],
        Resource: pools,
      },
      findPools,
      { Effect: 'Deny', Action: 'cognito-idp:DeleteUserPool', Resource: '*' },
    ],
  },
  importer: {
    isOfPools: true,
    statements: (pools) => [
      { Effect: 'Allow', Action: [...cognito(importerActions), 'poolhouse:ListUserImportFailures'], Resource: pools },
      findPools,
    ],
  },
}

export const isOfPools = (name: ReadyMadePolicy): boolean => readyMade[name].isOfPools

/** The text of a ready-made policy for these pools and their replicas in every region. */
export function readyMadePolicy({ accountId }: Installation, name: ReadyMadePolicy, poolIds: string[]): string {
  const pools = poolIds.map((id) => `arn:aws:cognito-idp:*:${accountId}:userpool/${id}`)
  return JSON.stringify({ Version: '2012-10-17', Statement: readyMade[name].statements(pools) })
}
