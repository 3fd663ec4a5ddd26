import { sql } from 'kysely'
import type { Db } from '../../src/context.ts'

/** Users by the hundred thousand, written by the database itself; every filterable attribute has values of its own. */
export async function insertManyUsers(db: Db, poolId: string, count: number): Promise<void> {
  // A statement has to end within the limit that the server gives its own.
  for (let first = 1; first <= count; first += batch)
    await insertBatch(db, poolId, first, Math.min(count, first + batch - 1))
  await sql`analyze users`.execute(db)
}

const batch = 20_000

async function insertBatch(db: Db, poolId: string, first: number, last: number): Promise<void> {
  await sql`
    insert into users (pool_id, id, username, status, enabled, attributes, search_forms, created_at, updated_at)
    select ${poolId}, md5(n::text)::uuid, 'user' || n,
      case when n % 100 = 0 then 'UNCONFIRMED' when n % 1000 = 1 then 'COMPROMISED' else 'CONFIRMED' end, n % 50 <> 0,
      jsonb_build_object(
        'email', 'user' || n || '@example.com',
        'phone_number', '+1555' || lpad(n::text, 7, '0'),
        'name', 'Name ' || n % 5000,
        'given_name', 'Given ' || n % 300,
        'family_name', 'Family ' || n % 40
      ) || case when n % 10 = 0 then jsonb_build_object('preferred_username', 'nick' || n) else '{}' end,
      jsonb_build_object(
        'name', jsonb_build_array('Name ' || n % 5000, 'name ' || n % 5000),
        'given_name', jsonb_build_array('Given ' || n % 300, 'given ' || n % 300),
        'family_name', jsonb_build_array('Family ' || n % 40, 'family ' || n % 40)
      ),
      now(), now()
    from generate_series(${first}::integer, ${last}::integer) n`.execute(db)
}
