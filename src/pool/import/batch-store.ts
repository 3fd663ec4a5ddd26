import { sql } from 'kysely'
import type { Trx } from '../../context.ts'
import type { ImportedUser } from './import-row.ts'

/** Users, names and passwords of a batch in one statement; how many of each were new. */
export async function insertUsers(
  trx: Trx,
  poolId: string,
  users: ImportedUser[],
  now: Date,
): Promise<{ users: number; names: number }> {
  const rows = users.map(({ id, username, status, attributes, forms, hash }) => ({
    id,
    username,
    status,
    attributes,
    forms,
    hash,
  }))
  const names = users.flatMap(({ id, names }) => names.map(({ name, kind }) => ({ user_id: id, name, kind })))
  const { rows: counted } = await sql<{ users: number; names: number }>`
    with incoming as (
      select * from jsonb_to_recordset(${{ rows }}::jsonb -> 'rows')
        as r (id uuid, username text, status text, attributes jsonb, forms jsonb, hash text)
    ), new_users as (
      insert into users (pool_id, id, username, status, attributes, search_forms, created_at, updated_at)
      select ${poolId}, id, username, status, attributes, nullif(forms, 'null'), ${now}::timestamptz, ${now}::timestamptz from incoming
      on conflict do nothing returning id
    ), new_names as (
      insert into login_names (pool_id, name, kind, user_id)
      select ${poolId}, name, kind, user_id
      from jsonb_to_recordset(${{ names }}::jsonb -> 'names') as r (user_id uuid, name text, kind text)
      order by name
      on conflict do nothing returning name
    ), new_passwords as (
      insert into passwords (pool_id, user_id, hash, set_at)
      select ${poolId}, id, hash, ${now}::timestamptz from incoming where hash is not null
    )
    select (select count(*) from new_users) as users, (select count(*) from new_names) as names`.execute(trx)
  return counted[0]!
}
