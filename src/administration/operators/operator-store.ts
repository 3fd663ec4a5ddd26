import { sql } from 'kysely'
import type { Db } from '../../context.ts'

const key = 'operators-pool'

/** The pool whose users can be operators, where one is marked. */
export async function findOperatorsPool(db: Db): Promise<string | undefined> {
  const row = await db.selectFrom('installation').select('value').where('key', '=', key).executeTakeFirst()
  return row?.value.toString()
}

export async function setOperatorsPool(db: Db, poolId: string): Promise<void> {
  const value = Buffer.from(poolId)
  await db
    .insertInto('installation')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute()
}

export interface OperatorsRole {
  roleName: string
  policy: string
  tags: Record<string, string>
  revision: string
  poolTags: Record<string, string> | null
}

interface Operator {
  roleName: string
  roleArn: string
  poolId: string
  userId: string
  originJti: string
}

/**
 * A role that an operator may have now: a group of the operators' pool carries its ARN and the operator is in it, is
 * enabled, and the sign-in stands. The one statement of a call with temporary credentials.
 */
export async function findOperatorsRole(
  db: Db,
  { roleName, roleArn, poolId, userId, originJti }: Operator,
  calledPoolId: string | undefined,
): Promise<OperatorsRole | undefined> {
  const { rows } = await sql<OperatorsRole>`
    select roles.name as "roleName", roles.policy, roles.tags, roles.revision,
      (select settings -> 'UserPoolTags' from pools where id = ${calledPoolId ?? null}) as "poolTags"
    from roles
    join installation on installation.key = ${key} and installation.value = convert_to(${poolId}, 'UTF8')
    join users on users.pool_id = ${poolId} and users.id = ${userId}::uuid and users.enabled
    join token_families families on families.pool_id = users.pool_id and families.origin_jti = ${originJti}::uuid
      and families.user_id = users.id and families.revoked_at is null
      and (users.tokens_valid_from is null or families.created_at > users.tokens_valid_from)
    where roles.name = ${roleName} and exists (
      select from groups join group_members members
        on members.pool_id = groups.pool_id and members.group_name = groups.name
      where groups.pool_id = users.pool_id and groups.role_arn = ${roleArn} and members.user_id = users.id)`.execute(db)
  return rows[0]
}
