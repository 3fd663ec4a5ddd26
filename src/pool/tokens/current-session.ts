import type { Context, Db } from '../../context.ts'
import { gathered } from '../../lib/gathered.ts'
import { remembered } from '../../lib/memory.ts'
import { findSession, findSessions, type SessionName, type StoredSession } from './access-token-store.ts'

/**
 * What the use of a token depends on, as it is after this was asked. Requests of a pool that ask at the same time share a
 * statement, which begins after each of them came.
 */
export function currentSession(ctx: Context, name: SessionName): Promise<StoredSession | undefined> {
  return ctx.db.isTransaction ? findSession(ctx.db, name) : sharedReads(ctx)({ ...name, db: ctx.db })
}

const sharedReads = remembered(() =>
  gathered<SessionName & { db: Db }, StoredSession | undefined>(
    async (asked) => {
      const [{ db, ...name }] = asked as [SessionName & { db: Db }]
      return asked.length === 1 ? [await findSession(db, name)] : findSessions(db, asked)
    },
    { group: ({ poolId, by }) => `${by} ${poolId}`, max: 32 },
  ),
)
