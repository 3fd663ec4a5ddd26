import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../context.ts'
import { compiled } from '../../store/compiled.ts'
import type { Client } from '../clients/client.ts'
import type { Revisions } from '../clients/owner.ts'
import { groupsColumn } from '../groups/group-store.ts'
import type { MfaOfUser, MfaSetting } from '../users/mfa.ts'
import type { User } from '../users/user.ts'
import { toUser } from '../users/user-store.ts'
import type { Group } from './claims.ts'
import type { Confirmation } from './confirmation.ts'
import type { Proven } from './proven.ts'
import type { RequestedClaims } from './requested-claims.ts'
import type { Settlement } from './settlement.ts'
import type { TokenFamily } from './token-family.ts'

type UserRow = Parameters<typeof toUser>[0]

/**
 * Family and first refresh token in one statement, with what the password that was proven for them ends. Not issued if
 * user or client has gone meanwhile, or the session exists; not settled, nor issued, if the challenge's session is used.
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

/** A code that tokens are given for, by the hash that it is stored under. */
export interface Redemption {
  hash: Buffer
  /** How long it is known as used. */
  keepUntil: Date
}

/**
 * The same for a code, which is used by the statement that issues its tokens: of several at once one finds it unused, and
 * whoever comes later finds the family that it has made.
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

// The user is locked first, as where they are deleted, so that neither waits for the other.
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

interface FamilyRow {
  origin_jti: string
  event_id: string
  client_id: string
  scope: string
  surface: 'api' | 'oauth'
  auth_time: Date
  proven: Proven
  device_key: string | null
  nonce: string | null
  resource: string | null
  origin_session_id: string | null
  claims: RequestedClaims | null
  confirmation: Confirmation | null
  began_at: Date
  family_expires_at: Date
  revoked_at: Date | null
}

/** A refresh token with all that its use depends on, as of one moment. */
export interface StoredRefreshToken {
  family: TokenFamily
  user: User
  groups: Group[]
  revokedAt: Date | null
  rotatedAt: Date | null
  usableUntil: Date
}

/** The token, whosever it is, with what client and pool are at. */
export async function findRefreshToken(
  db: Db,
  { poolId, id: clientId }: Pick<Client, 'poolId' | 'id'>,
  tokenHash: Buffer,
): Promise<{ owner: Revisions | undefined; token?: StoredRefreshToken }> {
  const { rows } = await refreshTokenByHash(db, { poolId, clientId, tokenHash })
  const row = rows[0]
  const owner = row && { pool: row.pool_revision, client: row.client_revision }
  return { owner, ...(row?.id && { token: toRefreshToken(row) }) }
}

function toRefreshToken(row: RefreshTokenRow): StoredRefreshToken {
  return {
    family: {
      originJti: row.origin_jti,
      eventId: row.event_id,
      userId: row.id,
      clientId: row.client_id,
      scope: row.scope,
      surface: row.surface,
      authTime: row.auth_time,
      proven: row.proven,
      deviceKey: row.device_key,
      nonce: row.nonce,
      resource: row.resource,
      originSessionId: row.origin_session_id,
      claims: row.claims,
      confirmation: row.confirmation,
      createdAt: row.began_at,
      expiresAt: row.family_expires_at,
    },
    user: toUser(row),
    groups: row.groups,
    revokedAt: row.revoked_at,
    rotatedAt: row.rotated_at,
    usableUntil: row.usable_until,
  }
}

type RefreshTokenRow = UserRow & FamilyRow & { groups: Group[]; rotated_at: Date | null; usable_until: Date }

const refreshTokenByHash = compiled((db, values: { poolId: string; clientId: string; tokenHash: Buffer }) =>
  sql<RefreshTokenRow & { pool_revision: number; client_revision: number }>`
    select p.revision as pool_revision, c.revision as client_revision, users.*, t.rotated_at, t.usable_until,
      f.origin_jti, f.event_id, f.client_id, f.scope, f.surface, f.auth_time, f.proven, f.device_key, f.nonce, f.resource,
      f.origin_session_id, f.claims, f.confirmation, f.created_at as began_at, f.expires_at as family_expires_at,
      f.revoked_at, ${groupsColumn(values.poolId)}
    from pools p
    join clients c on c.pool_id = p.id and c.id = ${values.clientId}
    left join (
      refresh_tokens t
      join token_families f on f.pool_id = ${values.poolId} and f.origin_jti = t.origin_jti
      join users on users.pool_id = ${values.poolId} and users.id = f.user_id
    ) on t.pool_id = ${values.poolId} and t.token_hash = ${values.tokenHash}
    where p.id = ${values.poolId}`.compile(db),
)

/**
 * Ends every live refresh token of the family (with a grace period, soon) and puts `next` in their place, which lives as
 * long as they would have. Of two at once, only the one that finds `current` still unused succeeds.
 */
