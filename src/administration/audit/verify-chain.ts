import { createHash } from 'node:crypto'
import type { Keyring } from '../../lib/keyring.ts'
import type { ChainRow } from './chain-store.ts'
import { recordMac } from './record-mac.ts'
import type { RecordRow } from './record-store.ts'

/** How far a chain is verified: up to this record, with this hash. Without a sequence: to its end. */
export type Position = {
  chain: string
  sequence?: string
  hash?: string
  /** The last record, according to the head of the chain. */
  last?: string
}

export interface ChainFault {
  Chain: string
  Sequence?: number
  Reason: string
}

/** Where a chain begins: after what retention has deleted. */
export function startOf(row: Partial<ChainRow> & { chain: string }): Position | { fault: string } {
  if (row.prunedHash === undefined || row.prunedHash === null) return { fault: 'the head of the chain was removed' }
  return {
    chain: row.chain,
    sequence: row.prunedSequence!,
    hash: row.prunedHash.toString('hex'),
    last: row.sequence!,
  }
}

interface Verified {
  verified: number
  faults: ChainFault[]
  next: Position
}

/** Verifies the records after a position, up to the first fault: nothing after a fault can be verified. */
export function verifyPart(
  ctx: { keyring: Keyring },
  from: Position,
  rows: readonly RecordRow[],
  isEnd: boolean,
): Verified {
  let sequence = Number(from.sequence)
  let hash = Buffer.from(from.hash!, 'hex')
  const fault = (Reason: string): Verified => ({
    verified: sequence - Number(from.sequence),
    faults: [{ Chain: from.chain, Sequence: sequence + 1, Reason }],
    next: { chain: from.chain },
  })
  for (const row of rows) {
    if (Number(row.sequence) !== sequence + 1) return fault('records were removed')
    const expected = createHash('sha256').update(hash).update(recordMac(ctx, row.record)).digest()
    if (!expected.equals(row.hash) || !agrees(row)) return fault('the record was changed, or one before it')
    sequence++
    hash = expected
  }
  if (isEnd && sequence < Number(from.last)) return fault('records were removed from the end')
  return {
    verified: rows.length,
    faults: [],
    next: { chain: from.chain, sequence: String(sequence), hash: hash.toString('hex'), last: from.last! },
  }
}

/** Whether the columns used for searching match the record. */
function agrees(row: RecordRow): boolean {
  const record = JSON.parse(row.record) as {
    eventID: string
    eventTime: string
    eventName: string
    errorCode?: string
    userIdentity: { arn: string }
    additionalEventData?: { sub: string }
  }
  return (
    record.eventID === row.eventId &&
    record.eventTime.slice(0, 19) === row.eventTime.toISOString().slice(0, 19) &&
    record.eventName === row.eventName &&
    record.userIdentity.arn === row.principal &&
    (record.errorCode ?? null) === row.errorCode &&
    (record.additionalEventData?.sub ?? null) === row.userSub
  )
}
