import { readConfig } from '../config.ts'
import { createKeyring, type Keyring } from '../lib/keyring.ts'
import { type SealedValues, sealedColumns } from '../sealed-columns.ts'
import type { Db } from '../store/db.ts'
import {
  beginRotation,
  endRotation,
  followInterval,
  isRotating,
  type MasterKeyState,
  masterKeyState,
  readMasterKey,
} from '../store/installation.ts'
import { countSealedWith, listSealedWith, replaceSealed, type SealedRow } from '../store/sealed-store.ts'
import { StartError } from './run.ts'
import { UsageError } from './usage-error.ts'
import { withDatabase } from './with-database.ts'

const batch = 500
/** By then every server has looked for the new key twice, and whatever it sealed before is written. */
const patience = 3 * followInterval

interface Options {
  use?: typeof withDatabase
  print?: (line: string) => unknown
  /** Milliseconds that servers have to switch to the new key. */
  wait?: number
}

export async function masterKey(args: string[], options: Options = {}): Promise<void> {
  const { use = withDatabase, print = console.log } = options
  const [command, ...others] = args
  if (others.length > 0 || !['rotate', 'status'].includes(command ?? ''))
    throw new UsageError('Say `poolhouse master-key rotate` or `poolhouse master-key status`.')
  const keyring = keyringOf(process.env)
  await use(async (db) => {
    if (command === 'status') for (const line of await describe(db, keyring)) print(line)
    else await rotate(db, keyring, print, options.wait ?? patience)
  })
}

function keyringOf(env: NodeJS.ProcessEnv): Keyring {
  const { masterKey, previousMasterKey } = readConfig('dev', env)
  if (!masterKey) throw new StartError('Set POOLHOUSE_MASTER_KEY, as for the servers.')
  return createKeyring(masterKey, previousMasterKey && [previousMasterKey])
}

/** The progress of the rotation, in sentences. */
export async function describe(db: Db, keyring: Keyring): Promise<string[]> {
  const state = await masterKeyState(db, keyring)
  const sentences: Partial<Record<MasterKeyState, string>> = {
    new: 'No server has started over this database yet: it takes the key that is set.',
    current: 'POOLHOUSE_MASTER_KEY is the key that everything is sealed with.',
    waiting:
      'POOLHOUSE_MASTER_KEY_PREVIOUS is the key that everything is sealed with. Once all servers have both, run ' +
      '`poolhouse master-key rotate`.',
    rotating: 'The master key is being rotated. `poolhouse master-key rotate` goes on with it.',
  }
  const sentence = sentences[state]
  if (sentence === undefined) await readMasterKey(db, keyring)
  if (state !== 'rotating') return [sentence!]
  const left = await countLeft(db, keyring)
  return [
    sentence!,
    ...left.map(({ values, count }) => `${values.table}.${values.column}: ${count} to seal anew`),
    ...(left.length === 0 ? ['Everything is sealed with POOLHOUSE_MASTER_KEY already.'] : []),
  ]
}

/** How far a rotation is that is under way; undefined if there is none. Without the keys, nothing can be counted. */
export async function rotationProgress(db: Db, keyring: Keyring | undefined): Promise<string | undefined> {
  if (!(await isRotating(db))) return undefined
  const goesOn = '`poolhouse master-key rotate` goes on with it if it was stopped'
  if (!keyring || (await masterKeyState(db, keyring)) !== 'rotating')
    return `The master key is being rotated; ${goesOn}.`
  const left = (await countLeft(db, keyring)).reduce((sum, { count }) => sum + count, 0)
  return `The master key is being rotated: ${left} ${left === 1 ? 'value' : 'values'} to seal anew; ${goesOn}.`
}

async function countLeft(db: Db, keyring: Keyring) {
  const left: { values: SealedValues; count: number }[] = []
  for (const values of sealedColumns) {
    const count = await countSealedWith(db, values, keyring.sealId('older'))
    if (count > 0) left.push({ values, count })
  }
  return left
}

/** Can be interrupted at any point and run again: each value is marked with the key that sealed it. */
async function rotate(db: Db, keyring: Keyring, print: (line: string) => unknown, wait: number): Promise<void> {
  const state = await masterKeyState(db, keyring)
  if (state === 'new') throw new StartError('No server has started over this database yet: nothing is sealed.')
  await readMasterKey(db, keyring)
  if (state === 'current') {
    print('There is nothing to rotate: everything is sealed with POOLHOUSE_MASTER_KEY.')
    return
  }
  await beginRotation(db, keyring)
  await resealAll(db, keyring, print)
  print('Waiting for servers to follow …')
  await new Promise((resolve) => setTimeout(resolve, wait))
  // Reseal what servers sealed with the old key before they switched.
  while ((await resealAll(db, keyring, print)) > 0);
  await endRotation(db)
  print(
    'Done: everything in the database is sealed with POOLHOUSE_MASTER_KEY. Take POOLHOUSE_MASTER_KEY_PREVIOUS from the ' +
      'servers: at once, or in twelve hours if temporary credentials of operators and jobs must live on until then.',
  )
}

async function resealAll(db: Db, keyring: Keyring, print: (line: string) => unknown): Promise<number> {
  let total = 0
  for (const values of sealedColumns) {
    const count = await reseal(db, keyring, values)
    if (count > 0) print(`${values.table}.${values.column}: ${count} sealed anew`)
    total += count
  }
  return total
}

async function reseal(db: Db, keyring: Keyring, values: SealedValues): Promise<number> {
  let count = 0
  let last: SealedRow | undefined
  do {
    const rows = await listSealedWith(db, values, keyring.sealId('older'), last, batch)
    for (const row of rows) {
      const place = values.placeOf(row)
      await replaceSealed(db, values, row, keyring.seal(keyring.open(row.sealed, place), place))
    }
    count += rows.length
    last = rows.at(-1)
  } while (last)
  return count
}
