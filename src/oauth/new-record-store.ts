import { type RawBuilder, sql } from 'kysely'
import type { Context, Db } from '../context.ts'
import { gathered } from '../lib/gathered.ts'
import { remembered } from '../lib/memory.ts'
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

/**
 * Requests of a pool that come at the same time share a statement. What comes later, of a user and a session, does not:
 * another transaction may have locked that user, and would hold up all of them.
 */
export async function insertRecord(ctx: Context, record: NewRecord): Promise<void> {
  const row = rowOf(ctx, record)
  if (row.userId !== null || row.sessionId !== null || ctx.db.isTransaction) await insertOne(ctx.db, row)
  else await shared(ctx)({ ...row, db: ctx.db })
}

const isQuick = ({ model }: RecordRow): boolean => model === 'PushedAuthorizationRequest'

const shared = remembered(() =>
  gathered<RecordRow & { db: Db }, void>(
    async (rows) => {
      const [{ db, ...first }] = rows as [RecordRow & { db: Db }]
      await (rows.length === 1 ? insertOne(db, first) : insertSeveral(db, rows))
      return rows.map(() => undefined)
    },
    { group: (row) => `${isQuick(row)} ${row.poolId}`, max: 32 },
  ),
)

const insertOne = (db: Db, row: RecordRow) => (isQuick(row) ? quickInsertion : insertion)(db, row)

const insertion = compiled((db, row: RecordRow) =>
  sql`insert into oauth_records (${columns}) values (${valuesOf((name) => row[name])})`.compile(db),
)

/** If the database is killed, a pushed request of the last half second may be lost: its app pushes it again. */
const quickInsertion = compiled((db, row: RecordRow) =>
  sql`insert into oauth_records (${columns}) select ${valuesOf((name) => row[name])} where ${withoutFlush}`.compile(db),
)

/** Requests of one pool, by column. */
interface RowColumns {
  poolId: string
  models: string[]
  hashes: string[]
  sealed: string[]
  nows: string[]
  ends: string[]
  /** Empty where there is none: arrays hold no nulls. */
  clientIds: string[]
}

async function insertSeveral(db: Db, rows: RecordRow[]): Promise<void> {
  const [first] = rows as [RecordRow]
  const insert = isQuick(first) ? quickInsertions : insertions
  await insert(db, {
    poolId: first.poolId,
    models: rows.map(({ model }) => model),
    hashes: rows.map(({ hash }) => hash.toString('hex')),
    sealed: rows.map(({ sealed }) => sealed.toString('base64')),
    nows: rows.map(({ now }) => now.toISOString()),
    ends: rows.map(({ expiresAt }) => expiresAt.toISOString()),
    clientIds: rows.map(({ clientId }) => clientId ?? ''),
  })
}

const insertions = compiled((db, values: RowColumns) => severalOf(values).compile(db))

const quickInsertions = compiled((db, values: RowColumns) =>
  sql`${severalOf(values)} where ${withoutFlush}`.compile(db),
)

const severalOf = (values: RowColumns) => sql`
  insert into oauth_records (pool_id, model, id_hash, sealed, created_at, expires_at, client_id)
  select ${values.poolId}::text, r.model, decode(r.hash, 'hex'), decode(r.sealed, 'base64'), r.now::timestamptz,
    r.ends::timestamptz, nullif(r.client_id, '')
  from unnest(${values.models}::text[], ${values.hashes}::text[], ${values.sealed}::text[], ${values.nows}::text[],
    ${values.ends}::text[], ${values.clientIds}::text[]) as r (model, hash, sealed, now, ends, client_id)`

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
