import { sql } from 'kysely'
import type { Db } from '../../context.ts'
import { compiledRead } from '../../store/compiled.ts'
import type { MfaOfUser, MfaSetting } from '../users/mfa.ts'
import type { User } from '../users/user.ts'
import { selectedUserColumns, toUser } from '../users/user-store.ts'
import type { RequestedClaims } from './requested-claims.ts'

type UserRow = Parameters<typeof toUser>[0]

/** All that the use of an access token depends on, read at one moment. */
export interface StoredSession {
  poolRevision: number
  /** Absent where the user was deleted. */
  user?: User
  /** The second factors that the user has turned on. */
  mfa: Pick<MfaOfUser, 'enabled' | 'preferred'>
  /** Absent where it has been swept, or its client deleted. */
  session?: {
    originJti: string
    clientId: string
    clientRevision: number
    createdAt: Date
    revokedAt: Date | null
    claims: RequestedClaims | null
  }
}

/** Names a session by its id, or by its event's where the client's tokens don't name the session. */
export interface SessionName {
  poolId: string
  userId: string
  by: 'origin_jti' | 'event_id'
  id: string
}

export const sessionNameOf = (
  poolId: string,
  { sub, origin_jti, event_id }: { sub: string; origin_jti?: string | undefined; event_id: string },
): SessionName =>
  origin_jti
    ? { poolId, userId: sub, by: 'origin_jti', id: origin_jti }
    : { poolId, userId: sub, by: 'event_id', id: event_id }

export async function findSession(db: Db, { by, ...name }: SessionName): Promise<StoredSession | undefined> {
  const { rows } = await oneSession[by](db, name)
  return rows[0] && toSession(rows[0])
}

/** Those of several tokens of a pool that name their sessions alike. One result for each. */
export async function findSessions(db: Db, names: SessionName[]): Promise<(StoredSession | undefined)[]> {
  const [{ poolId, by }] = names as [SessionName]
  const { rows } = await severalSessions[by](db, {
    poolId,
    userIds: names.map(({ userId }) => userId),
    ids: names.map(({ id }) => id),
  })
  const found = new Array<StoredSession | undefined>(names.length)
  for (const row of rows) found[row.position - 1] = toSession(row)
  return found
}

interface SessionRow extends UserRow {
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

function toSession(row: SessionRow): StoredSession {
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

const selectedSession = sql`${selectedUserColumns}, p.revision as pool_revision, c.revision as client_revision,
  f.origin_jti, f.client_id, f.created_at as began_at, f.revoked_at, f.claims,
  m.enabled as mfa_enabled, m.preferred as mfa_preferred`

const one = (by: SessionName['by']) =>
  compiledRead((db, { poolId, userId, id }: Omit<SessionName, 'by'>) =>
    sql<SessionRow>`
    select ${selectedSession}
    from pools p
    left join users on users.pool_id = ${poolId} and users.id = ${userId}::uuid
    left join token_families f on f.pool_id = ${poolId} and f.${sql.ref(by)} = ${id}::uuid and f.user_id = users.id
    left join clients c on c.pool_id = ${poolId} and c.id = f.client_id
    left join mfa_settings m on m.pool_id = ${poolId} and m.user_id = users.id
    where p.id = ${poolId}`.compile(db),
  )

/**
 * The arrays stand in subselects, so that PostgreSQL does not see their lengths: it would plan the statement anew each
 * time, hoping for a better plan where there are few. Each table is looked up row by row, since a plan that reads a whole
 * table while it is small would stay when it has grown.
 */
const several = (by: SessionName['by']) =>
  compiledRead((db, { poolId, userIds, ids }: { poolId: string; userIds: string[]; ids: string[] }) =>
    sql<SessionRow & { position: number }>`
    select ${selectedSession}, asked.position::int
    from pools p
    cross join unnest((select ${userIds}::uuid[]), (select ${ids}::uuid[]))
      with ordinality as asked (user_id, id, position)
    left join lateral (
      select * from users where users.pool_id = ${poolId} and users.id = asked.user_id offset 0
    ) users on true
    left join lateral (
      select * from token_families f where f.pool_id = ${poolId} and f.${sql.ref(by)} = asked.id offset 0
    ) f on f.user_id = users.id
    left join lateral (
      select * from clients c where c.pool_id = ${poolId} and c.id = f.client_id offset 0
    ) c on true
    left join lateral (
      select * from mfa_settings m where m.pool_id = ${poolId} and m.user_id = asked.user_id offset 0
    ) m on true
    where p.id = ${poolId}`.compile(db),
  )

const oneSession = { origin_jti: one('origin_jti'), event_id: one('event_id') }
const severalSessions = { origin_jti: several('origin_jti'), event_id: several('event_id') }
