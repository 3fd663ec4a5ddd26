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

/** By the session's id, or its event's where the client's tokens don't name the session. */
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
  compiledRead((db, { poolId, userId, id }: { poolId: string; userId: string; id: string }) =>
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
    select ${selectedUserColumns}, p.revision as pool_revision, c.revision as client_revision,
      f.origin_jti, f.client_id, f.created_at as began_at, f.revoked_at, f.claims,
      m.enabled as mfa_enabled, m.preferred as mfa_preferred
    from pools p
    left join users on users.pool_id = ${poolId} and users.id = ${userId}::uuid
    left join token_families f on f.pool_id = ${poolId} and f.${sql.ref(column)} = ${id}::uuid and f.user_id = users.id
    left join clients c on c.pool_id = ${poolId} and c.id = f.client_id
    left join mfa_settings m on m.pool_id = ${poolId} and m.user_id = users.id
    where p.id = ${poolId}`.compile(db),
  )

const sessions = { origin_jti: sessionBy('origin_jti'), event_id: sessionBy('event_id') }
