import { type RawBuilder, sql } from 'kysely'
import type { Context } from '../context.ts'
import { type Client, clientAt } from '../pool/clients/client.ts'
import { groupsColumn } from '../pool/groups/group-store.ts'
import { type Pool, poolAt } from '../pool/pools/pool.ts'
import type { Group } from '../pool/tokens/claims.ts'
import type { Redemption } from '../pool/tokens/token-store.ts'
import type { User } from '../pool/users/user.ts'
import { toUser } from '../pool/users/user-store.ts'
import { compiled } from '../store/compiled.ts'

/** What the engine stores: a request that waits for its user, a browser's session, a code. */
export type EngineModel = 'Interaction' | 'Session' | 'AuthorizationCode'

/** And what is stored beside it: a request that an app has pushed, one of a device, and the code that its user types. */
export type RecordModel = EngineModel | 'PushedAuthorizationRequest' | 'DeviceCode' | 'UserCode'

/** A record by the name that a browser or an app knows it by. */
export interface RecordKey {
  poolId: string
  model: RecordModel
  id: string
}

export interface OAuthRecord extends RecordKey {
  payload: Record<string, unknown>
  expiresAt: Date
  consumedAt: Date | null
  user?: User
}

export interface NewRecord extends RecordKey {
  payload: Record<string, unknown>
  /** In seconds. */
  lifetime: number
  /** The app of a request, or the one that a session began with. */
  clientId?: string
  session?: SessionFacts
}

/** What users are shown of a browser's session; of a code, only the session that it came through. */
export interface SessionFacts {
  id: string
  address?: string | null
  device?: string | null
}

/** Ids are secrets of browsers and apps: here is only their keyed hash. */
const hashOf = (ctx: Context, { poolId, model, id }: RecordKey): Buffer =>
  ctx.keyring.mac('oauth-state', poolId, model, id)

const sealOf = ({ poolId, model }: Omit<RecordKey, 'id'>, hash: Buffer): string =>
  `oauth_records:${poolId}:${model}:${hash.toString('hex')}`

interface Row {
  poolId: string
  model: RecordModel
  hash: Buffer
  userId: string | null
  sealed: Buffer
  now: Date
  expiresAt: Date
  sessionId: string | null
  clientId: string | null
  lastActiveAt: Date | null
  address: string | null
  device: string | null
}

function rowOf(ctx: Context, record: NewRecord): Row {
  const { poolId, model, payload, session } = record
  const hash = hashOf(ctx, record)
  const now = ctx.clock.now()
  const { accountId } = payload
  return {
    poolId,
    model,
    hash,
    userId: typeof accountId === 'string' ? accountId : null,
    sealed: ctx.keyring.seal(JSON.stringify(payload), sealOf(record, hash)),
    now,
    expiresAt: new Date(now.getTime() + record.lifetime * 1000),
    sessionId: session?.id ?? null,
    clientId: record.clientId ?? null,
    lastActiveAt: session ? now : null,
    address: session?.address ?? null,
    device: session?.device ?? null,
  }
}

const columns = sql`pool_id, model, id_hash, user_id, sealed, created_at, expires_at,
  session_id, client_id, last_active_at, last_address, last_device`

type Placed<Place extends string> = { [Name in keyof Row as `${Place}_${Name}`]: Row[Name] }

/** The values of a row under names of their own, so that a statement may have several. */
const placed = <Place extends string>(place: Place, row: Row): Placed<Place> =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [`${place}_${name}`, value])) as Placed<Place>

const valuesAt = <Place extends string>(place: Place, values: Placed<Place>): RawBuilder<unknown> =>
  valuesOf((name) => values[`${place}_${name}` as keyof Placed<Place>])

function valuesOf(value: (name: keyof Row) => unknown): RawBuilder<unknown> {
  return sql`
    ${value('poolId')}::text, ${value('model')}::text, ${value('hash')}::bytea, ${value('userId')}::uuid,
    ${value('sealed')}::bytea, ${value('now')}::timestamptz, ${value('expiresAt')}::timestamptz,
    ${value('sessionId')}::text, ${value('clientId')}::text, ${value('lastActiveAt')}::timestamptz,
    ${value('address')}::text, ${value('device')}::text`
}

