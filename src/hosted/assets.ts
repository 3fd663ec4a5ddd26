import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { brotliCompressSync } from 'node:zlib'
import type { ParameterizedContext } from 'koa'
import { installed } from '../lib/installed.ts'
import { themeCss, unbranded, unbrandedLight } from './branding/theme-css.ts'

interface Asset {
  type: string
  body: string
  /** None of it is secret, so that it may be compressed. */
  brotli: Buffer
}

export interface Assets {
  /** By the name under which it is served, its hash within. */
  files: ReadonlyMap<string, Asset>
  /** What the page's own stylesheet reads, of the default style. */
  theme: string
  /** The same for the classic pages. */
  classicTheme: string
  stylesheet: string
  scripts: Record<ScriptName, string>
  icon: string
}

/** What a page may bring; see views/scripts. */
export type ScriptName = 'passkey' | 'password-rules'

const types = { css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8', svg: 'image/svg+xml' }

let loaded: Promise<Assets> | undefined

/** Read once. A file that changes gets another address, so that browsers may keep them for good. */
export function loadAssets(): Promise<Assets> {
  loaded ??= load()
  return loaded
}

const path = /^(?:\/[\w-]+)?\/assets\/([\w-]+\.[\w-]{12}\.(?:css|js|svg))$/

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
  koa.vary('Accept-Encoding')
  koa.status = 200
  koa.type = asset.type
  if (koa.acceptsEncodings('br', 'identity') === 'br') {
    koa.set('Content-Encoding', 'br')
    koa.body = asset.brotli
  } else koa.body = asset.body
  return true
}

async function load(): Promise<Assets> {
  const names = ['login.css', 'icon.svg', 'passkey.js', 'password-rules.js']
  const [stylesheet, icon, passkey, passwordRules] = await Promise.all(
    names.map((name) => readFile(installed(`views/assets/${name}`), 'utf8')),
  )
  const files = new Map<string, Asset>()
  const add = (name: string, extension: keyof typeof types, body: string): string => {
    const hash = createHash('sha256').update(body).digest('base64url').slice(0, 12)
    const served = `${name}.${hash}.${extension}`
    files.set(served, { type: types[extension], body, brotli: brotliCompressSync(body) })
    return served
  }
  return {
    files,
    theme: add('style', 'css', themeCss(unbranded)),
    classicTheme: add('classic-style', 'css', themeCss(unbrandedLight)),
    stylesheet: add('login', 'css', stylesheet!),
    scripts: {
      passkey: add('passkey', 'js', passkey!),
      'password-rules': add('password-rules', 'js', passwordRules!),
    },
    icon: add('icon', 'svg', icon!),
  }
}
