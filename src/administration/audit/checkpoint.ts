/**
 * A checkpoint lists how far chains reach, signed with the master key. Somebody who can write to the database can
 * delete the newest records and correct the count; a checkpoint that is stored elsewhere reveals it.
 */
import { sameText } from '../../lib/constant-time.ts'
import type { Keyring } from '../../lib/keyring.ts'

export interface ChainPoint {
  chain: string
  sequence: string
  /** In base64url. */
  hash: string
}

interface Body {
  at: string
  points: [chain: string, sequence: string, hash: string][]
}

export function signCheckpoint(ctx: { keyring: Keyring }, points: readonly ChainPoint[], at: Date): string {
  const body: Body = {
    at: at.toISOString(),
    points: points.map(({ chain, sequence, hash }) => [chain, sequence, hash]),
  }
  const text = Buffer.from(JSON.stringify(body)).toString('base64url')
  return `${text}.${signatureOf(ctx, text)}`
}

/** Undefined for a text that was not signed here. */
export function readCheckpoint(ctx: { keyring: Keyring }, checkpoint: string): ChainPoint[] | undefined {
  const [text = '', signature = ''] = checkpoint.split('.')
  if (!sameText(signature, signatureOf(ctx, text))) return undefined
  const { points } = JSON.parse(Buffer.from(text, 'base64url').toString()) as Body
  return points.map(([chain, sequence, hash]) => ({ chain, sequence, hash }))
}

const signatureOf = ({ keyring }: { keyring: Keyring }, text: string): string =>
  keyring.mac('audit', 'checkpoint', text).toString('base64url')
