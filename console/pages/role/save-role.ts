import { poolhouse } from '../../api/call.ts'
import { refresh } from '../../api/queries.ts'
import type { PoolhouseInput, PoolhouseOutput } from '../../api/wire.ts'

export type Role = PoolhouseOutput<'DescribeRole'>['Role']
type RoleChange = Partial<Omit<PoolhouseInput<'PutRole'>, 'RoleName'>>

/** A role is replaced as a whole, so that what does not change is sent along as it is at this moment. @throws ApiError */
export async function saveRole(RoleName: string, change: (role: Role) => RoleChange): Promise<void> {
  const { Role: role } = await poolhouse('DescribeRole', { RoleName })
  const { Description, PolicyDocument, Tags, TrustedIssuers } = role
  await poolhouse('PutRole', {
    RoleName,
    ...(Description && { Description }),
    PolicyDocument,
    Tags,
    TrustedIssuers,
    ...change(role),
  })
  await refresh('DescribeRole', 'ListRoles')
}
