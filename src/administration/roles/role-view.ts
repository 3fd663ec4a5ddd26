import type { Config } from '../../config.ts'
import type { Role } from '../../model/poolhouse-operations.ts'
import { roleArn } from '../principals/principal.ts'
import type { RoleRow } from './role-store.ts'

export const roleView = (config: Config, role: RoleRow): Role => ({
  RoleName: role.name,
  Arn: roleArn(config, role.name),
  ...(role.description !== null && { Description: role.description }),
  PolicyDocument: role.policy,
  Tags: role.tags,
  TrustedIssuers: role.trusted_issuers,
  CreationDate: role.created_at,
  LastModifiedDate: role.updated_at,
})
