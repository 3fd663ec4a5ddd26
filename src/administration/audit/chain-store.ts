/** Heads of chains: the number and the hash of their last records. */
import { sql } from 'kysely'
import type { Db } from '../../context.ts'
import type { ChainPoint } from './checkpoint.ts'

export interface ChainRow {
  chain: string
  sequence: string
  hash: Buffer
  prunedSequence: string
  prunedHash: Buffer
}

/** The first chain after this name, including one that has records but whose head was deleted. */
export async function nextChain(db: Db, after: string): Promise<(Partial<ChainRow> & { chain: string }) | undefined> {
  const { rows: names } = await sql<{ chain: string }>`
    (select chain from audit_chains where chain > ${after} order by chain limit 1)
    union
    (select chain from audit_records where chain > ${after} order by chain limit 1)
    order by chain limit 1`.execute(db)
  const chain = names[0]?.chain
  if (chain === undefined) return undefined
  const { rows } = await sql<ChainRow>`
    select chain, sequence, hash, pruned_sequence as "prunedSequence", pruned_hash as "prunedHash"
    from audit_chains where chain = ${chain}`.execute(db)
  return rows[0] ?? { chain }
}

/** The last record of each chain, in the order of their names. */
export async function listChainHeads(db: Db, after: string, limit: number): Promise<ChainPoint[]> {
  const rows = await db
    .selectFrom('audit_chains')
    .select(['chain', 'sequence', 'hash'])
    .where('chain', '>', after)
    .orderBy('chain')
    .limit(limit)
    .execute()
  return rows.map(({ chain, sequence, hash }) => ({
    chain,
    sequence: String(sequence),
    hash: hash.toString('base64url'),
  }))
}

/** The points whose record has changed or is missing, unless retention has deleted it. */
export async function missingPoints(db: Db, points: readonly ChainPoint[]): Promise<ChainPoint[]> {
  const { rows } = await sql<ChainPoint>`
    select points.chain, points.sequence::text, points.hash
    from unnest(
      ${points.map(({ chain }) => chain)}::text[], ${points.map(({ sequence }) => sequence)}::text[]::bigint[],
      ${points.map(({ hash }) => Buffer.from(hash, 'base64url').toString('hex'))}::text[]
    ) as points (chain, sequence, hash)
    left join audit_records records on records.chain = points.chain and records.sequence = points.sequence
    left join audit_chains chains on chains.chain = points.chain
    where encode(records.hash, 'hex') is distinct from points.hash
      and (records.hash is not null or coalesce(chains.pruned_sequence, 0) < points.sequence)`.execute(db)
  return rows
}
