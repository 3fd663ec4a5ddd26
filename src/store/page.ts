import type { Keyring } from '../lib/keyring.ts'
import { createSeal, type Seal } from '../lib/seal.ts'
import { InvalidParameter } from '../model/errors.ts'

interface Keys {
  keyring: Keyring
}

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json }

// Cursors are short-lived, so they need not survive a key rotation.
const sealOf = (ctx: Keys): Seal => createSeal({ id: Buffer.from('page'), key: ctx.keyring.key('cursor') })

/**
 * A page token: the position where the next page of a list begins. Sealed, since positions are user names and attribute
 * values, and bound to `scope`: the operation, the pool and the filters of the list.
 */
export function encodeCursor(ctx: Keys, scope: string, position: Json): string {
  return sealOf(ctx).seal(JSON.stringify(position), scope).toString('base64url')
}

/** @throws InvalidParameterException for a token that is forged, or of another list */
export function decodeCursor(ctx: Keys, scope: string, token: string | undefined): Json | undefined {
  if (token === undefined) return undefined
  let position: Buffer
  try {
    position = sealOf(ctx).open(Buffer.from(token, 'base64url'), scope)
  } catch {
    throw new InvalidParameter('Invalid pagination token.')
  }
  return JSON.parse(position.toString())
}

/**
 * One page of rows that were selected with `limit + 1`: the last row only shows that there are more. `positionOf` gives
 * the position of a row, after which the next page begins.
 */
export function cutPage<Row>(
  rows: Row[],
  limit: number,
  positionOf: (row: Row) => Json,
): { items: Row[]; next: Json | undefined } {
  if (rows.length <= limit) return { items: rows, next: undefined }
  const items = rows.slice(0, limit)
  return { items, next: positionOf(items.at(-1)!) }
}
