import type { Keyring } from '../lib/keyring.ts'
import { OperatorError } from '../lib/operator-error.ts'
import type { Db, Trx } from './db.ts'

export class WrongMasterKey extends OperatorError {
  override name = 'WrongMasterKey'

  constructor(state: keyof typeof refusals) {
    super(refusals[state])
  }
}

const refusals = {
  wrong:
    'The master key is not the one this database was sealed with. Set POOLHOUSE_MASTER_KEY to the key it was made with ' +
    '(in development it lies in the data folder as master-key).',
  retired:
    'POOLHOUSE_MASTER_KEY is the key from before a rotation of the master key. Set it to the one that took its place.',
  'previous missing':
    'The master key is being rotated: some values are sealed with the key before it still. Set ' +
    'POOLHOUSE_MASTER_KEY_PREVIOUS to that one, and go on with `poolhouse master-key rotate`.',
} as const

/**
 * How the master keys of the environment match the database. `new`: no server has started yet. `current`: the key
 * seals. `waiting`: the previous key seals until the key is rotated. `rotating`: the database has values sealed with
 * either.
 */
export type MasterKeyState = 'new' | 'current' | 'waiting' | 'rotating' | keyof typeof refusals

const rows = {
  /** The check value of the key that seals. */
  check: 'master-key-check',
  /** The check value of the previous key, while values sealed with it remain. */
  rotating: 'master-key-rotating',
  /** The check value of the previous key, with which nothing is sealed any more. */
  retired: 'master-key-retired',
  /** The secret that keys hashes, once it is not the master key itself. */
  derivation: 'derivation-secret',
} as const

/** Milliseconds between a server's checks of which key seals. */
export const followInterval = 5000

/** Stores the check value of the first master key; with another key, no server starts. @throws WrongMasterKey */
export async function checkMasterKey(db: Db, keyring: Keyring): Promise<void> {
  await db
    .insertInto('installation')
    .values({ key: rows.check, value: keyring.checkValue() })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await readMasterKey(db, keyring)
}

/** Sets the keyring up as the database requires. @throws WrongMasterKey */
export async function readMasterKey(db: Db, keyring: Keyring): Promise<MasterKeyState> {
  const stored = await readRows(db)
  const state = stateOf(stored, keyring)
  if (state in refusals) throw new WrongMasterKey(state as keyof typeof refusals)
  const sealed = stored.get(rows.derivation)
  keyring.use({
    sealing: state === 'waiting' ? 'older' : 'current',
    ...(sealed && { derivationSecret: keyring.open(sealed, rows.derivation) }),
  })
  return state
}

/** Like `readMasterKey`, but changes nothing. */
export async function masterKeyState(db: Db, keyring: Keyring): Promise<MasterKeyState> {
  return stateOf(await readRows(db), keyring)
}

/** Whether a rotation has begun and not ended, which shows without the keys. */
export async function isRotating(db: Db): Promise<boolean> {
  return (await readRows(db)).has(rows.rotating)
}

async function readRows(db: Db): Promise<Map<string, Buffer>> {
  const found = await db
    .selectFrom('installation')
    .select(['key', 'value'])
    .where('key', 'in', Object.values(rows))
    .execute()
  return new Map(found.map(({ key, value }) => [key, value]))
}

function stateOf(stored: Map<string, Buffer>, keyring: Keyring): MasterKeyState {
  const recognised = (row: string) => {
    const value = stored.get(row)
    return value && keyring.recognises(value)
  }
  if (!stored.has(rows.check)) return 'new'
  const seals = recognised(rows.check)
  if (seals === 'older') return stored.has(rows.rotating) ? 'wrong' : 'waiting'
  if (seals === undefined)
    return [rows.rotating, rows.retired].some((row) => recognised(row) === 'current') ? 'retired' : 'wrong'
  if (!stored.has(rows.rotating)) return 'current'
  return recognised(rows.rotating) === 'older' ? 'rotating' : 'previous missing'
}

/**
 * From now on the new key seals instead of the previous one; servers that have both follow within seconds. Hashes stay
 * as they are: the secret that keys them is stored, sealed with the key.
 */
export async function beginRotation(db: Db, keyring: Keyring): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const check = await lockCheck(trx)
    if (keyring.recognises(check) !== 'older') return
    const derivationSecret = keyring.derivationSecret()
    keyring.use({ sealing: 'current', derivationSecret })
    await putRow(trx, rows.derivation, keyring.seal(derivationSecret, rows.derivation))
    await putRow(trx, rows.rotating, check)
    await putRow(trx, rows.check, keyring.checkValue())
  })
}

/** Ends the rotation, when nothing is sealed with the previous key any more. */
export async function endRotation(db: Db): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockCheck(trx)
    const former = (await readRows(trx)).get(rows.rotating)
    if (!former) return
    await putRow(trx, rows.retired, former)
    await trx.deleteFrom('installation').where('key', '=', rows.rotating).execute()
  })
}

async function lockCheck(trx: Trx): Promise<Buffer> {
  const { value } = await trx
    .selectFrom('installation')
    .select('value')
    .where('key', '=', rows.check)
    .forUpdate()
    .executeTakeFirstOrThrow()
  return value
}

async function putRow(trx: Trx, key: string, value: Buffer): Promise<void> {
  await trx
    .insertInto('installation')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute()
}
