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
      select (r ->> 'id')::uuid as id, r ->> 'username' as username, r ->> 'status' as status,
        r -> 'attributes' as attributes, r -> 'forms' as forms, r ->> 'hash' as hash
      from jsonb_array_elements(${{ rows }}::jsonb -> 'rows') as rows (r)
    ), new_users as (
      insert into users (pool_id, id, username, status, attributes, search_forms, created_at, updated_at)
      select ${poolId}::text, id, username, status, attributes, nullif(forms, 'null'), ${now}::timestamptz, ${now}::timestamptz from incoming
      on conflict do nothing returning id
    ), new_names as (
      insert into login_names (pool_id, name, kind, user_id)
      select ${poolId}::text, n ->> 'name', n ->> 'kind', (n ->> 'user_id')::uuid
      from jsonb_array_elements(${{ names }}::jsonb -> 'names') as names (n)
      order by n ->> 'name'
      on conflict do nothing returning name
    ), new_passwords as (
      insert into passwords (pool_id, user_id, hash, set_at)
      select ${poolId}::text, id, hash, ${now}::timestamptz from incoming where hash is not null
    )
    select (select count(*) from new_users) as users, (select count(*) from new_names) as names`.execute(trx)
  return counted[0]!
}
