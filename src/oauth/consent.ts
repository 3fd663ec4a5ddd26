import { addConsent, findConsent } from './consent-store.ts'
import type { EngineRun } from './engine-run.ts'

/**
 * Nobody vouches for a client that has registered itself, and single sign-on would give it a user's tokens for
 * following a link. So each user is asked once per client, and again for further scopes. A client that an administrator
 * has made, or has updated since, needs no consent unless its document says `RequireConsent`.
 */
export async function asksConsent({ ctx, pool, client }: EngineRun, userId: string, scope: string): Promise<boolean> {
  if (!client.needsConsent && !client.extensions?.Standards?.RequireConsent) return false
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

/** What the pages have to ask a user who has signed in: whether the app may have these scopes. */
export interface Question {
  scopes: string[]
  /** The user who is asked. */
  userId: string
}

/** Undefined unless everything before consent has been answered. */
export function questionOf(payload: Record<string, unknown>): Question | undefined {
  const { prompt, params, session } = payload as {
    prompt?: { name?: string }
    params?: { scope?: string }
    session?: { accountId?: string }
  }
  if (prompt?.name !== 'consent' || !session?.accountId) return undefined
  return { scopes: (params?.scope ?? '').split(' ').filter(Boolean), userId: session.accountId }
}