export async function insertRecord(ctx: Context, record: NewRecord): Promise<void> {
  await insertion(ctx.db, rowOf(ctx, record))
}

const insertion = compiled((db, row: Row) =>
  sql`insert into oauth_records (${columns}) values (${valuesOf((name) => row[name])})`.compile(db),
)

/** What a user has said of a record that waits for them: false where somebody has answered it, or it is over. */
export async function answerRecord(ctx: Context, record: NewRecord): Promise<boolean> {
  const { sealed, userId, now, poolId, model, hash } = rowOf(ctx, record)
  const { numUpdatedRows } = await ctx.db
    .updateTable('oauth_records')
    .set({ sealed, user_id: userId })
    .where('pool_id', '=', poolId)
    .where('model', '=', model)
    .where('id_hash', '=', hash)
    .where('user_id', 'is', null)
    .where('consumed_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Whether it is at least `seconds` since somebody last came for a record, which is noted. */
export async function pollRecord(ctx: Context, key: RecordKey, seconds: number): Promise<boolean> {
  const now = ctx.clock.now()
  const earlier = new Date(now.getTime() - seconds * 1000)
  const { numUpdatedRows } = await ctx.db
    .updateTable('oauth_records')
    .set({ last_active_at: now })
    .where('pool_id', '=', key.poolId)
    .where('model', '=', key.model)
    .where('id_hash', '=', hashOf(ctx, key))
    .where((eb) => eb.or([eb('last_active_at', 'is', null), eb('last_active_at', '<=', earlier)]))
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Marks a record as used and lets it live on: false where it was used before, or is over. */
export async function consumeRecord(ctx: Context, key: RecordKey, liveSeconds: number): Promise<boolean> {
  const now = ctx.clock.now()
  const { numUpdatedRows } = await ctx.db
    .updateTable('oauth_records')
    .set({ consumed_at: now, expires_at: new Date(now.getTime() + liveSeconds * 1000) })
    .where('pool_id', '=', key.poolId)
    .where('model', '=', key.model)
    .where('id_hash', '=', hashOf(ctx, key))
    .where('consumed_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/**
 * The end of a request at the login pages, in one statement: the request goes, with the session that the browser had
 * before, and what has come of it is stored. False where it was over already: of several at once one is the first.
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

export interface Owner {
  pool: Pool
  client: Client
}

/** With whose it is, and of which app, if anybody's. Undefined once it has expired. */
export async function findRecord(
  ctx: Context,
  key: RecordKey,
): Promise<(OAuthRecord & { owner?: Owner; groups: Group[] }) | undefined> {
  const hash = hashOf(ctx, key)
  const { rows } = await byHash(ctx.db, { poolId: key.poolId, model: key.model, hash })
  const record = rows[0] && recordOf(ctx, key, hash, rows[0])
  return record && { ...record, owner: await ownerOf(ctx, rows[0]!), groups: rows[0]!.groups }
}

/** An app of the record's pool, and what the browser holds of it, by one statement. */
export async function findOwnerAndRecord(
  ctx: Context,
  clientId: string,
  key: RecordKey,
): Promise<{ owner: Owner; record: OAuthRecord | undefined } | undefined> {
  const hash = hashOf(ctx, key)
  const { rows } = await byClientAndHash(ctx.db, { clientId, poolId: key.poolId, model: key.model, hash })
  const owner = rows[0] && (await ownerOf(ctx, rows[0]))
  return owner && { owner, record: recordOf(ctx, key, hash, rows[0]!) }
}

type UserRow = Parameters<typeof toUser>[0]
type Found = { sealed: Buffer; record_ends: Date; consumed_at: Date | null }
type Nullable<Row> = { [Name in keyof Row]: Row[Name] | null }
type OwnerRow = { owner_pool: string; app: string; pool_revision: number; client_revision: number }

function recordOf(
  ctx: Context,
  key: RecordKey,
  hash: Buffer,
  row: Nullable<Found> & Nullable<UserRow>,
): OAuthRecord | undefined {
  const { sealed, record_ends: expiresAt, consumed_at: consumedAt } = row
  if (!sealed || !expiresAt || expiresAt <= ctx.clock.now()) return undefined
  const payload = JSON.parse(ctx.keyring.open(sealed, sealOf(key, hash)).toString())
  const user = row.id === null ? undefined : toUser(row as UserRow)
  return { ...key, payload, expiresAt, consumedAt, user }
}

async function ownerOf(ctx: Context, row: Nullable<OwnerRow>): Promise<Owner | undefined> {
  const { owner_pool: poolId, app, pool_revision, client_revision } = row as OwnerRow
  if (app === null) return undefined
  const pool = await poolAt(ctx, poolId, pool_revision)
  const client = pool && (await clientAt(ctx, poolId, app, client_revision))
  return client && { pool, client }
}

const found = sql`
  r.sealed, r.expires_at as record_ends, r.consumed_at,
  p.id as owner_pool, c.id as app, p.revision as pool_revision, c.revision as client_revision, users.*`

const byHash = compiled((db, { poolId, model, hash }: { poolId: string; model: RecordModel; hash: Buffer }) =>
  sql<Found & Nullable<OwnerRow> & Nullable<UserRow> & { groups: Group[] }>`
    select ${found}, ${groupsColumn(poolId)}
    from oauth_records r
      join pools p on p.id = r.pool_id
      left join clients c on c.pool_id = ${poolId} and c.id = r.client_id
      left join users on users.pool_id = ${poolId} and users.id = r.user_id
    where r.pool_id = ${poolId} and r.model = ${model} and r.id_hash = ${hash}`.compile(db),
)

const byClientAndHash = compiled(
  (db, { clientId, poolId, model, hash }: { clientId: string; poolId: string; model: RecordModel; hash: Buffer }) =>
    sql<Nullable<Found> & OwnerRow & Nullable<UserRow>>`
      select ${found}
      from pools p
        join clients c on c.pool_id = p.id and c.id = ${clientId}
        left join oauth_records r on r.pool_id = ${poolId} and r.model = ${model} and r.id_hash = ${hash}
        left join users on users.pool_id = ${poolId} and users.id = r.user_id
      where p.id = ${poolId}`.compile(db),
)

/** For the statement that gives the tokens of a code. */
export const redemptionOf = (ctx: Context, code: RecordKey, keepSeconds: number): Redemption => ({
  hash: hashOf(ctx, code),
  keepUntil: new Date(ctx.clock.now().getTime() + keepSeconds * 1000),
})

/** Ends what users are signed in to with their browsers, and the codes of it that no app has come with yet. */
export async function deleteSessionsOf(ctx: Context, poolId: string, userIds: string[]): Promise<void> {
  if (userIds.length === 0) return
  await sql`
    delete from oauth_records
    where pool_id = ${poolId} and user_id = any(${userIds}::uuid[])
      and (model = 'Session' or model = 'AuthorizationCode' and consumed_at is null)`.execute(ctx.db)
}

/** Ends a browser's session, and the codes of it that no app has come with yet. */
export async function deleteSession(ctx: Context, key: RecordKey & { model: 'Session' }): Promise<void> {
  await sql`
    with session as (
      delete from oauth_records where pool_id = ${key.poolId} and model = 'Session' and id_hash = ${hashOf(ctx, key)}
      returning session_id
    )
    delete from oauth_records r using session s
    where r.pool_id = ${key.poolId} and r.session_id = s.session_id
      and r.model = 'AuthorizationCode' and r.consumed_at is null`.execute(ctx.db)
}

export async function deleteRecord(ctx: Context, key: RecordKey): Promise<void> {
  await ctx.db
    .deleteFrom('oauth_records')
    .where('pool_id', '=', key.poolId)
    .where('model', '=', key.model)
    .where('id_hash', '=', hashOf(ctx, key))
    .execute()
}
