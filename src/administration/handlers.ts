import { createAccessKey } from './access-keys/operations/create-access-key.ts'
import { deleteAccessKey } from './access-keys/operations/delete-access-key.ts'
import { listAccessKeys } from './access-keys/operations/list-access-keys.ts'
import { getAuditCheckpoint } from './audit/operations/get-audit-checkpoint.ts'
import { lookupEvents } from './audit/operations/lookup-events.ts'
import { verifyEvents } from './audit/operations/verify-events.ts'
import { createBrandingPreview } from './branding/operations/create-branding-preview.ts'
import { getClientBranding } from './branding/operations/get-client-branding.ts'
import { getClientExtensions } from './extensions/operations/get-client-extensions.ts'
import { getUserPoolExtensions } from './extensions/operations/get-user-pool-extensions.ts'
import { putClientExtensions } from './extensions/operations/put-client-extensions.ts'
import { putUserPoolExtensions } from './extensions/operations/put-user-pool-extensions.ts'
import type { OwnHandlers } from './handler.ts'
import { listUserImportFailures } from './import/operations/list-user-import-failures.ts'
import { listMessages, retryMessages } from './messages/operations.ts'
import { sendTestMessage } from './messages/send-test-message.ts'
import { getPoolMetrics } from './metrics/operations/get-pool-metrics.ts'
import { getOperatorsPool } from './operators/operations/get-operators-pool.ts'
import { setOperatorsPool } from './operators/operations/set-operators-pool.ts'
import { setUpOperators } from './operators/operations/set-up-operators.ts'
import { deleteUserPasskey, listUserPasskeys } from './passkeys/operations.ts'
import { listAllowedActions } from './permissions/operations/list-allowed-actions.ts'
import { deleteRole } from './roles/operations/delete-role.ts'
import { describeRole } from './roles/operations/describe-role.ts'
import { listRoles } from './roles/operations/list-roles.ts'
import { putRole } from './roles/operations/put-role.ts'
import { listSigningKeys, revokeSigningKey, rotateSigningKeys } from './signing-keys/operations.ts'
import { testTrigger } from './triggers/operations/test-trigger.ts'
import { listUsersByAttribute } from './users/list-users-by-attribute.ts'

/** Every operation of our own service. */
export const poolhouseHandlers: OwnHandlers = {
  CreateAccessKey: createAccessKey,
  CreateBrandingPreview: createBrandingPreview,
  DeleteAccessKey: deleteAccessKey,
  DeleteRole: deleteRole,
  DeleteUserPasskey: deleteUserPasskey,
  DescribeRole: describeRole,
  GetClientBranding: getClientBranding,
  GetClientExtensions: getClientExtensions,
  GetUserPoolExtensions: getUserPoolExtensions,
  GetOperatorsPool: getOperatorsPool,
  GetPoolMetrics: getPoolMetrics,
  ListAccessKeys: listAccessKeys,
  ListAllowedActions: listAllowedActions,
  ListMessages: listMessages,
  RetryMessages: retryMessages,
  ListRoles: listRoles,
  ListUserImportFailures: listUserImportFailures,
  ListUserPasskeys: listUserPasskeys,
  ListUsersByAttribute: listUsersByAttribute,
  LookupEvents: lookupEvents,
  PutClientExtensions: putClientExtensions,
  PutRole: putRole,
  PutUserPoolExtensions: putUserPoolExtensions,
  SendTestMessage: sendTestMessage,
  SetOperatorsPool: setOperatorsPool,
  GetAuditCheckpoint: getAuditCheckpoint,
  ListSigningKeys: listSigningKeys,
  RevokeSigningKey: revokeSigningKey,
  RotateSigningKeys: rotateSigningKeys,
  SetUpOperators: setUpOperators,
  TestTrigger: testTrigger,
  VerifyEvents: verifyEvents,
}
