import { type Kysely, sql } from 'kysely'

/** Older releases write to all of this as before. */
export const expandOnly = true

// What it takes for the same statements to run where the tables are spread over several servers by pool.
export async function up(db: Kysely<unknown>): Promise<void> {
  // Stable, so that it may stand in the condition of any statement: true, and the transaction's commit does not wait
  // for the disk.
  await sql`
    create function without_flush() returns boolean language plpgsql stable as $$
    begin
      perform set_config('synchronous_commit', 'off', true);
      return true;
    end $$`.execute(db)

  // A user's names are claimed before the user is inserted, in one statement whose parts may run one after the other.
  await sql`
    alter table login_names alter constraint login_names_pool_id_user_id_fkey deferrable initially deferred`.execute(db)

  // A unique key must lead with what the rows are spread by.
  await sql`
    alter table audit_intents drop constraint audit_intents_pkey, add primary key (chain, event_id)`.execute(db)
}
