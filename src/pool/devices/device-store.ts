import type { Selectable } from 'kysely'
import type { Db } from '../../context.ts'
import type { Tables } from '../../store/tables.ts'
import type { Device } from './device.ts'

export async function findDevice(db: Db, poolId: string, userId: string, key: string): Promise<Device | undefined> {
  const row = await db
    .selectFrom('devices')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('user_id', '=', userId)
    .where('device_key', '=', key)
    .executeTakeFirst()
  return row && toDevice(row)
}

/** In the order of their keys, after one of them. */
export async function listDevices(
  db: Db,
  poolId: string,
  userId: string,
  { after = '', limit }: { after?: string; limit: number },
): Promise<Device[]> {
  const rows = await db
    .selectFrom('devices')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('user_id', '=', userId)
    .where('device_key', '>', after)
    .orderBy('device_key')
    .limit(limit)
    .execute()
  return rows.map(toDevice)
}

/** False if the user already has the device. */
export async function insertDevice(
  db: Db,
  poolId: string,
  userId: string,
  device: Omit<Device, 'createdAt' | 'updatedAt' | 'authenticatedAt'>,
  now: Date,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('devices')
    .values({
      pool_id: poolId,
      user_id: userId,
      device_key: device.key,
      name: device.name,
      srp_salt: device.srp?.salt ?? null,
      srp_sealed: device.srp?.sealed ?? null,
      remembered: device.remembered,
      mfa_proven: device.mfaProven,
      last_ip: device.lastIp,
      created_at: now,
      updated_at: now,
      authenticated_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

export async function updateRemembered(
  db: Db,
  poolId: string,
  userId: string,
  key: string,
  remembered: boolean,
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('devices')
    .set({ remembered, updated_at: now })
    .where('pool_id', '=', poolId)
    .where('user_id', '=', userId)
    .where('device_key', '=', key)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Stores the time and place of a sign-in by the device. */
export async function touchDevice(
  db: Db,
  poolId: string,
  userId: string,
  key: string,
  { ip, now }: { ip: string | undefined; now: Date },
): Promise<void> {
  await db
    .updateTable('devices')
    .set({ authenticated_at: now, ...(ip && { last_ip: ip }) })
    .where('pool_id', '=', poolId)
    .where('user_id', '=', userId)
    .where('device_key', '=', key)
    .execute()
}

export async function deleteDevice(db: Db, poolId: string, userId: string, key: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('devices')
    .where('pool_id', '=', poolId)
    .where('user_id', '=', userId)
    .where('device_key', '=', key)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

function toDevice(row: Selectable<Tables['devices']>): Device {
  return {
    key: row.device_key,
    name: row.name,
    ...(row.srp_salt && row.srp_sealed && { srp: { salt: row.srp_salt, sealed: row.srp_sealed } }),
    remembered: row.remembered,
    mfaProven: row.mfa_proven,
    lastIp: row.last_ip,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    authenticatedAt: row.authenticated_at,
  }
}
