import { sql } from 'kysely'

/**
 * A condition that is always true; a statement with it, outside other transactions, commits without waiting for the
 * disk. For counts of guesses and the state of delivery attempts: if the database is killed, the last half second of
 * these may be lost. A later commit that does wait flushes them too.
 */
export const withoutFlush = sql<boolean>`without_flush()`
