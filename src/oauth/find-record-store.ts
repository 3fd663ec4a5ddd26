import { sql } from 'kysely'
import type { Context } from '../context.ts'
import { clientAt } from '../pool/clients/client.ts'
import type { Owner } from '../pool/clients/owner.ts'
import { groupsColumn } from '../pool/groups/group-store.ts'
import { poolAt } from '../pool/pools/pool.ts'
import type { Group } from '../pool/tokens/claims.ts'
import { selectedUserColumns, toUser } from '../pool/users/user-store.ts'
import { compiledRead } from '../store/compiled.ts'
import { hashOf, type OAuthRecord, type RecordKey, type RecordModel, sealOf } from './record.ts'

/** With its user and app, where it has them. Undefined once it has expired. */
export async function findRecord(
  ctx: Context,
  key: RecordKey,
): Promise<(OAuthRecord & { owner?: Owner; groups: Group[] }) | undefined> {
  const hash = hashOf(ctx, key)
  const { rows } = await byHash(ctx.db, { poolId: key.poolId, model: key.model, hash })
  const record = rows[0] && recordOf(ctx, key, hash, rows[0])
  return record && { ...record, owner: await ownerOf(ctx, rows[0]!), groups: rows[0]!.groups }
}

/** An app of the record's pool and a record of the browser, by one statement. */
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

/** A user's records of one model that have not expired, with their apps, the newest first. */
export async function findRecordsOfUser(
  ctx: Context,
  { poolId, model, userId }: { poolId: string; model: RecordModel; userId: string },
): Promise<{ payload: Record<string, unknown>; owner: Owner | undefined }[]> {
  const { rows } = await sql<{ id_hash: Buffer; sealed: Buffer } & Nullable<OwnerRow>>`
    select r.id_hash, r.sealed, p.id as owner_pool, c.id as app, p.revision as pool_revision, c.revision as client_revision
    from oauth_records r
      join pools p on p.id = r.pool_id
      left join clients c on c.pool_id = ${poolId} and c.id = r.client_id
    where r.pool_id = ${poolId} and r.user_id = ${userId} and r.model = ${model} and r.expires_at > ${ctx.clock.now()}
    order by r.created_at desc limit 20`.execute(ctx.db)
  return Promise.all(
    rows.map(async (row) => ({
      payload: JSON.parse(ctx.keyring.open(row.sealed, sealOf({ poolId, model }, row.id_hash)).toString()),
      owner: await ownerOf(ctx, row),
    })),
  )
}

type UserRow = Parameters<typeof toUser>[0]
type Found = { sealed: Buffer; record_ends: Date; consumed_at: Date | null; session_id: string | null }
type Nullable<Row> = { [Name in keyof Row]: Row[Name] | null }
type OwnerRow = { owner_pool: string; app: string; pool_revision: number; client_revision: number }

function recordOf(
  ctx: Context,
  key: RecordKey,
  hash: Buffer,
  row: Nullable<Found> & Nullable<UserRow>,
): OAuthRecord | undefined {
  const { sealed, record_ends: expiresAt, consumed_at: consumedAt, session_id } = row
  if (!sealed || !expiresAt || expiresAt <= ctx.clock.now()) return undefined
  const payload = JSON.parse(ctx.keyring.open(sealed, sealOf(key, hash)).toString())
  const user = row.id === null ? undefined : toUser(row as UserRow)
  return { ...key, payload, expiresAt, consumedAt, sessionId: session_id ?? undefined, user }
}

async function ownerOf(ctx: Context, row: Nullable<OwnerRow>): Promise<Owner | undefined> {
  const { owner_pool: poolId, app, pool_revision, client_revision } = row as OwnerRow
  if (app === null) return undefined
  const pool = await poolAt(ctx, poolId, pool_revision)
  const client = pool && (await clientAt(ctx, poolId, app, client_revision))
  return client && { pool, client }
}

const found = sql`
  r.sealed, r.expires_at as record_ends, r.consumed_at, r.session_id,
  p.id as owner_pool, c.id as app, p.revision as pool_revision, c.revision as client_revision,
  ${selectedUserColumns}`

const byHash = compiledRead((db, { poolId, model, hash }: { poolId: string; model: RecordModel; hash: Buffer }) =>
  sql<Found & Nullable<OwnerRow> & Nullable<UserRow> & { groups: Group[] }>`
    select ${found}, ${groupsColumn(poolId)}
    from oauth_records r
      join pools p on p.id = r.pool_id
      left join clients c on c.pool_id = ${poolId} and c.id = r.client_id
      left join users on users.pool_id = ${poolId} and users.id = r.user_id
    where r.pool_id = ${poolId} and r.model = ${model} and r.id_hash = ${hash}`.compile(db),
)

const byClientAndHash = compiledRead(
  (db, { clientId, poolId, model, hash }: { clientId: string; poolId: string; model: RecordModel; hash: Buffer }) =>
    sql<Nullable<Found> & OwnerRow & Nullable<UserRow>>`
      select ${found}
      from pools p
        join clients c on c.pool_id = p.id and c.id = ${clientId}
        left join oauth_records r on r.pool_id = ${poolId} and r.model = ${model} and r.id_hash = ${hash}
        left join users on users.pool_id = ${poolId} and users.id = r.user_id
      where p.id = ${poolId}`.compile(db),
)
