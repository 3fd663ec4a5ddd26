import { sql } from 'kysely'
import type { Db } from './db.ts'
import { withoutFlush } from './without-flush.ts'

/** A column of sealed values, and the key of its table. */
export interface SealedColumn {
  table: string
  column: string
  key: readonly string[]
}

export type SealedRow = Record<string, unknown> & { sealed: Buffer }

// The second to fifth bytes of a sealed value identify its key.
const sealedWith = (column: string, sealId: Buffer) => sql`substring(${sql.ref(column)} from 2 for 4) = ${sealId}`

export async function countSealedWith(db: Db, { table, column }: SealedColumn, sealId: Buffer): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from ${sql.table(table)} where ${sealedWith(column, sealId)}`.execute(db)
  return rows[0]!.count
}

/** In the order of the key, after this row. */
export async function listSealedWith(
  db: Db,
  { table, column, key }: SealedColumn,
  sealId: Buffer,
  after: SealedRow | undefined,
  limit: number,
): Promise<SealedRow[]> {
  const names = sql.join(key.map((name) => sql.ref(name)))
  const isLater = after ? sql`(${names}) > (${sql.join(key.map((name) => after[name]))})` : sql`true`
  const { rows } = await sql<SealedRow>`
    select ${names}, ${sql.ref(column)} as sealed from ${sql.table(table)}
    where ${isLater} and ${sealedWith(column, sealId)} order by ${names} limit ${limit}`.execute(db)
  return rows
}

/** Changes nothing if the value has changed meanwhile. */
export async function replaceSealed(
  db: Db,
  { table, column, key }: SealedColumn,
  row: SealedRow,
  sealed: Buffer,
): Promise<void> {
  const isRow = key.map((name) => sql`${sql.ref(name)} = ${row[name]}`)
  await sql`
    update ${sql.table(table)} set ${sql.ref(column)} = ${sealed}
    where ${sql.join(isRow, sql` and `)} and ${sql.ref(column)} = ${row.sealed} and ${withoutFlush}`.execute(db)
}
