import { type RawBuilder, sql } from 'kysely'
import type { Context } from '../context.ts'
import { compiled } from '../store/compiled.ts'
import { withoutFlush } from '../store/without-flush.ts'
import { hashOf, type NewRecord, type RecordKey, type RecordRow, rowOf } from './record.ts'

const columns = sql`pool_id, model, id_hash, user_id, sealed, created_at, expires_at,
  session_id, client_id, last_active_at, last_address, last_device`

type Placed<Place extends string> = { [Name in keyof RecordRow as `${Place}_${Name}`]: RecordRow[Name] }

/** The values of a row with a prefix, so that a statement can take several rows. */
const placed = <Place extends string>(place: Place, row: RecordRow): Placed<Place> =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [`${place}_${name}`, value])) as Placed<Place>

const valuesAt = <Place extends string>(place: Place, values: Placed<Place>): RawBuilder<unknown> =>
  valuesOf((name) => values[`${place}_${name}` as keyof Placed<Place>])

function valuesOf(value: (name: keyof RecordRow) => unknown): RawBuilder<unknown> {
  return sql`
    ${value('poolId')}::text, ${value('model')}::text, ${value('hash')}::bytea, ${value('userId')}::uuid,
    ${value('sealed')}::bytea, ${value('now')}::timestamptz, ${value('expiresAt')}::timestamptz,
    ${value('sessionId')}::text, ${value('clientId')}::text, ${value('lastActiveAt')}::timestamptz,
    ${value('address')}::text, ${value('device')}::text`
}

export async function insertRecord(ctx: Context, record: NewRecord): Promise<void> {
  const insert = record.model === 'PushedAuthorizationRequest' ? quickInsertion : insertion
  await insert(ctx.db, rowOf(ctx, record))
}

const insertion = compiled((db, row: RecordRow) =>
  sql`insert into oauth_records (${columns}) values (${valuesOf((name) => row[name])})`.compile(db),
)

/** If the database is killed, a pushed request of the last half second may be lost: its app pushes it again. */
const quickInsertion = compiled((db, row: RecordRow) =>
  sql`insert into oauth_records (${columns}) select ${valuesOf((name) => row[name])} where ${withoutFlush}`.compile(db),
)

/**
 * The end of a request at the login pages, in one statement: the request is deleted, with the browser's former session,
 * and its outcome is stored. False where it was over already: of several at once only the first succeeds.
 */
export async function finishInteraction(
  ctx: Context,
  { interaction, session, records }: { interaction: RecordKey; session: RecordKey | undefined; records: NewRecord[] },
): Promise<boolean> {
  const keys = {
    poolId: interaction.poolId,
    interaction: hashOf(ctx, interaction),
    session: session ? hashOf(ctx, session) : null,
    at: ctx.clock.now(),
  }
  const [first, second, ...more] = records.map((record) => rowOf(ctx, record))
  if (!first || more.length > 0) throw new Error(`A request ends in ${records.length} records`)
  const { rows } = second
    ? await endInTwo(ctx.db, { ...keys, ...placed('first', first), ...placed('second', second) })
    : await endInOne(ctx.db, { ...keys, ...placed('first', first) })
  return rows.length > 0
}

interface EndKeys {
  poolId: string
  interaction: Buffer
  session: Buffer | null
  at: Date
}

const endInOne = compiled((db, values: EndKeys & Placed<'first'>) =>
  sql`${ended(values)}
    insert into oauth_records (${columns}) select ${valuesAt('first', values)} from begun returning model`.compile(db),
)

const endInTwo = compiled((db, values: EndKeys & Placed<'first'> & Placed<'second'>) =>
  sql`${ended(values)}
    insert into oauth_records (${columns})
    select ${valuesAt('first', values)} from begun union all select ${valuesAt('second', values)} from begun
    returning model`.compile(db),
)

const ended = (keys: EndKeys) => sql`
  with begun as (
    delete from oauth_records
    where pool_id = ${keys.poolId} and model = 'Interaction' and id_hash = ${keys.interaction}
      and expires_at > ${keys.at}::timestamptz
    returning pool_id
  ), former as (
    delete from oauth_records r using begun
    where r.pool_id = begun.pool_id and r.model = 'Session' and r.id_hash = ${keys.session}::bytea
  )`
