import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../context.ts'
import { compiled } from '../../store/compiled.ts'
import type { Settlement } from './settlement.ts'
import type { TokenFamily } from './token-family.ts'

/**
 * Inserts the family and its first refresh token in one statement, together with what the right password settles. Not
 * issued if user or client are gone, or the session exists already; neither settled nor issued if the challenge's
 * session has been used.
 */
export async function insertFamily(
  db: Db,
  poolId: string,
  family: TokenFamily,
  refreshTokenHash: Buffer | null,
  settles?: Settlement,
): Promise<{ issued: boolean; settled: boolean }> {
  const row = { ...family, poolId, refreshTokenHash }
  const { kind, subject } = settles?.guesses ?? {}
  const { rows } =
    kind !== undefined && subject !== undefined
      ? await settlingInsertion(db, { ...row, kind, subject, answered: settles?.session ?? null })
      : await insertion(db, row)
  return rows[0]!
}

/** The code that tokens are issued for, by its stored hash. */
export interface Redemption {
  hash: Buffer
  /** How long it is remembered as used. */
  keepUntil: Date
}

/**
 * The same for a code, which is marked as used by the statement that issues its tokens: of several at once only one
 * finds it unused, and later ones find the family that it has made.
 */
export async function insertFamilyOfCode(
  db: Db,
  poolId: string,
  family: TokenFamily,
  refreshTokenHash: Buffer | null,
  { hash, keepUntil }: Redemption,
): Promise<{ issued: boolean; redeemed: boolean }> {
  const { rows } = await redeemingInsertion(db, { ...family, poolId, refreshTokenHash, hash, keepUntil })
  return rows[0]!
}

const redeemingInsertion = compiled((db, row: NewFamilyRow & Redemption) =>
  sql<{ issued: boolean; redeemed: boolean }>`
    with ${owner(row)}, redeemed as (
      update oauth_records set consumed_at = ${row.createdAt}::timestamptz, expires_at = ${row.keepUntil}::timestamptz
      where pool_id = ${row.poolId} and model = 'AuthorizationCode' and id_hash = ${row.hash}
        and consumed_at is null and expires_at > ${row.createdAt}::timestamptz
      returning pool_id
    ), ${family(row, sql`exists (select from redeemed)`)}
    select exists (select from family) as issued, exists (select from redeemed) as redeemed`.compile(db),
)

type NewFamilyRow = TokenFamily & { poolId: string; refreshTokenHash: Buffer | null }

const insertion = compiled((db, row: NewFamilyRow) =>
  sql<{ issued: boolean; settled: boolean }>`
    with ${owner(row)}, ${family(row, sql`true`)}
    select exists (select from family) as issued, true as settled`.compile(db),
)

// The user is locked first, as in a deletion, so that the two can't deadlock.
const settlingInsertion = compiled(
  (db, row: NewFamilyRow & { kind: string; subject: string; answered: string | null }) =>
    sql<{ issued: boolean; settled: boolean }>`
    with ${owner(row)}, answered as (
      update sign_ins set consumed_at = ${row.createdAt}, sealed = null from owner
      where sign_ins.pool_id = ${row.poolId} and sign_ins.id = ${row.answered}::uuid and sign_ins.consumed_at is null
      returning sign_ins.id
    ), settled as (
      select ${row.answered}::uuid is null or exists (select from answered) or not exists (select from owner) as done
    ), ${family(row, sql`(select done from settled)`)}, forgotten as (
      delete from attempts where pool_id = ${row.poolId} and kind = ${row.kind} and subject = ${row.subject}
    )
    select exists (select from family) as issued, (select done from settled) as settled`.compile(db),
)

/** The session begins after the last sign-out of its user, which another node may have written by another clock. */
function owner(row: NewFamilyRow) {
  return sql`
    owner as (
      select u.id, greatest(${row.createdAt}::timestamptz, u.tokens_valid_from + interval '1 millisecond') as begins_at
      from users u
      join clients c on c.pool_id = u.pool_id and c.id = ${row.clientId}
      where u.pool_id = ${row.poolId} and u.id = ${row.userId} and u.enabled for key share
    )`
}

function family(row: NewFamilyRow, condition: RawBuilder<unknown>) {
  return sql`
    family as (
      insert into token_families (
        pool_id, origin_jti, event_id, user_id, client_id, scope, surface,
        auth_time, proven, device_key, nonce, resource, origin_session_id, claims, confirmation, created_at,
        expires_at
      )
      select ${row.poolId}::text, ${row.originJti}::uuid, ${row.eventId}::uuid, owner.id, ${row.clientId}::text,
        ${row.scope}::text, ${row.surface}::text, ${row.authTime}::timestamptz, ${row.proven}::jsonb,
        ${row.deviceKey}::text, ${row.nonce}::text, ${row.resource}::text, ${row.originSessionId}::text,
        ${row.claims}::jsonb, ${row.confirmation}::jsonb,
        owner.begins_at, ${row.expiresAt}::timestamptz
      from owner where ${condition}
      on conflict do nothing
      returning pool_id, origin_jti, created_at, expires_at
    ), token as (
      insert into refresh_tokens (pool_id, token_hash, origin_jti, issued_at, usable_until)
      select pool_id, ${row.refreshTokenHash}::bytea, origin_jti, created_at, expires_at
      from family where ${row.refreshTokenHash}::bytea is not null
    )`
}
