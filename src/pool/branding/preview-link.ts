import { createHash } from 'node:crypto'
import type { Db } from '../../context.ts'
import { randomToken } from '../../lib/ids.ts'
import { insertPreview } from './preview-store.ts'

/** The path of the preview, in development and in production. */
export const previewPath = '/admin/branding'

const linkLifetime = 10 * 60_000

/** The path of a one-time link that opens the preview of a client's style. It expires after ten minutes. */
export async function createPreviewLink(
  db: Db,
  { poolId, clientId }: { poolId: string; clientId: string },
  now: Date,
): Promise<string> {
  const token = randomToken(32)
  const expiresAt = new Date(now.getTime() + linkLifetime)
  await insertPreview(db, { poolId, tokenHash: hashOf(token) }, { kind: 'link', clientId, expiresAt })
  return `${previewPath}?${new URLSearchParams({ pool: poolId, token })}`
}

// A random value of 32 bytes needs no keyed hash, so the CLI can create links without the master key.
export const hashOf = (token: string): Buffer => createHash('sha256').update(`branding-preview ${token}`).digest()
