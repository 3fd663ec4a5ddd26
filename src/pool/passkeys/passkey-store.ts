import { sql } from 'kysely'
import type { Db, Trx } from '../../context.ts'
import type { Passkey } from './passkey.ts'

/** The handle of a user; `proposed` becomes it where there is none. */
export async function keepHandle(db: Db, poolId: string, userId: string, proposed: Buffer): Promise<Buffer> {
  const { handle } = await db
    .insertInto('passkey_users')
    .values({ pool_id: poolId, user_id: userId, handle: proposed })
    .onConflict((conflict) =>
      conflict.columns(['pool_id', 'user_id']).doUpdateSet((eb) => ({ handle: eb.ref('passkey_users.handle') })),
    )
    .returning('handle')
    .executeTakeFirstOrThrow()
  return handle
}

/** The login name of the passkey's claimed owner; only the signature proves who it is. */
export async function findPasskeyOwner(db: Db, poolId: string, credentialId: Buffer): Promise<string | undefined> {
  const row = await db
    .selectFrom('passkeys as p')
    .innerJoin('users as u', (join) => join.onRef('u.pool_id', '=', 'p.pool_id').onRef('u.id', '=', 'p.user_id'))
    .leftJoin('login_names as l', (join) =>
      join.onRef('l.pool_id', '=', 'p.pool_id').onRef('l.user_id', '=', 'p.user_id'),
    )
    .select(['u.username', 'l.name'])
    .where('p.pool_id', '=', poolId)
    .where('p.credential_id', '=', credentialId)
    .orderBy((eb) => eb('l.name', '=', eb.ref('u.username')), 'desc')
    .orderBy('l.name')
    .executeTakeFirst()
  return row && (row.name ?? row.username)
}

/** Oldest first. There are few: see `limits`. */
export async function listPasskeys(db: Db, poolId: string, userId: string, rpId?: string): Promise<Passkey[]> {
  const rows = await db
    .selectFrom('passkeys as p')
    .leftJoin('passkey_users as u', (join) =>
      join.onRef('u.pool_id', '=', 'p.pool_id').onRef('u.user_id', '=', 'p.user_id'),
    )
    .selectAll('p')
    .select('u.handle')
    .where('p.pool_id', '=', poolId)
    .where('p.user_id', '=', userId)
    .$if(rpId !== undefined, (query) => query.where('p.rp_id', '=', rpId!))
    .orderBy('p.created_at')
    .orderBy('p.credential_id')
    .execute()
  return rows.map((row) => ({
    credentialId: row.credential_id,
    rpId: row.rp_id,
    handle: row.handle ?? undefined,
    publicKey: row.public_key,
    counter: Number(row.counter),
    backupEligible: row.backup_eligible,
    backedUp: row.backed_up,
    aaguid: row.aaguid,
    attachment: row.attachment ?? undefined,
    transports: row.transports,
    name: row.name,
    createdAt: row.created_at,
  }))
}

/** False where the pool already has the credential. */
export async function insertPasskey(trx: Trx, poolId: string, userId: string, passkey: Passkey): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('passkeys')
    .values({
      pool_id: poolId,
      credential_id: passkey.credentialId,
      user_id: userId,
      rp_id: passkey.rpId,
      public_key: passkey.publicKey,
      counter: passkey.counter,
      backup_eligible: passkey.backupEligible,
      backed_up: passkey.backedUp,
      aaguid: passkey.aaguid,
      attachment: passkey.attachment ?? null,
      transports: passkey.transports,
      name: passkey.name,
      created_at: passkey.createdAt,
    })
    .onConflict((conflict) => conflict.columns(['pool_id', 'credential_id']).doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** False if the passkey is gone, or has been used since with a counter that is not lower. */
export async function usePasskey(
  db: Db,
  poolId: string,
  userId: string,
  use: { credentialId: Buffer; counter: number; backedUp: boolean; now: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('passkeys')
    .set({ counter: use.counter, backed_up: use.backedUp, used_at: use.now })
    .where('pool_id', '=', poolId)
    .where('credential_id', '=', use.credentialId)
    .where('user_id', '=', userId)
    .where(sql<boolean>`(counter < ${use.counter} or (counter = 0 and ${use.counter} = 0))`)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function deletePasskey(db: Db, poolId: string, userId: string, credentialId: Buffer): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('passkeys')
    .where('pool_id', '=', poolId)
    .where('user_id', '=', userId)
    .where('credential_id', '=', credentialId)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

export async function upsertRegistration(
  db: Db,
  poolId: string,
  userId: string,
  registration: { clientId: string; challenge: Buffer; expiresAt: Date },
): Promise<void> {
  const { clientId, challenge, expiresAt } = registration
  const columns = { client_id: clientId, challenge, expires_at: expiresAt }
  await db
    .insertInto('passkey_registrations')
    .values({ pool_id: poolId, user_id: userId, ...columns })
    .onConflict((conflict) => conflict.columns(['pool_id', 'user_id']).doUpdateSet(columns))
    .execute()
}

/** Ends the registration of this challenge, for one caller only. Returns the client that began it. */
export async function takeRegistration(
  db: Db,
  poolId: string,
  userId: string,
  challenge: Buffer,
  now: Date,
): Promise<{ clientId: string } | undefined> {
  return db
    .deleteFrom('passkey_registrations')
    .where('pool_id', '=', poolId)
    .where('user_id', '=', userId)
    .where('challenge', '=', challenge)
    .where('expires_at', '>', now)
    .returning('client_id as clientId')
    .executeTakeFirst()
}
