import { type Kysely, sql } from 'kysely'

/** Files that an older release took have no key and are read as they are; it leaves sealed ones to a newer node. */
export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // `file_key` is sealed, and seals the chunks of `upload_id`. `attempts` counts claims since a batch was last written.
  await sql`
    alter table import_jobs
      add column file_key bytea,
      add column attempts integer not null default 0`.execute(db)
}
