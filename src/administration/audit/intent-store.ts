/** Notes of calls whose outcome is not recorded yet. */
import { type CompiledQuery, type RawBuilder, sql } from 'kysely'
import type { Db, Trx } from '../../context.ts'
import { compiled, compiledQuery } from '../../store/compiled.ts'
import { withoutFlush } from '../../store/without-flush.ts'
import type { StoredEvent } from './record-store.ts'
import {
  installationChain,
  noteChainOf,
  type Subjects,
  type UserLookup,
  userLookup,
  userSubOf,
} from './subject-store.ts'

/** The statement that stores the note, to run with the call's first change. It looks up the user as of before that change. */
export function intentInsertion(db: Db, event: StoredEvent, subjects: Subjects): CompiledQuery {
  const user = userLookup(subjects)
  const { eventId, record, eventTime, eventName, principal } = event
  const values = { eventId, record, eventTime, eventName, principal, chain: noteChainOf(subjects.poolId), ...user }
  return (user.typed === null ? insertionWithoutUser : insertionWithUser)(db, values)
}

const intentOf = (userSub: (values: UserLookup) => RawBuilder<unknown>) =>
  compiledQuery((db, values: StoredEvent & UserLookup & { chain: string }) =>
    sql`
    insert into audit_intents (event_id, chain, user_sub, record, event_time, event_name, principal)
    select ${values.eventId}::uuid, ${values.chain}::text, ${userSub(values)}, ${values.record}::text,
      ${values.eventTime}::timestamptz, ${values.eventName}::text, ${values.principal}::text
    on conflict do nothing`.compile(db),
  )

// Most calls name no user: these skip the lookup.
const insertionWithoutUser = intentOf(() => sql`null::text`)
const insertionWithUser = intentOf(userSubOf)

const noteDeletion = compiled((db, values: { noteChain: string; eventIds: string[] }) =>
  sql<{ eventId: string; userSub: string | null }>`
    delete from audit_intents
    where chain = ${values.noteChain} and event_id = any(${values.eventIds}::text[]::uuid[]) and ${withoutFlush}
    returning event_id as "eventId", user_sub as "userSub"`.compile(db),
)

/** Deletes these notes; returns the user that each had found. */
export async function takeNotes(trx: Trx, noteChain: string, eventIds: string[]): Promise<Map<string, string | null>> {
  const { rows } = await noteDeletion(trx, { noteChain, eventIds })
  return new Map(rows.map(({ eventId, userSub }) => [eventId, userSub]))
}

export interface IntentRow extends StoredEvent {
  chain: string
  noteChain: string
  userSub: string | null
}

export async function listIntentsBefore(db: Db, before: Date, limit: number): Promise<IntentRow[]> {
  const { rows } = await sql<IntentRow>`
    select event_id as "eventId", chain as "noteChain", user_sub as "userSub", record, event_time as "eventTime",
      event_name as "eventName", principal,
      coalesce(
        (select id from pools where id = chain), (select chains.chain from audit_chains chains where chains.chain = notes.chain),
        ${installationChain}) as chain
    from audit_intents notes where event_time < ${before} order by event_time limit ${limit}`.execute(db)
  return rows
}
