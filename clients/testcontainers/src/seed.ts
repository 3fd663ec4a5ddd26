import { readFileSync } from 'node:fs'

/** What the server begins with. The server checks it and refuses what it does not know. */
export interface Seed {
  pools: SeedPool[]
}

export interface SeedPool {
  /** `REGION_` followed by letters or digits. */
  Id: string
  PoolName?: string
  Clients?: { ClientId: string; ClientName?: string; [member: string]: unknown }[]
  [member: string]: unknown
}

/** @throws Error naming the file that can't be read */
export function readSeed(seed: Seed | string): Seed {
  if (typeof seed !== 'string') return seed
  try {
    return JSON.parse(readFileSync(seed, 'utf8'))
  } catch (error) {
    throw new Error(`${seed} is no seed: ${(error as Error).message}`)
  }
}

/** The pool that has this name or id; without a name the only one. @throws Error listing what there is */
export function poolOf({ pools }: Seed, wanted?: string): SeedPool {
  return theOne('pool', pools, ({ Id, PoolName }) => [PoolName ?? Id, Id], wanted)
}

/** Likewise for the clients of all pools. */
export function clientOf({ pools }: Seed, wanted?: string): { ClientId: string } {
  const clients = pools.flatMap(({ Clients = [] }) => Clients)
  return theOne('client', clients, ({ ClientId, ClientName }) => [ClientName ?? ClientId, ClientId], wanted)
}

function theOne<Item>(kind: string, items: Item[], namesOf: (item: Item) => string[], wanted?: string): Item {
  const found = wanted === undefined ? items : items.filter((item) => namesOf(item).includes(wanted))
  if (found.length === 1) return found[0]!
  const names = items.map((item) => namesOf(item)[0]).join(', ') || 'none'
  if (wanted === undefined) throw new Error(`Name a ${kind} of the seed: it has ${names}.`)
  throw new Error(`The seed has ${found.length === 0 ? 'no' : 'more than one'} ${kind} ${wanted}: it has ${names}.`)
}
