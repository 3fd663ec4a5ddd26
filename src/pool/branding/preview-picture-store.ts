import { sql } from 'kysely'
import type { Db } from '../../context.ts'
import { type Asset, type AssetKey, assetColumns, assetOf, type Extension } from './asset.ts'
import type { PreviewKey } from './preview-store.ts'

/** A session begins with the pictures that the style of its client has. */
export async function copyPictures(db: Db, { poolId, tokenHash }: PreviewKey, clientId: string): Promise<void> {
  await sql`
    insert into branding_preview_pictures
    select a.pool_id, ${tokenHash}::bytea, a.category, a.color_mode, a.resource_id, a.extension, a.hash, a.bytes
    from branding_assets a
    join brandings b on b.pool_id = a.pool_id and b.id = a.branding_id
    where b.pool_id = ${poolId} and b.client_id = ${clientId}`.execute(db)
}

export async function listPreviewPictures(db: Db, session: PreviewKey): Promise<Asset[]> {
  return (await picturesOf(db, session).select('bytes').execute()).map(assetOf)
}

/** The same without their bytes. */
export async function namePreviewPictures(db: Db, session: PreviewKey): Promise<Omit<Asset, 'bytes'>[]> {
  return (await picturesOf(db, session).execute()).map(assetOf)
}

const picturesOf = (db: Db, { poolId, tokenHash }: PreviewKey) =>
  db
    .selectFrom('branding_preview_pictures')
    .select(assetColumns)
    .where('pool_id', '=', poolId)
    .where('token_hash', '=', tokenHash)
    .orderBy('category')
    .orderBy('color_mode')
    .orderBy('resource_id')

export async function findPreviewPicture(
  db: Db,
  { poolId, tokenHash }: PreviewKey,
  hash: string,
): Promise<{ extension: Extension; bytes: Buffer } | undefined> {
  const row = await db
    .selectFrom('branding_preview_pictures')
    .select(['extension', 'bytes'])
    .where('pool_id', '=', poolId)
    .where('token_hash', '=', tokenHash)
    .where('hash', '=', hash)
    .limit(1)
    .executeTakeFirst()
  return row && assetOf(row)
}

/** Replaces the picture of the same category, colour mode and resource. */
export async function putPreviewPicture(db: Db, { poolId, tokenHash }: PreviewKey, picture: Asset): Promise<void> {
  const { category, colorMode, resourceId, extension, hash, bytes } = picture
  await db
    .insertInto('branding_preview_pictures')
    .values({
      pool_id: poolId,
      token_hash: tokenHash,
      category,
      color_mode: colorMode,
      resource_id: resourceId,
      extension,
      hash,
      bytes,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['pool_id', 'token_hash', 'category', 'color_mode', 'resource_id'])
        .doUpdateSet({ extension, hash, bytes }),
    )
    .execute()
}

export async function deletePreviewPicture(
  db: Db,
  { poolId, tokenHash }: PreviewKey,
  { category, colorMode, resourceId }: AssetKey,
): Promise<void> {
  await db
    .deleteFrom('branding_preview_pictures')
    .where('pool_id', '=', poolId)
    .where('token_hash', '=', tokenHash)
    .where('category', '=', category)
    .where('color_mode', '=', colorMode)
    .where('resource_id', '=', resourceId)
    .execute()
}
