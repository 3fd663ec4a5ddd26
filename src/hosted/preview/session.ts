import type { ParameterizedContext } from 'koa'
import type { Context } from '../../context.ts'
import { sameBytes } from '../../lib/constant-time.ts'
import { cookieOf } from '../../lib/cookie-header.ts'
import { randomToken } from '../../lib/ids.ts'
import { hashOf, previewPath } from '../../pool/branding/preview-link.ts'
import { copyPictures } from '../../pool/branding/preview-picture-store.ts'
import {
  findPreviewSession,
  insertPreview,
  type PreviewKey,
  takePreviewLink,
} from '../../pool/branding/preview-store.ts'
import type { PartialSettings } from '../../pool/branding/settings.ts'

const minute = 60_000
const sessionLifetime = 60 * minute

export interface PreviewSession extends PreviewKey {
  clientId: string
  /** The document as edited so far. */
  settings: PartialSettings | undefined
  /** Included in the form; only pages of this session know it. */
  formToken: string
}

/** Consumes the link and starts a session for this browser: the token of its forms, unless the link is unknown, used or expired. */
export async function openLink(
  ctx: Context,
  koa: ParameterizedContext,
  link: { poolId: string; token: string },
): Promise<string | undefined> {
  const { db, clock, config } = ctx
  const { poolId } = link
  const now = clock.now()
  if (!isToken(link.token)) return undefined
  const opened = await takePreviewLink(db, { poolId, tokenHash: hashOf(link.token) }, now)
  if (!opened) return undefined
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
  return formTokenOf(ctx, poolId, token)
}

export async function currentSession(ctx: Context, koa: ParameterizedContext): Promise<PreviewSession | undefined> {
  const value = cookieOf(koa.req, cookieName(isSecure(ctx.config, koa))) ?? ''
  const [poolId = '', token = ''] = value.split('.')
  if (!/^[\w-]{1,55}$/.test(poolId) || !isToken(token)) return undefined
  const key = { poolId, tokenHash: hashOf(token) }
  const found = await findPreviewSession(ctx.db, key, ctx.clock.now())
  if (!found) return undefined
  const formToken = formTokenOf(ctx, poolId, token)
  return { ...key, clientId: found.clientId, settings: found.settings ?? undefined, formToken }
}

const formTokenOf = ({ keyring }: Context, poolId: string, token: string): string =>
  keyring.mac('csrf', poolId, token, 'branding-preview').toString('base64url')

export function isOwnForm(koa: ParameterizedContext, session: PreviewSession, token: string): boolean {
  const site = koa.get('Sec-Fetch-Site')
  if (site !== '' && site !== 'same-origin') return false
  return sameBytes(Buffer.from(token, 'base64url'), Buffer.from(session.formToken, 'base64url'))
}

const isToken = (token: string): boolean => /^[\w-]{43}$/.test(token)

const isSecure = ({ mode, publicUrl }: Context['config'], koa: ParameterizedContext): boolean =>
  koa.secure || (mode === 'serve' && publicUrl.startsWith('https:'))

const cookieName = (secure: boolean): string => `${secure ? '__Secure-' : ''}poolhouse-branding`
