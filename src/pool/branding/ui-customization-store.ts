import type { Db, Trx } from '../../context.ts'
import type { Asset, Extension } from './asset.ts'

/** Stands for every client without a customization of its own. */
export const everyClient = 'ALL'

/** CSS and logo of the classic pages, of one client or of all. */
export interface UiCustomization {
  /** A client id, or ALL. */
  scope: string
  css: string | undefined
  cssVersion: string | undefined
  image: Pick<Asset, 'bytes' | 'extension' | 'hash'> | undefined
  createdAt: Date
  updatedAt: Date
}

/** The client's own customization, else that of all clients. */
export async function findUiCustomization(
  db: Db,
  poolId: string,
  clientId: string | undefined,
): Promise<UiCustomization | undefined> {
  const rows = await db
    .selectFrom('ui_customizations')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('scope', 'in', [everyClient, clientId ?? everyClient])
    .execute()
  const row = rows.find(({ scope }) => scope !== everyClient) ?? rows[0]
  return (
    row && {
      scope: row.scope,
      css: row.css ?? undefined,
      cssVersion: row.css_version ?? undefined,
      image: row.image
        ? { bytes: row.image, extension: row.image_type as Extension, hash: row.image_hash! }
        : undefined,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    }
  )
}

/** Replaces the customization, and keeps its creation date. */
export async function putUiCustomization(
  trx: Trx,
  poolId: string,
  { scope, css, cssVersion, image, updatedAt }: Omit<UiCustomization, 'createdAt'>,
): Promise<{ createdAt: Date }> {
  const changes = {
    css: css ?? null,
    css_version: cssVersion ?? null,
    image: image?.bytes ?? null,
    image_type: image?.extension ?? null,
    image_hash: image?.hash ?? null,
    updated_at: updatedAt,
  }
  return trx
    .insertInto('ui_customizations')
    .values({
      pool_id: poolId,
      scope,
      client_id: scope === everyClient ? null : scope,
      created_at: updatedAt,
      ...changes,
    })
    .onConflict((conflict) => conflict.columns(['pool_id', 'scope']).doUpdateSet(changes))
    .returning('created_at as createdAt')
    .executeTakeFirstOrThrow()
}

export async function deleteUiCustomization(trx: Trx, poolId: string, scope: string): Promise<void> {
  await trx.deleteFrom('ui_customizations').where('pool_id', '=', poolId).where('scope', '=', scope).execute()
}
