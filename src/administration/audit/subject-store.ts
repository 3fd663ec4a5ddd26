/** The subject of a call: its chain, which is its pool's, and the sub of the user that it names. */
import { sql } from 'kysely'
import type { Db } from '../../context.ts'
import { isUuid } from '../../lib/ids.ts'

/** The chain of calls that are about no existing pool. */
export const installationChain = 'installation'

export interface Subjects {
  poolId: string | undefined
  /** The user name in the call, as typed and case-folded: either may be a login name. */
  userNames: readonly [typed: string, folded: string] | undefined
}

export interface FoundSubjects {
  chain: string
  userSub: string | null
}

const chainOf = (poolId: string | null) =>
  sql`coalesce((select id from pools where id = ${poolId}), ${installationChain})`

export interface UserLookup {
  poolId: string | null
  typed: string | null
  folded: string | null
  /** The name again, where it has the form of a user's id. */
  userId: string | null
}

/** A null is not looked up. */
export const userSubOf = ({ poolId, typed, folded, userId }: UserLookup) => sql`coalesce(
    (select user_id from login_names where pool_id = ${poolId} and name = ${typed}::text),
    (select user_id from login_names where pool_id = ${poolId} and name = ${folded}::text),
    (select id from users where pool_id = ${poolId} and id = ${userId}::uuid)
  )::text`

export function userLookup({ poolId, userNames }: Subjects): UserLookup {
  const [typed, folded] = (poolId !== undefined && userNames) || [null, null]
  return {
    poolId: poolId ?? null,
    typed,
    folded: folded === typed ? null : folded,
    userId: folded !== null && isUuid(folded) ? folded : null,
  }
}

export async function findSubjects(db: Db, subjects: Subjects): Promise<FoundSubjects> {
  const user = userLookup(subjects)
  const { rows } = await sql<FoundSubjects>`
    select ${chainOf(user.poolId)} as chain, ${userSubOf(user)} as "userSub"`.execute(db)
  return rows[0]!
}

export async function findChain(db: Db, poolId: string | undefined): Promise<string> {
  if (poolId === undefined) return installationChain
  const { rows } = await sql<{ chain: string }>`select ${chainOf(poolId)} as chain`.execute(db)
  return rows[0]!.chain
}

/** The chain that the note of a call is stored under. Unlike the chain of its record, it is known before any lookup: the pool may not exist. */
export const noteChainOf = (poolId: string | undefined): string => poolId ?? installationChain
