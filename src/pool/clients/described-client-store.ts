import { sql } from 'kysely'
import type { Db } from '../../context.ts'
import type { Client } from './client.ts'

/**
 * Sets what a client now says of itself, by its document or its registration. False if the client has changed since this
 * snapshot of it, or is gone: what an administrator changes meanwhile is never overwritten.
 */
export async function updateDescribedClient(
  db: Db,
  client: Pick<Client, 'poolId' | 'id' | 'revision' | 'name' | 'settings' | 'extensions' | 'registration'>,
  now: Date,
): Promise<boolean> {
  const { poolId, id, revision, name, settings, extensions = {} } = client
  const registration = client.registration ?? null
  const { numUpdatedRows } = await db
    .updateTable('clients')
    .set((eb) => ({ name, settings, extensions, registration, updated_at: now, revision: eb('revision', '+', 1) }))
    .where('pool_id', '=', poolId)
    .where('id', '=', id)
    .where('revision', '=', revision)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Deletes the clients of documents that have been there since before then, and that no user has allowed anything. */
export async function deleteUnusedDocumentClients(db: Db, poolId: string, before: Date): Promise<void> {
  await sql`
    with unused as (
      delete from clients
      where pool_id = ${poolId} and document_url is not null and needs_consent and created_at < ${before}
        and not exists (
          select from client_consents
          where client_consents.pool_id = clients.pool_id and client_consents.client_id = clients.id)
      returning id
    )
    delete from client_directory
    where pool_id = ${poolId} and client_id in (select id from unused)`.execute(db)
}
