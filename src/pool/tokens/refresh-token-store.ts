import { sql } from 'kysely'
import type { Db } from '../../context.ts'
import { compiled, compiledRead } from '../../store/compiled.ts'
import type { Client } from '../clients/client.ts'
import type { Revisions } from '../clients/owner.ts'
import { groupsColumn } from '../groups/group-store.ts'
import type { User } from '../users/user.ts'
import { selectedUserColumns, toUser } from '../users/user-store.ts'
import type { Group } from './claims.ts'
import type { Confirmation } from './confirmation.ts'
import type { Proven } from './proven.ts'
import type { RequestedClaims } from './requested-claims.ts'
import type { TokenFamily } from './token-family.ts'

type UserRow = Parameters<typeof toUser>[0]

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

/** A refresh token with all that its use depends on, read at one moment. */
export interface StoredRefreshToken {
  family: TokenFamily
  user: User
  groups: Group[]
  revokedAt: Date | null
  rotatedAt: Date | null
  usableUntil: Date
}

/** The token, of whichever client, with the revisions of the pool and of the client that asks. */
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

const refreshTokenByHash = compiledRead((db, values: { poolId: string; clientId: string; tokenHash: Buffer }) =>
  sql<RefreshTokenRow & { pool_revision: number; client_revision: number }>`
    select p.revision as pool_revision, c.revision as client_revision, ${selectedUserColumns}, t.rotated_at,
      t.usable_until,
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

/** The refresh token that replaces `current`, and with it every valid one of the family. */
export interface Rotation {
  poolId: string
  originJti: string
  current: Buffer
  next: Buffer
  now: Date
  /** When the replaced ones end. */
  graceUntil: Date
}

/**
 * Ends every valid refresh token of the family (at once, or after a grace period) and issues `next` in their place,
 * with their expiry. Of two at once, only the one that finds `current` unused succeeds.
 */
export async function rotateRefreshToken(db: Db, rotation: Rotation): Promise<boolean> {
  const { rows } = await endGeneration(db, rotation)
  return rows.length === 1
}

const endGeneration = compiled((db, values: Rotation) =>
  sql`
    with family as (
      select pool_id, origin_jti, expires_at from token_families
      where pool_id = ${values.poolId} and origin_jti = ${values.originJti} and revoked_at is null for update
    ), ended as (
      update refresh_tokens t
      set rotated_at = ${values.now}::timestamptz,
        usable_until = least(t.usable_until, ${values.graceUntil}::timestamptz)
      from family f
      where t.pool_id = f.pool_id and t.origin_jti = f.origin_jti and t.rotated_at is null
        and exists (
          select 1 from refresh_tokens c
          where c.pool_id = f.pool_id and c.token_hash = ${values.current} and c.rotated_at is null
        )
      returning t.token_hash
    )
    insert into refresh_tokens (pool_id, token_hash, origin_jti, issued_at, usable_until)
    select f.pool_id, ${values.next}::bytea, f.origin_jti, ${values.now}::timestamptz, f.expires_at
    from family f where exists (select 1 from ended where token_hash = ${values.current})
    returning 1`.compile(db),
)

/**
 * The same for several families of a pool in one statement, which waits for nobody: it passes over a family that another
 * transaction has locked. Undefined for what it has not done, for whatever reason.
 */
export async function rotateRefreshTokens(db: Db, rotations: Rotation[]): Promise<(true | undefined)[]> {
  const hex = (hash: Buffer) => hash.toString('hex')
  const { rows } = await endGenerations(db, {
    poolId: rotations[0]!.poolId,
    originJtis: rotations.map(({ originJti }) => originJti),
    currents: rotations.map(({ current }) => hex(current)),
    nexts: rotations.map(({ next }) => hex(next)),
    nows: rotations.map(({ now }) => now.toISOString()),
    graces: rotations.map(({ graceUntil }) => graceUntil.toISOString()),
  })
  const done = new Set(rows.map(({ origin_jti }) => origin_jti))
  return rotations.map(({ originJti }) => done.has(originJti) || undefined)
}

interface RotationColumns {
  poolId: string
  originJtis: string[]
  currents: string[]
  nexts: string[]
  nows: string[]
  graces: string[]
}

const endGenerations = compiled((db, values: RotationColumns) =>
  sql<{ origin_jti: string }>`
    with asked as (
      select a.origin_jti, decode(a.current, 'hex') as current, decode(a.next, 'hex') as next,
        a.now::timestamptz as now, a.grace::timestamptz as grace
      from unnest(${values.originJtis}::uuid[], ${values.currents}::text[], ${values.nexts}::text[],
        ${values.nows}::text[], ${values.graces}::text[]) as a (origin_jti, current, next, now, grace)
    ), family as (
      select f.pool_id, f.origin_jti, f.expires_at, a.current, a.next, a.now, a.grace
      from asked a
      join token_families f on f.pool_id = ${values.poolId} and f.origin_jti = a.origin_jti
      where f.revoked_at is null for update of f skip locked
    ), ended as (
      update refresh_tokens t
      set rotated_at = f.now, usable_until = least(t.usable_until, f.grace)
      from family f
      where t.pool_id = ${values.poolId} and t.origin_jti = f.origin_jti and t.rotated_at is null
        and exists (
          select 1 from refresh_tokens c
          where c.pool_id = ${values.poolId} and c.token_hash = f.current and c.rotated_at is null
        )
      returning t.token_hash
    )
    insert into refresh_tokens (pool_id, token_hash, origin_jti, issued_at, usable_until)
    select f.pool_id, f.next, f.origin_jti, f.now, f.expires_at
    from family f where exists (select 1 from ended where token_hash = f.current)
    returning origin_jti`.compile(db),
)

/** A retry within the grace period, perhaps because the first answer was lost: another token of the same generation. */
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
