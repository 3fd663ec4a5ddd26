import type { Db, Trx } from '../../context.ts'
import type { RegionalSettings } from '../../model/settings.ts'
import type { Replica } from '../pools/replica.ts'

const columns = ['pool_id as poolId', 'region', 'status', 'settings'] as const

export async function findReplica(db: Db, poolId: string, region: string): Promise<Replica | undefined> {
  return (await db
    .selectFrom('replicas')
    .select(columns)
    .where('pool_id', '=', poolId)
    .where('region', '=', region)
    .executeTakeFirst()) as Replica | undefined
}

/** Locked against other changes of it. */
export async function lockReplica(trx: Trx, poolId: string, region: string): Promise<Replica | undefined> {
  return (await trx
    .selectFrom('replicas')
    .select(columns)
    .where('pool_id', '=', poolId)
    .where('region', '=', region)
    .forUpdate()
    .executeTakeFirst()) as Replica | undefined
}

export async function listReplicas(db: Db, poolId: string): Promise<Replica[]> {
  return (await db
    .selectFrom('replicas')
    .select(columns)
    .where('pool_id', '=', poolId)
    .orderBy('region')
    .execute()) as Replica[]
}

/** Whether any pool is called in a region. */
export async function isReplicaRegion(db: Db, region: string): Promise<boolean> {
  const row = await db.selectFrom('replicas').select('region').where('region', '=', region).limit(1).executeTakeFirst()
  return row !== undefined
}

export function listPoolsOfRegion(db: Db, region: string, limit: number, after: string | undefined) {
  return db
    .selectFrom('replicas')
    .innerJoin('pools', 'pools.id', 'replicas.pool_id')
    .select(['pools.id', 'pools.name', 'replicas.settings', 'pools.created_at', 'pools.updated_at'])
    .where('replicas.region', '=', region)
    .$if(after !== undefined, (query) => query.where('pools.id', '>', after!))
    .orderBy('pools.id')
    .limit(limit)
    .execute()
}

export async function insertReplica(trx: Trx, replica: Replica, now: Date): Promise<void> {
  const { poolId, region, status, settings } = replica
  await trx.insertInto('replicas').values({ pool_id: poolId, region, status, settings, created_at: now }).execute()
}

export async function updateReplica(
  db: Db,
  { poolId, region }: Pick<Replica, 'poolId' | 'region'>,
  changes: { status?: Replica['status']; settings?: RegionalSettings },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('replicas')
    .set(changes)
    .where('pool_id', '=', poolId)
    .where('region', '=', region)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function deleteReplica(trx: Trx, poolId: string, region: string): Promise<void> {
  await trx.deleteFrom('replicas').where('pool_id', '=', poolId).where('region', '=', region).execute()
}
