import type { ParameterizedContext } from 'koa'
import type { Context } from '../../context.ts'
import { InvalidParameter } from '../../model/errors.ts'
import type { Surface } from '../../oauth/surface.ts'
import type { Extension } from '../../pool/branding/asset.ts'
import { findPicture } from '../../pool/branding/branding-store.ts'
import { styleOf } from '../../pool/branding/style.ts'
import { cleanSvg } from '../../pool/branding/svg.ts'
import { findClient } from '../../pool/clients/client.ts'
import { hashOf, stylesheets } from './brand.ts'

const pictureName = /^\/branding\/([\w-]{32})\.(ico|jpeg|png|svg|webp)$/
const stylesheetName = /^\/branding\/([\w+]{1,128})\.(managed|classic)\.([\w-]{32})\.css$/

const types: Record<Extension, string> = {
  ICO: 'image/x-icon',
  JPEG: 'image/jpeg',
  PNG: 'image/png',
  SVG: 'image/svg+xml',
  WEBP: 'image/webp',
}

const forGood = 'public, max-age=31536000, immutable'

/** Serves the pictures and stylesheets of styles. Returns false if the address is not one of them. */
export async function serveBranding(
  ctx: Context,
  koa: ParameterizedContext,
  { poolId, path }: Surface,
): Promise<boolean> {
  if (koa.method !== 'GET' && koa.method !== 'HEAD') return false
  const [, hash, extension] = pictureName.exec(path) ?? []
  if (hash) return servePicture(ctx, koa, poolId, hash, extension!.toUpperCase())
  const [, clientId, name, wanted] = stylesheetName.exec(path) ?? []
  return clientId ? serveStylesheet(ctx, koa, poolId, clientId, name as 'managed' | 'classic', wanted!) : false
}

async function servePicture(
  ctx: Context,
  koa: ParameterizedContext,
  poolId: string,
  hash: string,
  extension: string,
): Promise<boolean> {
  const picture = await findPicture(ctx.db, poolId, hash)
  return picture?.extension === extension && sendPicture(koa, picture, forGood)
}

/** Returns false if the file can no longer be parsed. */
export function sendPicture(
  koa: ParameterizedContext,
  picture: { extension: Extension; bytes: Buffer },
  caching: string,
): boolean {
  const body = bodyOf(picture)
  if (!body) return false
  setHeaders(koa, caching)
  koa.type = types[picture.extension]
  koa.body = body
  return true
}

/**
 * Serves the parsed SVG, not the uploaded file. Undefined if it no longer passes the rules it passed when it was
 * uploaded.
 */
function bodyOf({ extension, bytes }: { extension: Extension; bytes: Buffer }): string | Buffer | undefined {
  if (extension !== 'SVG') return bytes
  try {
    return cleanSvg(bytes)
  } catch (error) {
    if (error instanceof InvalidParameter) return undefined
    throw error
  }
}

/**
 * A page rendered before a change asks for the old name. It gets the current stylesheet, but must not cache it under
 * that name.
 */
async function serveStylesheet(
  ctx: Context,
  koa: ParameterizedContext,
  poolId: string,
  clientId: string,
  name: 'managed' | 'classic',
  wanted: string,
): Promise<boolean> {
  const found = await findClient(ctx, clientId)
  if (found?.pool.id !== poolId) return false
  const text = stylesheets(await styleOf(ctx, found.pool, found.client))[name]
  if (text === undefined) return false
  setHeaders(koa, hashOf(text) === wanted ? forGood : 'no-store')
  koa.type = 'text/css; charset=utf-8'
  koa.body = text
  return true
}

function setHeaders(koa: ParameterizedContext, caching: string): void {
  koa.set({
    'Cache-Control': caching,
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox",
  })
  koa.status = 200
}
