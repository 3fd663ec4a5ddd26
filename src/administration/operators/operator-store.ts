import { sql } from 'kysely'
import type { Db } from '../../context.ts'
import type { Proven } from '../../pool/tokens/proven.ts'

const key = 'operators-pool'

const clientKey = 'operators-client'

/** The pool whose users can be operators, where one is marked. */
export async function findOperatorsPool(db: Db): Promise<string | undefined> {
  const row = await db.selectFrom('installation').select('value').where('key', '=', key).executeTakeFirst()
  return row?.value.toString()
}

/** Whether a call is about the operators' pool. */
export const isOperatorsPool = (poolId: string | undefined) => sql<boolean>`exists (
  select from installation where installation.key = ${key} and installation.value = convert_to(${poolId ?? ''}, 'UTF8'))`

export async function setOperatorsPool(db: Db, poolId: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const former = await findOperatorsPool(trx)
    await setValue(trx, key, poolId)
    await noticeMark(trx, [poolId, former])
  })
}

/** Part of the cached snapshot of a pool. */
async function noticeMark(db: Db, poolIds: (string | undefined)[]): Promise<void> {
  const ids = poolIds.filter((id) => id !== undefined)
  await db
    .updateTable('pools')
    .set((eb) => ({ revision: eb('revision', '+', 1) }))
    .where('id', 'in', ids)
    .execute()
}

/**
 * Marks the pool as the operators', if no other pool is marked or the marked one is gone. False if another call was
 * first.
 */
export async function claimOperatorsPool(db: Db, poolId: string, formerPoolId: string | undefined): Promise<boolean> {
  const value = Buffer.from(poolId)
  const former = Buffer.from(formerPoolId ?? '')
  return db.transaction().execute(async (trx) => {
    const row = await trx
      .insertInto('installation')
      .values({ key, value })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }).where('installation.value', '=', former))
      .returning('key')
      .executeTakeFirst()
    if (row) await noticeMark(trx, [poolId])
    return row !== undefined
  })
}

/** The marked pool, and the client of the console and `poolhouse login`; either may be gone. */
export async function findOperatorsIds(db: Db): Promise<{ poolId?: string; clientId?: string }> {
  const rows = await db.selectFrom('installation').selectAll().where('key', 'in', [key, clientKey]).execute()
  const textOf = (name: string) => rows.find((row) => row.key === name)?.value.toString()
  return { poolId: textOf(key), clientId: textOf(clientKey) }
}

export const setOperatorsClient = (db: Db, clientId: string): Promise<void> => setValue(db, clientKey, clientId)

async function setValue(db: Db, key: string, text: string): Promise<void> {
  const value = Buffer.from(text)
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
  isOfOperators: boolean
  /** How the operator signed in. */
  proven: Proven
}

interface Operator {
  /** The role that one of the operator's groups carries. */
  roleName: string
  roleArn: string
  poolId: string
  userId: string
  originJti: string
}

/**
 * A role that an operator may use now: a group of the operators' pool has its ARN, the operator is in the group and
 * enabled, and the sign-in has not ended. A call with temporary credentials needs this statement alone.
 */
export async function findOperatorsRole(
  db: Db,
  { roleName, roleArn, poolId, userId, originJti }: Operator,
  calledPoolId: string | undefined,
): Promise<OperatorsRole | undefined> {
  const { rows } = await sql<Omit<OperatorsRole, 'isOfOperators'>>`
    with called as materialized (
      select settings -> 'UserPoolTags' as tags from pools where id = ${calledPoolId ?? null}
    )
    select roles.name as "roleName", roles.policy, roles.tags, roles.revision, families.proven,
      (select tags from called) as "poolTags"
    from roles
    join installation on installation.key = ${key} and installation.value = convert_to(${poolId}, 'UTF8')
    join users on users.pool_id = ${poolId} and users.id = ${userId}::uuid and users.enabled
    join token_families families on families.pool_id = ${poolId} and families.origin_jti = ${originJti}::uuid
      and families.user_id = users.id and families.revoked_at is null
      and (users.tokens_valid_from is null or families.created_at > users.tokens_valid_from)
    where roles.name = ${roleName} and exists (
      select from groups join group_members members
        on members.pool_id = groups.pool_id and members.group_name = groups.name
      where groups.pool_id = ${poolId} and groups.role_arn = ${roleArn} and members.user_id = users.id)`.execute(db)
  return rows[0] && { ...rows[0], isOfOperators: calledPoolId === poolId }
}
