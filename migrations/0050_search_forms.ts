import { type Kysely, sql } from 'kysely'

/**
 * The generated columns that the indexes of before were on stay for the release of before, which finds users by reading
 * them all; what it writes is found in the case it was written in.
 */
export const expandOnly = true

const folded = ['email', 'name', 'given_name', 'family_name', 'preferred_username']

export async function up(db: Kysely<unknown>): Promise<void> {
  // Value and folded form of the attributes whose values are not folded anyway. Only the program folds (Unicode's rules,
  // whatever the locale of the database is), and a form is good for its value alone.
  await sql`alter table users add column search_forms jsonb`.execute(db)
  await foldAscii(db)
  await foldOthers(db)
  for (const name of folded) {
    await sql`drop index ${sql.id(`users_${name}`)}`.execute(db)
    await sql`create index ${sql.id(`users_${name}_form`)} on users (pool_id, (${formOf(name)}), id)
      where ${formOf(name)} is not null`.execute(db)
  }
}

const formOf = (name: string) =>
  sql.raw(
    `(case when search_forms -> '${name}' ->> 0 = attributes ->> '${name}' ` +
      `then search_forms -> '${name}' ->> 1 else attributes ->> '${name}' end) collate "C"`,
  )

// Among ASCII's characters the lower case of the C collation is Unicode's.
async function foldAscii(db: Kysely<unknown>): Promise<void> {
  const isAscii = (name: string) => sql.raw(`octet_length(${name}) = char_length(${name})`)
  const lower = (name: string) => sql.raw(`lower(${name} collate "C")`)
  for (const name of folded) {
    await sql`
      update users set search_forms =
        coalesce(search_forms, '{}') || jsonb_build_object(${sql.lit(name)}, jsonb_build_array(${sql.id(name)}, ${lower(name)}))
      where ${isAscii(name)} and ${lower(name)} <> ${sql.id(name)}`.execute(db)
  }
}

interface Row extends Record<string, string | null> {
  pool_id: string
  id: string
}

async function foldOthers(db: Kysely<unknown>): Promise<void> {
  const batch = 5000
  const other = sql.join(
    folded.map((name) => sql.raw(`octet_length(${name}) <> char_length(${name})`)),
    sql` or `,
  )
  let after = { pool_id: '', id: '00000000-0000-0000-0000-000000000000' }
  for (;;) {
    const { rows } = await sql<Row>`
      select pool_id, id, ${sql.join(folded.map((name) => sql.id(name)))} from users
      where (pool_id, id) > (${after.pool_id}, ${after.id}::uuid) and (${other})
      order by pool_id, id limit ${batch}`.execute(db)
    const changes = rows.flatMap((row) => {
      const values = folded.map((name) => [name, row[name]] as const)
      const forms = values.flatMap(([name, value]) =>
        value && formOfValue(value) !== value ? [[name, [value, formOfValue(value)]] as const] : [],
      )
      return forms.length > 0 ? [{ pool_id: row.pool_id, id: row.id, forms: Object.fromEntries(forms) }] : []
    })
    if (changes.length > 0)
      await sql`
        update users set search_forms = coalesce(search_forms, '{}') || c.forms
        from jsonb_to_recordset(${{ changes }}::jsonb -> 'changes') as c (pool_id text, id uuid, forms jsonb)
        where users.pool_id = c.pool_id and users.id = c.id`.execute(db)
    if (rows.length < batch) return
    after = { pool_id: rows.at(-1)!.pool_id, id: rows.at(-1)!.id }
  }
}

/** As the program folds; cut to what an index entry is sure to hold. */
function formOfValue(value: string): string {
  const bytes = Buffer.from(value.normalize('NFC').toLowerCase())
  let end = Math.min(bytes.length, 2048)
  while (end < bytes.length && (bytes[end]! & 0xc0) === 0x80) end--
  return bytes.subarray(0, end).toString()
}
