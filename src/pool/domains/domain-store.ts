import { sql } from 'kysely'
import type { Db, Trx } from '../../context.ts'
import type { DomainSettings } from '../../model/settings.ts'

/** The pool that a domain belongs to. */
export async function findDomainOwner(db: Db, domain: string): Promise<string | undefined> {
  const row = await db.selectFrom('domain_directory').select('pool_id').where('domain', '=', domain).executeTakeFirst()
  return row?.pool_id
}

/** The domain, if it belongs to the pool. */
export async function findRevisionByDomain(db: Db, poolId: string, domain: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('domains as d')
    .innerJoin('pools as p', 'p.id', 'd.pool_id')
    .select('p.revision')
    .where('d.pool_id', '=', poolId)
    .where('d.domain', '=', domain)
    .executeTakeFirst()
  return row?.revision
}

/** The domains of all pools, for a certificate. */
export async function listCustomDomains(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('domain_directory').select('domain').where('domain', 'like', '%.%').execute()
  return rows.map(({ domain }) => domain)
}

/** False where the domain is taken: of two calls at once one gets it. */
export async function insertDomain(
  trx: Trx,
  poolId: string,
  domain: string,
  settings: DomainSettings,
  now: Date,
): Promise<boolean> {
  const { rows } = await sql`
    insert into domain_directory (domain, pool_id) values (${domain}, ${poolId}) on conflict do nothing returning domain
  `.execute(trx)
  if (rows.length === 0) return false
  await trx
    .insertInto('domains')
    .values({ pool_id: poolId, domain, settings, created_at: now, updated_at: now })
    .execute()
  return true
}

export async function updateDomain(
  trx: Trx,
  poolId: string,
  domain: string,
  settings: DomainSettings,
  now: Date,
): Promise<void> {
  await trx
    .updateTable('domains')
    .set({ settings, updated_at: now })
    .where('pool_id', '=', poolId)
    .where('domain', '=', domain)
    .execute()
}

export async function deleteDomain(trx: Trx, poolId: string, domain: string): Promise<void> {
  await trx.deleteFrom('domains').where('pool_id', '=', poolId).where('domain', '=', domain).execute()
  await trx.deleteFrom('domain_directory').where('domain', '=', domain).where('pool_id', '=', poolId).execute()
}

export async function countCustomDomains(db: Db): Promise<number> {
  const row = await db
    .selectFrom('domain_directory')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('domain', 'like', '%.%')
    .executeTakeFirstOrThrow()
  return row.count
}
