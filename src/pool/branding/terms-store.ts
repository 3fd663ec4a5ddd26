import { sql } from 'kysely'
import type { Db, Trx } from '../../context.ts'

/** One document, as links by language: `cognito:default`, `cognito:german` … */
export interface Terms {
  id: string
  poolId: string
  clientId: string
  name: string
  source: string
  enforcement: string
  links: Record<string, string>
  createdAt: Date
  updatedAt: Date
}

const columns = [
  'id',
  'pool_id as poolId',
  'client_id as clientId',
  'name',
  'source',
  'enforcement',
  'links',
  'created_at as createdAt',
  'updated_at as updatedAt',
] as const

export async function findTerms(db: Db, poolId: string, id: string): Promise<Terms | undefined> {
  return db.selectFrom('terms').select(columns).where('pool_id', '=', poolId).where('id', '=', id).executeTakeFirst()
}

export async function lockTerms(trx: Trx, poolId: string, id: string): Promise<Terms | undefined> {
  return trx
    .selectFrom('terms')
    .select(columns)
    .where('pool_id', '=', poolId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

export async function listTermsOfClient(db: Db, poolId: string, clientId: string): Promise<Terms[]> {
  return db
    .selectFrom('terms')
    .select(columns)
    .where('pool_id', '=', poolId)
    .where('client_id', '=', clientId)
    .execute()
}

/** Oldest first. */
export async function listTerms(
  db: Db,
  poolId: string,
  { after, limit }: { after: { createdAt: string; id: string } | undefined; limit: number },
): Promise<Terms[]> {
  return db
    .selectFrom('terms')
    .select(columns)
    .where('pool_id', '=', poolId)
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(created_at, id) > (${after?.createdAt}::timestamptz, ${after?.id}::uuid)`),
    )
    .orderBy('created_at')
    .orderBy('id')
    .limit(limit)
    .execute()
}

export async function countTerms(db: Db, poolId: string): Promise<number> {
  const row = await db
    .selectFrom('terms')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('pool_id', '=', poolId)
    .executeTakeFirstOrThrow()
  return row.count
}

/** False where the client has a document of that name. */
export async function insertTerms(trx: Trx, terms: Terms): Promise<boolean> {
  const inserted = await trx
    .insertInto('terms')
    .values({
      pool_id: terms.poolId,
      id: terms.id,
      client_id: terms.clientId,
      name: terms.name,
      source: terms.source,
      enforcement: terms.enforcement,
      links: terms.links,
      created_at: terms.createdAt,
      updated_at: terms.updatedAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

/** False if another document of the client has the name; the transaction can't be used any more. */
export async function updateTerms(trx: Trx, terms: Terms): Promise<boolean> {
  try {
    await trx
      .updateTable('terms')
      .set({
        name: terms.name,
        source: terms.source,
        enforcement: terms.enforcement,
        links: terms.links,
        updated_at: terms.updatedAt,
      })
      .where('pool_id', '=', terms.poolId)
      .where('id', '=', terms.id)
      .execute()
    return true
  } catch (error) {
    if ((error as { code?: string }).code === uniqueViolation) return false
    throw error
  }
}

const uniqueViolation = '23505'

export async function deleteTerms(trx: Trx, poolId: string, id: string): Promise<{ clientId: string } | undefined> {
  return trx
    .deleteFrom('terms')
    .where('pool_id', '=', poolId)
    .where('id', '=', id)
    .returning('client_id as clientId')
    .executeTakeFirst()
}
