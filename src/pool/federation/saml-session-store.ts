import { sql } from 'kysely'
import type { Context } from '../../context.ts'
import { uuidv7 } from '../../lib/ids.ts'

/** A SAML provider's identifiers of a user and session, which are needed to end the session there. */
export interface SamlSession {
  nameId: string
  format?: string
  nameQualifier?: string
  spNameQualifier?: string
  sessionIndex?: string
}

const lifetime = 24 * 3600 * 1000

export const samlSessionSeal = (poolId: string, id: string): string => `saml_sessions:${poolId}:${id}`

const nameIdHash = (ctx: Context, poolId: string, provider: string, nameId: string): Buffer =>
  ctx.keyring.mac('federation', 'name-id', poolId, provider, nameId)

export async function keepSamlSession(
  ctx: Context,
  poolId: string,
  { id, userId, provider, session }: { id: string; userId: string; provider: string; session: SamlSession },
): Promise<void> {
  await ctx.db
    .insertInto('saml_sessions')
    .values({
      pool_id: poolId,
      id,
      user_id: userId,
      provider_name: provider,
      name_id_hash: nameIdHash(ctx, poolId, provider, session.nameId),
      sealed: ctx.keyring.seal(JSON.stringify(session), samlSessionSeal(poolId, id)),
      expires_at: new Date(ctx.clock.now().getTime() + lifetime),
    })
    .execute()
}

export const newSamlSessionId = (ctx: Context): string => uuidv7(ctx.clock.now())

export async function takeSamlSession(ctx: Context, poolId: string, id: string): Promise<SamlSession | undefined> {
  const row = await ctx.db
    .deleteFrom('saml_sessions')
    .where('pool_id', '=', poolId)
    .where('id', '=', id)
    .returning(['sealed', 'expires_at'])
    .executeTakeFirst()
  if (!row || row.expires_at <= ctx.clock.now()) return undefined
  return JSON.parse(ctx.keyring.open(row.sealed, samlSessionSeal(poolId, id)).toString())
}

/** Deletes a subject's sessions; returns their users. */
export async function endSamlSessions(
  ctx: Context,
  poolId: string,
  provider: string,
  { nameId, sessionIndex }: { nameId: string; sessionIndex?: string },
): Promise<string[]> {
  const rows = await ctx.db
    .selectFrom('saml_sessions')
    .select(['id', 'user_id', 'sealed'])
    .where('pool_id', '=', poolId)
    .where('provider_name', '=', provider)
    .where('name_id_hash', '=', nameIdHash(ctx, poolId, provider, nameId))
    .execute()
  const meant = rows.filter(({ id, sealed }) => {
    const session: SamlSession = JSON.parse(ctx.keyring.open(sealed, samlSessionSeal(poolId, id)).toString())
    return sessionIndex === undefined || session.sessionIndex === undefined || session.sessionIndex === sessionIndex
  })
  if (meant.length === 0) return []
  await ctx.db
    .deleteFrom('saml_sessions')
    .where('pool_id', '=', poolId)
    .where(
      'id',
      'in',
      meant.map(({ id }) => id),
    )
    .execute()
  return [...new Set(meant.map(({ user_id }) => user_id))]
}

/** False where the assertion has been used before. */
export async function useAssertion(ctx: Context, poolId: string, key: string, until: Date): Promise<boolean> {
  const { rows } = await sql`
    insert into saml_assertions (pool_id, id_hash, expires_at)
    values (${poolId}, ${ctx.keyring.mac('federation', 'assertion', poolId, key)}, ${until}::timestamptz)
    on conflict do nothing returning 1`.execute(ctx.db)
  return rows.length === 1
}
