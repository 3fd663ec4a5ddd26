import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { ParameterizedContext } from 'koa'
import { themeCss, unbranded } from './branding/theme-css.ts'
import { viewsFolder } from './views-folder.ts'

interface Asset {
  type: string
  body: string
}

export interface Assets {
  /** By the name under which it is served, its hash within. */
  files: ReadonlyMap<string, Asset>
  /** What the page's own stylesheet reads, of the default style. */
  theme: string
  stylesheet: string
  icon: string
}

let loaded: Promise<Assets> | undefined

/** Read once. A file that changes gets another address, so that browsers may keep them for good. */
export function loadAssets(): Promise<Assets> {
  loaded ??= load()
  return loaded
}

const path = /^(?:\/[\w-]+)?\/assets\/([\w-]+\.[\w-]{12}\.(?:css|svg))$/

/** Answers for the files of the pages; false where the address is none of theirs. */
export async function serveAsset(koa: ParameterizedContext): Promise<boolean> {
  const [, name] = path.exec(koa.path) ?? []
  const asset = name && (await loadAssets()).files.get(name)
  if (!asset || (koa.method !== 'GET' && koa.method !== 'HEAD')) return false
  koa.set({
    'Cache-Control': 'public, max-age=31536000, immutable',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
  })
  koa.status = 200
  koa.type = asset.type
  koa.body = asset.body
  return true
}

async function load(): Promise<Assets> {
  const [stylesheet, icon] = await Promise.all(
    ['login.css', 'icon.svg'].map((name) => readFile(new URL(`assets/${name}`, viewsFolder), 'utf8')),
  )
  const files = new Map<string, Asset>()
  const add = (name: string, extension: 'css' | 'svg', body: string): string => {
    const hash = createHash('sha256').update(body).digest('base64url').slice(0, 12)
    const served = `${name}.${hash}.${extension}`
    files.set(served, { type: extension === 'css' ? 'text/css; charset=utf-8' : 'image/svg+xml', body })
    return served
  }
  return {
    files,
    theme: add('style', 'css', themeCss(unbranded)),
    stylesheet: add('login', 'css', stylesheet!),
    icon: add('icon', 'svg', icon!),
  }
}
