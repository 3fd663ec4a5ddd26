import { sql } from 'kysely'
import type { Context, Db, Trx } from '../../context.ts'
import { clientSecretId, clientId as newClientId } from '../../lib/ids.ts'
import type { ClientSettings } from '../../model/settings.ts'
import { compiledRead } from '../../store/compiled.ts'
import type { Client } from './client.ts'
import type { Revisions } from './owner.ts'

/** @param rememberedPool the client's pool when it was last read, which saves a statement */
export async function findClientRevisions(
  db: Db,
  clientId: string,
  rememberedPool?: string,
): Promise<(Revisions & { poolId: string }) | undefined> {
  if (rememberedPool !== undefined) {
    const { rows } = await revisions(db, { poolId: rememberedPool, clientId })
    if (rows[0]) return rows[0]
  }
  const { rows: entries } = await directoryEntry(db, { clientId })
  const poolId = entries[0]?.pool_id
  if (poolId === undefined || poolId === rememberedPool) return undefined
  const { rows } = await revisions(db, { poolId, clientId })
  return rows[0]
}

const directoryEntry = compiledRead((db, { clientId }: { clientId: string }) =>
  db.selectFrom('client_directory').select('pool_id').where('client_id', '=', clientId),
)

const revisions = compiledRead((db, { poolId, clientId }: { poolId: string; clientId: string }) =>
  db
    .selectFrom('clients as c')
    .innerJoin('pools as p', 'p.id', 'c.pool_id')
    .select(['p.id as poolId', 'p.revision as pool', 'c.revision as client'])
    .where('c.pool_id', '=', poolId)
    .where('c.id', '=', clientId),
)

export async function loadClient(
  ctx: Context,
  poolId: string,
  clientId: string,
  db: Db = ctx.db,
): Promise<Client | undefined> {
  const row = await db
    .selectFrom('clients')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('id', '=', clientId)
    .executeTakeFirst()
  if (!row) return undefined
  const secrets = await db
    .selectFrom('client_secrets')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('client_id', '=', clientId)
    .orderBy('created_at')
    .execute()
  return {
    poolId,
    id: row.id,
    name: row.name,
    revision: row.revision,
    settings: row.settings,
    needsConsent: row.needs_consent,
    extensions: row.extensions,
    documentUrl: row.document_url ?? undefined,
    registration: row.registration ?? undefined,
    secrets: secrets.map((secret) => ({
      id: secret.id,
      secret: ctx.keyring.open(secret.secret_sealed, clientSecretSeal(poolId, clientId, secret.id)).toString(),
      createdAt: secret.created_at,
    })),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

/** The client, its row held until the transaction ends. */
export async function lockClient(
  trx: Trx,
  ctx: Context,
  poolId: string,
  clientId: string,
): Promise<Client | undefined> {
  const row = await trx
    .selectFrom('clients')
    .select('id')
    .where('pool_id', '=', poolId)
    .where('id', '=', clientId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row && loadClient(ctx, poolId, clientId, trx)
}

/** Inserts a random id into the directory, or the chosen one: undefined if another client has that. */
export async function claimClientId(trx: Trx, poolId: string, chosen?: string): Promise<string | undefined> {
  for (;;) {
    const row = await trx
      .insertInto('client_directory')
      .values({ client_id: chosen ?? newClientId(), pool_id: poolId })
      .onConflict((conflict) => conflict.doNothing())
      .returning('client_id')
      .executeTakeFirst()
    if (row || chosen) return row?.client_id
  }
}

export async function insertClient(
  trx: Trx,
  client: Pick<Client, 'poolId' | 'id' | 'name' | 'settings' | 'extensions' | 'documentUrl' | 'registration'> & {
    needsConsent?: boolean
    now: Date
  },
): Promise<void> {
  await trx
    .insertInto('clients')
    .values({
      pool_id: client.poolId,
      id: client.id,
      name: client.name,
      settings: client.settings,
      needs_consent: client.needsConsent ?? false,
      extensions: client.extensions,
      document_url: client.documentUrl,
      registration: client.registration,
      // Starts at the time, so that a client created again under its id is never taken for the former one.
      revision: client.now.getTime(),
      created_at: client.now,
      updated_at: client.now,
    })
    .execute()
}

/**
 * Also called without changes when something that belongs to the client has changed, to make cached snapshots stale.
 */
export async function updateClient(
  trx: Trx,
  poolId: string,
  clientId: string,
  changes: { name?: string; settings?: ClientSettings; needs_consent?: boolean; registration?: null; updated_at: Date },
): Promise<void> {
  await trx
    .updateTable('clients')
    .set((eb) => ({ ...changes, revision: eb('revision', '+', 1) }))
    .where('pool_id', '=', poolId)
    .where('id', '=', clientId)
    .execute()
}

export async function deleteClient(trx: Trx, poolId: string, clientId: string): Promise<boolean> {
  await trx.deleteFrom('client_directory').where('client_id', '=', clientId).where('pool_id', '=', poolId).execute()
  const deleted = await trx
    .deleteFrom('clients')
    .where('pool_id', '=', poolId)
    .where('id', '=', clientId)
    .returning('id')
    .executeTakeFirst()
  return deleted !== undefined
}

export async function countClients(db: Db, poolId: string): Promise<number> {
  const row = await db
    .selectFrom('clients')
    .select((eb) => eb.fn.countAll<number>().as('clients'))
    .where('pool_id', '=', poolId)
    .executeTakeFirstOrThrow()
  return row.clients
}

const clientType = sql<string>`coalesce(settings ->> 'ClientType', 'REGULAR')`

/** In the order of their ids, which stays the same between two pages. */
export async function listClients(
  db: Db,
  poolId: string,
  page: { after: string | undefined; type?: 'REGULAR' | 'DCR'; limit: number },
): Promise<{ id: string; name: string }[]> {
  return db
    .selectFrom('clients')
    .select(['id', 'name'])
    .where('pool_id', '=', poolId)
    .$if(page.after !== undefined, (query) => query.where('id', '>', page.after!))
    .$if(page.type !== undefined, (query) => query.where(clientType, '=', page.type!))
    .orderBy('id')
    .limit(page.limit)
    .execute()
}

export async function insertClientSecret(
  trx: Trx,
  ctx: Context,
  owner: { poolId: string; id: string },
  secret: string,
  createdAt: Date,
): Promise<{ id: string; createdAt: Date }> {
  const id = clientSecretId(owner.id, createdAt)
  await trx
    .insertInto('client_secrets')
    .values({
      pool_id: owner.poolId,
      client_id: owner.id,
      id,
      secret_sealed: ctx.keyring.seal(secret, clientSecretSeal(owner.poolId, owner.id, id)),
      created_at: createdAt,
    })
    .execute()
  return { id, createdAt }
}

export async function deleteClientSecret(trx: Trx, poolId: string, clientId: string, secretId: string): Promise<void> {
  await trx
    .deleteFrom('client_secrets')
    .where('pool_id', '=', poolId)
    .where('client_id', '=', clientId)
    .where('id', '=', secretId)
    .execute()
}

/** What a sealed client secret is bound to: its own row. */
export function clientSecretSeal(poolId: string, clientId: string, secretId: string): string {
  return `client-secret:${poolId}:${clientId}:${secretId}`
}
