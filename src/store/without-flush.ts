import { sql } from 'kysely'

/**
 * A condition that is always true, for a statement in no transaction of others: its commit does not wait for the disk.
 * For counts of guesses and the outbox's notes of its attempts: should the database itself be killed, those of its last
 * half second may be forgotten. Whatever is acknowledged afterwards is flushed together with them.
 */
export const withoutFlush = sql<boolean>`without_flush()`
