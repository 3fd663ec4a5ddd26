import { createHash } from 'node:crypto'
import type { ParameterizedContext } from 'koa'
import type { Context, Db } from '../../context.ts'
import { sameBytes } from '../../lib/constant-time.ts'
import { randomToken } from '../../lib/ids.ts'
import { copyPictures } from '../../pool/branding/preview-picture-store.ts'
import {
  findPreviewSession,
  insertPreview,
  type PreviewKey,
  takePreviewLink,
} from '../../pool/branding/preview-store.ts'
import type { PartialSettings } from '../../pool/branding/settings.ts'

/** The path of the preview, in development and in production. */
export const previewPath = '/admin/branding'

const minute = 60_000
const linkLifetime = 10 * minute
const sessionLifetime = 60 * minute

export interface PreviewSession extends PreviewKey {
  clientId: string
  /** The document as edited so far. */
  settings: PartialSettings | undefined
  /** Included in the form; only pages of this session know it. */
  formToken: string
}

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

/** Consumes the link and starts a session for this browser. Returns false if the link is unknown, used or expired. */
export async function openLink(
  { db, clock, config }: Context,
  koa: ParameterizedContext,
  link: { poolId: string; token: string },
): Promise<boolean> {
  const { poolId } = link
  const now = clock.now()
  if (!isToken(link.token)) return false
  const opened = await takePreviewLink(db, { poolId, tokenHash: hashOf(link.token) }, now)
  if (!opened) return false
  const token = randomToken(32)
  const expiresAt = new Date(now.getTime() + sessionLifetime)
  const { clientId } = opened
  const key = { poolId, tokenHash: hashOf(token) }
  await insertPreview(db, key, { kind: 'session', clientId, expiresAt })
  await copyPictures(db, key, clientId)
  const secure = isSecure(config, koa)
  // TLS may end at a proxy that doesn't forward the protocol.
  if (secure) koa.cookies.secure = true
  koa.cookies.set(cookieName(secure), `${poolId}.${token}`, {
    path: previewPath,
    httpOnly: true,
    sameSite: 'lax',
    secure,
    signed: false,
    overwrite: true,
    maxAge: sessionLifetime,
  })
  return true
}

export async function currentSession(ctx: Context, koa: ParameterizedContext): Promise<PreviewSession | undefined> {
  const value = koa.cookies.get(cookieName(isSecure(ctx.config, koa)), { signed: false }) ?? ''
  const [poolId = '', token = ''] = value.split('.')
  if (!/^[\w-]{1,55}$/.test(poolId) || !isToken(token)) return undefined
  const key = { poolId, tokenHash: hashOf(token) }
  const found = await findPreviewSession(ctx.db, key, ctx.clock.now())
  if (!found) return undefined
  const formToken = ctx.keyring.mac('csrf', poolId, token, 'branding-preview').toString('base64url')
  return { ...key, clientId: found.clientId, settings: found.settings ?? undefined, formToken }
}

export function isOwnForm(koa: ParameterizedContext, session: PreviewSession, token: string): boolean {
  const site = koa.get('Sec-Fetch-Site')
  if (site !== '' && site !== 'same-origin') return false
  return sameBytes(Buffer.from(token, 'base64url'), Buffer.from(session.formToken, 'base64url'))
}

// A random value of 32 bytes needs no keyed hash, so the CLI can create links without the master key.
const hashOf = (token: string): Buffer => createHash('sha256').update(`branding-preview ${token}`).digest()

const isToken = (token: string): boolean => /^[\w-]{43}$/.test(token)

const isSecure = ({ mode, publicUrl }: Context['config'], koa: ParameterizedContext): boolean =>
  koa.secure || (mode === 'serve' && publicUrl.startsWith('https:'))

const cookieName = (secure: boolean): string => `${secure ? '__Secure-' : ''}poolhouse-branding`
