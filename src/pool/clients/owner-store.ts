import { sql } from 'kysely'
import type { Revisions } from './owner.ts'

/** Pool and client, with the revisions that a statement expects: null where it does not depend on them. */
export interface OwnerValues {
  poolId: string
  clientId: string
  poolRevision: number | null
  clientRevision: number | null
}

export interface OwnerRow {
  poolRevision: number
  clientRevision: number
}

/** The first statement of a call joins this, and writes only where it `is_expected`. */
export const ownerAsItIs = ({ poolId, clientId, poolRevision, clientRevision }: OwnerValues) => sql`
  owner as materialized (
    select pools.revision as "poolRevision", clients.revision as "clientRevision",
      coalesce(pools.revision = ${poolRevision}::bigint and clients.revision = ${clientRevision}::bigint, true) as is_expected
    from pools join clients on clients.pool_id = pools.id and clients.id = ${clientId}
    where pools.id = ${poolId}
  )`

export const expecting = (expected: Revisions | undefined) => ({
  poolRevision: expected?.pool ?? null,
  clientRevision: expected?.client ?? null,
})

export const foundRevisions = (row: OwnerRow | undefined): Revisions | undefined =>
  row && { pool: row.poolRevision, client: row.clientRevision }