export async function rotateRefreshToken(
  db: Db,
  poolId: string,
  family: TokenFamily,
  tokens: { current: Buffer; next: Buffer },
  now: Date,
  graceUntil: Date,
): Promise<boolean> {
  const { rows } = await sql`
    with family as (
      select pool_id, origin_jti, expires_at from token_families
      where pool_id = ${poolId} and origin_jti = ${family.originJti} and revoked_at is null for update
    ), ended as (
      update refresh_tokens t
      set rotated_at = ${now}::timestamptz, usable_until = least(t.usable_until, ${graceUntil}::timestamptz)
      from family f
      where t.pool_id = f.pool_id and t.origin_jti = f.origin_jti and t.rotated_at is null
        and exists (
          select 1 from refresh_tokens c
          where c.pool_id = f.pool_id and c.token_hash = ${tokens.current} and c.rotated_at is null
        )
      returning t.token_hash
    )
    insert into refresh_tokens (pool_id, token_hash, origin_jti, issued_at, usable_until)
    select f.pool_id, ${tokens.next}::bytea, f.origin_jti, ${now}::timestamptz, f.expires_at
    from family f where exists (select 1 from ended where token_hash = ${tokens.current})
    returning 1`.execute(db)
  return rows.length === 1
}

/** A retry within the grace period: another token of the generation that the first answer, perhaps lost, belonged to. */
export async function addRefreshToken(
  db: Db,
  poolId: string,
  family: TokenFamily,
  next: Buffer,
  now: Date,
): Promise<boolean> {
  const { rows } = await sql`
    with family as (
      select pool_id, origin_jti, expires_at from token_families
      where pool_id = ${poolId} and origin_jti = ${family.originJti} and revoked_at is null for update
    )
    insert into refresh_tokens (pool_id, token_hash, origin_jti, issued_at, usable_until)
    select pool_id, ${next}::bytea, origin_jti, ${now}::timestamptz, expires_at from family
    returning 1`.execute(db)
  return rows.length === 1
}

/** What one access token's use depends on, as of one moment. */
export interface StoredSession {
  poolRevision: number
  /** Absent where the user was deleted. */
  user?: User
  /** The second factors that the user has turned on. */
  mfa: Pick<MfaOfUser, 'enabled' | 'preferred'>
  /** Absent where it has been swept, or the client deleted. */
  session?: {
    originJti: string
    clientId: string
    clientRevision: number
    createdAt: Date
    revokedAt: Date | null
    claims: RequestedClaims | null
  }
}

/** By the session's id, or its event's where the client's tokens do not carry the former. */
export async function findSession(
  db: Db,
  token: { poolId: string; userId: string; originJti?: string; eventId: string },
): Promise<StoredSession | undefined> {
  const { poolId, userId, originJti, eventId } = token
  const { rows } = originJti
    ? await sessions.origin_jti(db, { poolId, userId, id: originJti })
    : await sessions.event_id(db, { poolId, userId, id: eventId })
  const row = rows[0]
  if (!row) return undefined
  return {
    poolRevision: row.pool_revision,
    ...(row.id && { user: toUser(row) }),
    mfa: { enabled: row.mfa_enabled ?? [], preferred: row.mfa_preferred ?? undefined },
    ...(row.client_revision !== null && {
      session: {
        originJti: row.origin_jti,
        clientId: row.client_id,
        clientRevision: row.client_revision,
        createdAt: row.began_at,
        revokedAt: row.revoked_at,
        claims: row.claims,
      },
    }),
  }
}

const sessionBy = (column: 'origin_jti' | 'event_id') =>
  compiled((db, { poolId, userId, id }: { poolId: string; userId: string; id: string }) =>
    sql<
      UserRow & {
        pool_revision: number
        client_revision: number | null
        origin_jti: string
        client_id: string
        began_at: Date
        revoked_at: Date | null
        claims: RequestedClaims | null
        mfa_enabled: MfaSetting[] | null
        mfa_preferred: MfaSetting | null
      }
    >`
    select u.*, p.revision as pool_revision, c.revision as client_revision,
      f.origin_jti, f.client_id, f.created_at as began_at, f.revoked_at, f.claims,
      m.enabled as mfa_enabled, m.preferred as mfa_preferred
    from pools p
    left join users u on u.pool_id = ${poolId} and u.id = ${userId}::uuid
    left join token_families f on f.pool_id = ${poolId} and f.${sql.ref(column)} = ${id}::uuid and f.user_id = u.id
    left join clients c on c.pool_id = ${poolId} and c.id = f.client_id
    left join mfa_settings m on m.pool_id = ${poolId} and m.user_id = u.id
    where p.id = ${poolId}`.compile(db),
  )

const sessions = { origin_jti: sessionBy('origin_jti'), event_id: sessionBy('event_id') }
