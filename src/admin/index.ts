/**
 * `poolhouse/admin`: a client of Poolhouse's own API, for what the SDK of user pools has no operation for.
 *
 *     const admin = createAdmin({ endpoint: 'https://id.example.com', region: 'us-east-1', credentials })
 *     const { Role } = await admin.putRole({ RoleName: 'help', ReadyMadePolicy: 'help-desk', UserPoolIds: [id] })
 */
import type { PoolhouseOperations } from '../model/poolhouse-operations.ts'
import { AdminError, callOperation, type Endpoint } from './call.ts'
import type { Credentials } from './sign.ts'

export type {
  ClientExtensions,
  ClientStandards,
  PoolStandards,
  StandardsPart,
  StandardsProfile,
  TokenExchangePolicy,
  UserPoolExtensions,
} from '../model/extensions.ts'
export type {
  AccessKey,
  AuditEvent,
  AuditFault,
  OperatorsPool,
  OutboxMessage,
  PoolhouseOperations,
  PoolMetric,
  ReadyMadePolicy,
  Role,
  SigningKey,
  TriggerTest,
  TrustedIssuer,
} from '../model/poolhouse-operations.ts'
export type { Credentials, Endpoint as AdminOptions }
export { AdminError }

/** Each operation as a method, as in the SDK: `PutRole` is `putRole`. */
export type Admin = {
  [Name in keyof PoolhouseOperations as Uncapitalize<Name>]: Method<PoolhouseOperations[Name]>
}

type Method<Operation extends { input: object; output: unknown }> = object extends Operation['input']
  ? (input?: Operation['input']) => Promise<Operation['output']>
  : (input: Operation['input']) => Promise<Operation['output']>

const names: Record<keyof PoolhouseOperations, true> = {
  CreateAccessKey: true,
  CreateBrandingPreview: true,
  DeleteAccessKey: true,
  DeleteRole: true,
  DeleteUserPasskey: true,
  DescribeRole: true,
  GetClientBranding: true,
  GetClientExtensions: true,
  GetUserPoolExtensions: true,
  GetOperatorsPool: true,
  GetPoolMetrics: true,
  ListAccessKeys: true,
  ListAllowedActions: true,
  ListMessages: true,
  RetryMessages: true,
  ListRoles: true,
  ListUserImportFailures: true,
  ListUserPasskeys: true,
  ListUsersByAttribute: true,
  LookupEvents: true,
  PutClientExtensions: true,
  PutRole: true,
  PutUserPoolExtensions: true,
  SendTestMessage: true,
  SetOperatorsPool: true,
  GetAuditCheckpoint: true,
  ListSigningKeys: true,
  RevokeSigningKey: true,
  RotateSigningKeys: true,
  SetUpOperators: true,
  TestTrigger: true,
  VerifyEvents: true,
}

export function createAdmin(options: Endpoint): Admin {
  const methods = Object.keys(names).map((name) => [
    name[0]!.toLowerCase() + name.slice(1),
    (input: object = {}) => callOperation(options, 'Poolhouse', name, input),
  ])
  return Object.fromEntries(methods) as Admin
}
