import { sql } from 'kysely'
import { OperatorError } from '../lib/operator-error.ts'
import type { Db, Trx } from './db.ts'

class NoCitus extends OperatorError {
  override name = 'NoCitus'

  constructor() {
    super(
      'The database has no extension citus, over which POOLHOUSE_DATABASE_DISTRIBUTION=citus would distribute its tables. ' +
        'Run `create extension citus` in it on every node, then add the nodes with citus_add_node; see docs/scaling.md.',
    )
  }
}

/** Small tables without a pool, or for finding one: every node has a copy. */
export const referenceTables = new Set([
  'migrations',
  'installation',
  'spare_signing_keys',
  'client_directory',
  'domain_directory',
  'roles',
  'access_keys',
])

/**
 * Tables of the installation that change with every call: they stay on the coordinator, which all Poolhouse nodes write
 * to.
 */
export const coordinatorTables = new Set(['caller_balances'])

/** The id of an audit chain is a pool's, or stands for the installation, so its records are stored with the pool. */
const distributionColumns = ['pool_id', 'chain']

export interface TablePlacement {
  table: string
  /**
   * The column by which rows are distributed, for a table that is neither on every node nor only on the coordinator.
   */
  column: string | undefined
}

/** Where each table belongs, referenced ones first. @throws Error for a table whose key does not lead with the pool */
export async function tablePlacements(db: Db): Promise<TablePlacement[]> {
  const { rows } = await sql<{ table: string; key: string | null; references: string[] }>`
    select c.relname::text as table, a.attname::text as key,
      array(
        select distinct r.relname::text from pg_constraint f join pg_class r on r.oid = f.confrelid
        where f.conrelid = c.oid and f.contype = 'f' and r.oid <> c.oid
      ) as references
    from pg_class c
    left join pg_index i on i.indrelid = c.oid and i.indisprimary
    left join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
    where c.relkind in ('r', 'p') and c.relnamespace = current_schema()::regnamespace and not c.relispartition
    order by 1`.execute(db)
  const placements = new Map(rows.map(({ table, key }) => [table, placementOf(table, key)]))
  const sorted: TablePlacement[] = []
  const add = (table: string) => {
    const placement = placements.get(table)
    if (!placement) return
    placements.delete(table)
    for (const referenced of rows.find((row) => row.table === table)!.references) add(referenced)
    sorted.push(placement)
  }
  for (const { table } of rows) add(table)
  return sorted
}

function placementOf(table: string, key: string | null): TablePlacement {
  if (referenceTables.has(table) || coordinatorTables.has(table)) return { table, column: undefined }
  if (table === 'pools') return { table, column: 'id' }
  if (key && distributionColumns.includes(key)) return { table, column: key }
  throw new Error(`The key of ${table} does not lead with the pool, nor is it named in store/distribute.ts`)
}

/**
 * Distributes the tables that are not distributed yet over the nodes of a Citus cluster: those of pools by pool, side by
 * side, and reference tables to every node. @returns the names of those that were distributed
 */
export async function distribute(trx: Trx): Promise<string[]> {
  if (!(await hasCitus(trx))) throw new NoCitus()
  await compileNothing(trx)
  const distributed = await distributedTables(trx)
  const placements = (await tablePlacements(trx)).filter(
    ({ table }) => !distributed.has(table) && !coordinatorTables.has(table),
  )
  if (placements.length === 0) return []

  await dropUnenforceableKeys(trx)
  await sql`select create_distributed_function('without_flush()')`.execute(trx)
  for (const { table, column } of placements) {
    if (column === undefined) await sql`select create_reference_table(${table}::regclass)`.execute(trx)
    else if (table === 'pools') await sql`select create_distributed_table('pools', ${column})`.execute(trx)
    else
      await sql`select create_distributed_table(${table}::regclass, ${column}, colocate_with => 'pools')`.execute(trx)
  }
  return placements.map(({ table }) => table)
}

/**
 * Workers overestimate the results of a statement's earlier parts, and would compile the next part of a sign-in for a
 * second each time. The coordinator passes on no settings of its sessions, so the role has this one on every node.
 *
 * @throws OperatorError where a node can't be reached or refuses
 */
export async function compileNothing(db: Db): Promise<void> {
  const { rows } = await sql<{ node: string; success: boolean; result: string }>`
    select nodename || ':' || nodeport as node, success, result
    from run_command_on_all_nodes(
      format('alter role %I in database %I set jit = off', current_user, current_database()),
      -- One after the other, for the coordinator may pass its own on to the others.
      parallel => false
    ) left join pg_dist_node on pg_dist_node.nodeid = run_command_on_all_nodes.nodeid`.execute(db)
  const refused = rows.find(({ success }) => !success)
  if (refused) throw new OperatorError(`${refused.node} can't switch off jit for this role: ${refused.result}`)
}

export async function hasCitus(db: Db): Promise<boolean> {
  const { rows } = await sql`select from pg_extension where extname = 'citus'`.execute(db)
  return rows.length > 0
}

async function distributedTables(db: Db): Promise<Set<string>> {
  const { rows } = await sql<{ table: string }>`
    select c.relname::text as table from pg_dist_partition p join pg_class c on c.oid = p.logicalrelid
    where c.relnamespace = current_schema()::regnamespace`.execute(db)
  return new Set(rows.map(({ table }) => table))
}

/**
 * A reference table can't have a foreign key to a distributed one: deletions of a pool delete its directory entries
 * themselves.
 */
async function dropUnenforceableKeys(trx: Trx): Promise<void> {
  const { rows } = await sql<{ table: string; name: string }>`
    select c.relname::text as table, f.conname::text as name
    from pg_constraint f join pg_class c on c.oid = f.conrelid join pg_class r on r.oid = f.confrelid
    where f.contype = 'f' and c.relnamespace = current_schema()::regnamespace
      and c.relname = any(${[...referenceTables]}::text[]) and r.relname <> all(${[...referenceTables]}::text[])`.execute(
    trx,
  )
  for (const { table, name } of rows)
    await sql`alter table ${sql.table(table)} drop constraint ${sql.id(name)}`.execute(trx)
}
