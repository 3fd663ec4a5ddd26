import { type Selectable, sql } from 'kysely'
import type { Db } from '../../context.ts'
import type { TrustedIssuer } from '../../model/poolhouse-operations.ts'
import type { Tables } from '../../store/tables.ts'

export type RoleRow = Omit<Selectable<Tables['roles']>, 'name_key' | 'revision'>

export interface RoleSettings {
  description: string | null
  policy: string
  tags: Record<string, string>
  trusted_issuers: TrustedIssuer[]
}

const columns = ['name', 'description', 'policy', 'tags', 'trusted_issuers', 'created_at', 'updated_at'] as const

const keyOf = (name: string) => name.toLowerCase()

export async function findRole(db: Db, name: string): Promise<RoleRow | undefined> {
  return db.selectFrom('roles').select(columns).where('name', '=', name).executeTakeFirst()
}

export async function listRoles(db: Db, after: string | undefined, limit: number): Promise<RoleRow[]> {
  return db
    .selectFrom('roles')
    .select(columns)
    .$if(after !== undefined, (query) => query.where('name', '>', after!))
    .orderBy('name')
    .limit(limit)
    .execute()
}

/** Undefined if another role has the name, in any case. */
export async function putRole(db: Db, name: string, settings: RoleSettings, now: Date): Promise<RoleRow | undefined> {
  const row = { ...settings, trusted_issuers: sql.val(settings.trusted_issuers) as never, updated_at: now }
  const insert = () =>
    db
      .insertInto('roles')
      .values({ name, name_key: keyOf(name), created_at: now, ...row })
      .onConflict((conflict) => conflict.doNothing())
      .returning(columns)
      .executeTakeFirst()
  const update = async () =>
    db
      .updateTable('roles')
      .set({ ...row, revision: await nextRevision(db) })
      .where('name', '=', name)
      .returning(columns)
      .executeTakeFirst()
  // Two keys are unique, and an upsert names one: it would fail where the same role is put twice at the same moment.
  // Between the first two steps the role may be deleted.
  return (await insert()) ?? (await update()) ?? insert()
}

/** Apart from the update, which must not call it where the table is on several nodes. */
async function nextRevision(db: Db): Promise<string> {
  const { rows } = await sql<{ revision: string }>`select nextval('role_revisions') as revision`.execute(db)
  return rows[0]!.revision
}

export async function deleteRole(db: Db, name: string): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('roles').where('name', '=', name).executeTakeFirst()
  return numDeletedRows > 0n
}
