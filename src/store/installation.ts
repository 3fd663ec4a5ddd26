import type { Keyring } from '../lib/keyring.ts'
import { OperatorError } from '../lib/operator-error.ts'
import type { Db } from './db.ts'

export class WrongMasterKey extends OperatorError {
  override name = 'WrongMasterKey'

  constructor() {
    super(
      'The master key is not the one this database was sealed with. Set POOLHOUSE_MASTER_KEY to the key it was made with ' +
        '(in development it lies in the data folder as master-key).',
    )
  }
}

/** Remembers the first master key's check value; any other key later is a start-up error. @throws WrongMasterKey */
export async function checkMasterKey(db: Db, keyring: Keyring): Promise<void> {
  await db
    .insertInto('installation')
    .values({ key: 'master-key-check', value: keyring.checkValue() })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const row = await db
    .selectFrom('installation')
    .select('value')
    .where('key', '=', 'master-key-check')
    .executeTakeFirstOrThrow()
  if (!keyring.recognises(row.value)) throw new WrongMasterKey()
}

/** Whether the database was sealed with this master key; undefined where no server has started over it yet. */
export async function fitsMasterKey(db: Db, keyring: Keyring): Promise<boolean | undefined> {
  const row = await db
    .selectFrom('installation')
    .select('value')
    .where('key', '=', 'master-key-check')
    .executeTakeFirst()
  return row && keyring.recognises(row.value) !== undefined
}
