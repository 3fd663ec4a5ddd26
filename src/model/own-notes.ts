/** What each operation of our own service does, in one line. */
import type { PoolhouseOperationName } from './model.ts'

export const ownNotes: Record<PoolhouseOperationName, string> = {
  CreateAccessKey: 'makes an access key of a role for a service; its secret is in the answer alone',
  CreateBrandingPreview: 'gives a link that previews the login pages of an app client once, for an hour',
  DeleteAccessKey: 'ends an access key',
  DeleteRole: 'deletes a role and its access keys',
  DescribeRole: 'describes a role: policy, tags, trusted issuers',
  GetAuditCheckpoint: 'says how far the chains of the audit reach, signed: to be kept elsewhere',
  GetClientExtensions: 'reads what an app client has beyond its Cognito settings',
  GetOperatorsPool: 'tells which pool is marked as the one whose users may administer',
  GetPoolMetrics: 'sign-ins, registrations, refreshes, risks, messages and calls of a pool or client, by hour or day',
  GetUserPoolExtensions: 'reads what a pool has beyond its Cognito settings',
  ListAccessKeys: 'lists access keys with their last use, by page',
  ListAllowedActions: 'tells which actions the caller may do',
  ListMessages:
    'lists mail and SMS of a pool, newest first: waiting, delivered, failed and why; nothing of what they say',
  ListRoles: 'lists roles, by page',
  ListSigningKeys: 'lists the keys that sign the tokens of a pool',
  ListUserImportFailures: 'lists the lines of an import that made no user, and why: the first thousand',
  LookupEvents: 'searches the audit, newest first, by page',
  PutClientExtensions: 'sets what an app client has beyond its Cognito settings',
  PutRole: 'makes or replaces a role: a policy, tags, the outside issuers that it trusts',
  PutUserPoolExtensions: 'sets what a pool has beyond its Cognito settings',
  RetryMessages: 'sends failed messages again whose code is still good',
  RevokeSigningKey: 'withdraws a signing key that others know: what it has signed is refused',
  RotateSigningKeys: 'gives a pool new signing keys; the former ones verify until their tokens are over',
  SetOperatorsPool: 'marks the pool whose users may administer',
  SetUpOperators: 'makes the pool of the operators with its app client, and an administrator',
  VerifyEvents: 'finds what was changed in the audit or removed from it, chain by chain',
}
