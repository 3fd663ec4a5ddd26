import { sql } from 'kysely'
import type { Db, Trx } from '../../context.ts'
import { type Asset, assetColumns, assetOf, type Extension } from './asset.ts'
import type { PartialSettings } from './settings.ts'

/** The style of one app client. */
export interface Branding {
  id: string
  poolId: string
  clientId: string
  usesDefaults: boolean
  /** Absent if nothing was ever set. */
  settings: PartialSettings | undefined
  createdAt: Date
  updatedAt: Date
}

const columns = ['id', 'pool_id', 'client_id', 'uses_defaults', 'settings', 'created_at', 'updated_at'] as const

export async function findBranding(
  db: Db,
  poolId: string,
  by: { id: string } | { clientId: string },
): Promise<Branding | undefined> {
  const row = await db
    .selectFrom('brandings')
    .select(columns)
    .where('pool_id', '=', poolId)
    .$if('id' in by, (query) => query.where('id', '=', (by as { id: string }).id))
    .$if('clientId' in by, (query) => query.where('client_id', '=', (by as { clientId: string }).clientId))
    .executeTakeFirst()
  return row && brandingOf(row)
}

/** The style, its row held until the transaction ends. */
export async function lockBranding(trx: Trx, poolId: string, id: string): Promise<Branding | undefined> {
  const row = await trx
    .selectFrom('brandings')
    .select(columns)
    .where('pool_id', '=', poolId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row && brandingOf(row)
}

/** False if the client already has a style; of two callers at once, one succeeds. */
export async function insertBranding(trx: Trx, branding: Branding): Promise<boolean> {
  const inserted = await trx
    .insertInto('brandings')
    .values({
      pool_id: branding.poolId,
      id: branding.id,
      client_id: branding.clientId,
      uses_defaults: branding.usesDefaults,
      settings: branding.settings ?? null,
      created_at: branding.createdAt,
      updated_at: branding.updatedAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

export async function updateBranding(trx: Trx, branding: Branding): Promise<void> {
  await trx
    .updateTable('brandings')
    .set({
      uses_defaults: branding.usesDefaults,
      settings: branding.settings ?? null,
      updated_at: branding.updatedAt,
    })
    .where('pool_id', '=', branding.poolId)
    .where('id', '=', branding.id)
    .execute()
}

export async function deleteBranding(trx: Trx, poolId: string, id: string): Promise<{ clientId: string } | undefined> {
  return trx
    .deleteFrom('brandings')
    .where('pool_id', '=', poolId)
    .where('id', '=', id)
    .returning('client_id as clientId')
    .executeTakeFirst()
}

export async function countBrandings(db: Db, poolId: string): Promise<number> {
  const row = await db
    .selectFrom('brandings')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('pool_id', '=', poolId)
    .executeTakeFirstOrThrow()
  return row.count
}

export async function listAssets(db: Db, poolId: string, brandingId: string): Promise<Asset[]> {
  const rows = await db
    .selectFrom('branding_assets')
    .select([...assetColumns, 'bytes'])
    .where('pool_id', '=', poolId)
    .where('branding_id', '=', brandingId)
    .orderBy('category')
    .orderBy('color_mode')
    .orderBy('resource_id')
    .execute()
  return rows.map(assetOf)
}

/** All pictures of a style, without their bytes. */
export async function listPictures(db: Db, poolId: string, brandingId: string): Promise<Omit<Asset, 'bytes'>[]> {
  const rows = await db
    .selectFrom('branding_assets')
    .select(assetColumns)
    .where('pool_id', '=', poolId)
    .where('branding_id', '=', brandingId)
    .execute()
  return rows.map(assetOf)
}

/** The picture with this hash: of any style of the pool, or a logo of its classic pages. */
export async function findPicture(
  db: Db,
  poolId: string,
  hash: string,
): Promise<{ extension: Extension; bytes: Buffer } | undefined> {
  const row =
    (await db
      .selectFrom('branding_assets')
      .select(['extension', 'bytes'])
      .where('pool_id', '=', poolId)
      .where('hash', '=', hash)
      .limit(1)
      .executeTakeFirst()) ??
    (await db
      .selectFrom('ui_customizations')
      .select(['image_type as extension', 'image as bytes'])
      .where('pool_id', '=', poolId)
      .where('image_hash', '=', hash)
      .limit(1)
      .executeTakeFirst())
  return row?.bytes ? { extension: row.extension as Extension, bytes: row.bytes } : undefined
}

export async function putAssets(trx: Trx, poolId: string, brandingId: string, assets: Asset[]): Promise<void> {
  for (const { category, colorMode, resourceId, extension, hash, bytes } of assets) {
    await trx
      .insertInto('branding_assets')
      .values({
        pool_id: poolId,
        branding_id: brandingId,
        category,
        color_mode: colorMode,
        resource_id: resourceId,
        extension,
        hash,
        bytes,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['pool_id', 'branding_id', 'category', 'color_mode', 'resource_id'])
          .doUpdateSet({ extension, hash, bytes }),
      )
      .execute()
  }
}

export async function deleteAssets(trx: Trx, poolId: string, brandingId: string): Promise<void> {
  await trx.deleteFrom('branding_assets').where('pool_id', '=', poolId).where('branding_id', '=', brandingId).execute()
}

/** Makes cached snapshots of the client stale, in the transaction that changes how its pages look. */
export async function bumpClientRevision(trx: Trx, poolId: string, clientId: string): Promise<void> {
  await sql`update clients set revision = revision + 1 where pool_id = ${poolId} and id = ${clientId}`.execute(trx)
}

interface Row {
  id: string
  pool_id: string
  client_id: string
  uses_defaults: boolean
  settings: PartialSettings | null
  created_at: Date
  updated_at: Date
}

const brandingOf = (row: Row): Branding => ({
  id: row.id,
  poolId: row.pool_id,
  clientId: row.client_id,
  usesDefaults: row.uses_defaults,
  settings: row.settings ?? undefined,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})
