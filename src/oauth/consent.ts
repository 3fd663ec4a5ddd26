import { addConsent, findConsent } from './consent-store.ts'
import type { EngineRun } from './engine-run.ts'

/**
 * A client that has registered itself is one that nobody vouches for, while single sign-on would give it a user's tokens
 * for a link alone. So it asks once, by user and client, and again for scopes beyond those. A client that an
 * administrator has made, or has updated since, does not.
 */
export async function asksConsent({ ctx, pool, client }: EngineRun, userId: string, scope: string): Promise<boolean> {
  if (!client.needsConsent) return false
  const allowed = await findConsent(ctx.db, { poolId: pool.id, userId, clientId: client.id })
  return scope.split(' ').some((name) => !allowed.includes(name))
}

export async function keepConsent(
  { ctx, pool, client }: Pick<EngineRun, 'ctx' | 'pool' | 'client'>,
  userId: string,
  scope: string,
): Promise<void> {
  const key = { poolId: pool.id, userId, clientId: client.id }
  await addConsent(ctx.db, key, scope.split(' '), ctx.clock.now())
}

/** What the pages ask for: that somebody signs in, or that somebody who has done so lets the app have what it wants. */
export interface Question {
  scopes: string[]
  /** Who is asked. */
  userId: string
}

/** Of a request that has got as far as consent: everything before it has been answered. */
export function questionOf(payload: Record<string, unknown>): Question | undefined {
  const { prompt, params, session } = payload as {
    prompt?: { name?: string }
    params?: { scope?: string }
    session?: { accountId?: string }
  }
  if (prompt?.name !== 'consent' || !session?.accountId) return undefined
  return { scopes: (params?.scope ?? '').split(' ').filter(Boolean), userId: session.accountId }
}
