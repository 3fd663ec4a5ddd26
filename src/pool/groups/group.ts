import type { GroupType } from '@aws-sdk/client-cognito-identity-provider'
import type { Db } from '../../context.ts'
import { GroupNotFound } from '../../model/errors.ts'
import { findGroup, type Group } from './group-store.ts'

/** By its exact name. @throws ResourceNotFoundException */
export async function requireGroup(db: Db, poolId: string, name: string): Promise<Group> {
  const group = await findGroup(db, poolId, name)
  if (!group) throw new GroupNotFound()
  return group
}

export function groupView(group: Group): GroupType {
  return {
    GroupName: group.name,
    UserPoolId: group.pool_id,
    Description: group.description ?? undefined,
    RoleArn: group.role_arn ?? undefined,
    Precedence: group.precedence ?? undefined,
    LastModifiedDate: group.updated_at,
    CreationDate: group.created_at,
  }
}
