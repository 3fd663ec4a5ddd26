import { sql } from 'kysely'
import type { Db, Trx } from '../../context.ts'
import { compiledRead } from '../../store/compiled.ts'
import { softwareTokenMfa } from '../factors/software-token-mfa.ts'
import type { MfaOfUser, MfaSetting } from '../users/mfa.ts'
import type { User } from '../users/user.ts'
import { toUser, userColumns, usersByLoginName } from '../users/user-store.ts'

export const mfaColumns = [
  'mfa_settings.enabled as mfaEnabled',
  'mfa_settings.preferred as mfaPreferred',
  'mfa_settings.token_sealed as tokenSealed',
  'mfa_settings.token_name as tokenName',
  'mfa_settings.token_last_step as tokenLastStep',
] as const

export interface MfaRow {
  mfaEnabled: string[] | null
  mfaPreferred: string | null
  tokenSealed: Buffer | null
  tokenName: string | null
  tokenLastStep: string | null
}

/** From columns of an outer join: most users have no row. */
export function toMfa(row: MfaRow | undefined): MfaOfUser {
  if (!row?.mfaEnabled) return { enabled: [] }
  return {
    enabled: row.mfaEnabled as MfaSetting[],
    ...(row.mfaPreferred !== null && { preferred: row.mfaPreferred as MfaSetting }),
    ...(row.tokenSealed && {
      token: {
        sealed: row.tokenSealed,
        name: row.tokenName ?? '',
        lastStep: row.tokenLastStep === null ? -1 : Number(row.tokenLastStep),
      },
    }),
  }
}

export async function findMfa(db: Db, poolId: string, userId: string): Promise<MfaOfUser> {
  const row = await db
    .selectFrom('mfa_settings')
    .select(mfaColumns)
    .where('pool_id', '=', poolId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return toMfa(row)
}

/** A user with their factors, by a login name; callers look up subs themselves. */
export async function findUserWithMfa(
  db: Db,
  poolId: string,
  name: string,
): Promise<{ user: User; mfa: MfaOfUser } | undefined> {
  const { rows } = await byLoginName(db, { poolId, name })
  return rows[0] && { user: toUser(rows[0]), mfa: toMfa(rows[0]) }
}

const byLoginName = compiledRead((db, lookup: { poolId: string; name: string }) =>
  usersByLoginName(db, lookup)
    .leftJoin('mfa_settings', (join) =>
      join.onRef('mfa_settings.pool_id', '=', 'users.pool_id').onRef('mfa_settings.user_id', '=', 'users.id'),
    )
    .select([...userColumns, ...mfaColumns]),
)

/** The factors of a user, locked until the transaction ends. */
export async function lockMfa(trx: Trx, poolId: string, userId: string): Promise<MfaOfUser> {
  const row = await trx
    .insertInto('mfa_settings')
    .values({ pool_id: poolId, user_id: userId })
    .onConflict((conflict) =>
      conflict.columns(['pool_id', 'user_id']).doUpdateSet((eb) => ({ preferred: eb.ref('mfa_settings.preferred') })),
    )
    .returning(mfaColumns)
    .executeTakeFirst()
  return toMfa(row)
}

export async function updateMfa(
  db: Db,
  poolId: string,
  userId: string,
  { enabled, preferred }: Pick<MfaOfUser, 'enabled' | 'preferred'>,
): Promise<void> {
  await db
    .updateTable('mfa_settings')
    .set({ enabled, preferred: preferred ?? null })
    .where('pool_id', '=', poolId)
    .where('user_id', '=', userId)
    .execute()
}

/** A verified authenticator app, in the place of the one before. */
export async function upsertSoftwareToken(
  db: Db,
  poolId: string,
  userId: string,
  token: { sealed: Buffer; name?: string; step: number },
): Promise<void> {
  const columns = { token_sealed: token.sealed, token_name: token.name ?? null, token_last_step: token.step }
  await db
    .insertInto('mfa_settings')
    .values({ pool_id: poolId, user_id: userId, ...columns })
    .onConflict((conflict) => conflict.columns(['pool_id', 'user_id']).doUpdateSet(columns))
    .execute()
}

/** Uses the code of a time step. False where it, or a later one, has been used, or the app has been replaced. */
export async function takeStep(
  db: Db,
  poolId: string,
  userId: string,
  { sealed, step }: { sealed: Buffer; step: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('mfa_settings')
    .set({ token_last_step: step })
    .where('pool_id', '=', poolId)
    .where('user_id', '=', userId)
    .where('token_sealed', '=', sealed)
    .where(sql<boolean>`coalesce(token_last_step, -1) < ${step}::bigint`)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function deleteSoftwareToken(db: Db, poolId: string, userId: string): Promise<void> {
  await sql`
    update mfa_settings set token_sealed = null, token_name = null, token_last_step = null,
      enabled = array_remove(enabled, ${softwareTokenMfa.name}),
      preferred = nullif(preferred, ${softwareTokenMfa.name})
    where pool_id = ${poolId} and user_id = ${userId}::uuid`.execute(db)
  await deleteSetup(db, poolId, userId)
}

export async function upsertSetup(
  db: Db,
  poolId: string,
  userId: string,
  setup: { sealed: Buffer; expiresAt: Date },
): Promise<boolean> {
  const columns = { sealed: setup.sealed, expires_at: setup.expiresAt }
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('software_token_setups')
    .values({ pool_id: poolId, user_id: userId, ...columns })
    .onConflict((conflict) => conflict.columns(['pool_id', 'user_id']).doUpdateSet(columns))
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

export async function findSetup(db: Db, poolId: string, userId: string, now: Date): Promise<Buffer | undefined> {
  const row = await db
    .selectFrom('software_token_setups')
    .select('sealed')
    .where('pool_id', '=', poolId)
    .where('user_id', '=', userId)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row?.sealed
}

/** True for the one caller that ended this setup. */
export async function deleteSetup(db: Db, poolId: string, userId: string, sealed?: Buffer): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('software_token_setups')
    .where('pool_id', '=', poolId)
    .where('user_id', '=', userId)
    .$if(sealed !== undefined, (query) => query.where('sealed', '=', sealed!))
    .executeTakeFirst()
  return numDeletedRows > 0n
}
