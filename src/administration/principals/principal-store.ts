import { sql } from 'kysely'
import type { Db } from '../../context.ts'
import { withoutFlush } from '../../store/without-flush.ts'
import { isOperatorsPool } from '../operators/operator-store.ts'

export interface KeyRow {
  secretSealed: Buffer
  service: string
  expiresAt: Date | null
  lastUsedAt: Date | null
  roleName: string
  policy: string
  tags: Record<string, string>
  revision: string
  /** The tags of the pool that the call is about. */
  poolTags: Record<string, string> | null
  isOfOperators: boolean
}

/** The only statement of a call signed with a key: reads the key, its role and the pool's tags. */
export async function findKey(db: Db, id: string, poolId: string | undefined): Promise<KeyRow | undefined> {
  const { rows } = await sql<KeyRow>`
    select access_keys.secret_sealed as "secretSealed", access_keys.service, access_keys.expires_at as "expiresAt",
      access_keys.last_used_at as "lastUsedAt", roles.name as "roleName", roles.policy, roles.tags, roles.revision,
      (select settings -> 'UserPoolTags' from pools where id = ${poolId ?? null}) as "poolTags",
      ${isOperatorsPool(poolId)} as "isOfOperators"
    from access_keys join roles on roles.name = access_keys.role_name
    where access_keys.id = ${id}`.execute(db)
  return rows[0]
}

export async function touchKey(db: Db, id: string, now: Date): Promise<void> {
  await db.updateTable('access_keys').set({ last_used_at: now }).where('id', '=', id).where(withoutFlush).execute()
}
