import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { brotliCompress } from 'node:zlib'
import type { ParameterizedContext } from 'koa'
import { installed } from '../lib/installed.ts'
import { themeCss, unbranded, unbrandedLight } from './branding/theme-css.ts'

interface Asset {
  type: string
  body: string
  /**
   * Nothing in these files is secret, so compressing them leaks nothing. The page that is the first to name them does not
   * wait for it.
   */
  brotli: Promise<Buffer>
}

export interface Assets {
  /** By served name, which contains the content hash. */
  files: ReadonlyMap<string, Asset>
  /** The default style's custom properties, which the page's stylesheet reads. */
  theme: string
  /** The equivalent for the classic pages. */
  classicTheme: string
  stylesheet: string
  scripts: Record<ScriptName, string>
  icon: string
}

const scriptNames = [
  'choose-language',
  'copy-secret',
  'passkey',
  'password-rules',
  'show-password',
  'submit-once',
] as const

/** The script a page may include; see views/scripts. */
export type ScriptName = (typeof scriptNames)[number]

const compress = promisify(brotliCompress)

const types = { css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8', svg: 'image/svg+xml' }

let loaded: Promise<Assets> | undefined

/** Read once. A changed file gets a new address, so browsers may cache each address forever. */
export function loadAssets(): Promise<Assets> {
  loaded ??= load()
  return loaded
}

const path = /^(?:\/[\w-]+)?\/assets\/([\w-]+\.[\w-]{12}\.(?:css|js|svg))$/

/** Serves the static files of the pages. Returns false if the address is not one of them. */
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
    koa.body = await asset.brotli
  } else koa.body = asset.body
  return true
}

async function load(): Promise<Assets> {
  const read = (name: string) => readFile(installed(`views/assets/${name}`), 'utf8')
  const [stylesheet, icon, ...scripts] = await Promise.all(
    ['login.css', 'icon.svg', ...scriptNames.map((name) => `${name}.js`)].map(read),
  )
  const files = new Map<string, Asset>()
  const add = (name: string, extension: keyof typeof types, body: string): string => {
    const hash = createHash('sha256').update(body).digest('base64url').slice(0, 12)
    const served = `${name}.${hash}.${extension}`
    files.set(served, { type: types[extension], body, brotli: compress(body) })
    return served
  }
  return {
    files,
    theme: add('style', 'css', themeCss(unbranded)),
    classicTheme: add('classic-style', 'css', themeCss(unbrandedLight)),
    stylesheet: add('login', 'css', stylesheet!),
    scripts: Object.fromEntries(
      scriptNames.map((name, index) => [name, add(name, 'js', scripts[index]!)]),
    ) as Assets['scripts'],
    icon: add('icon', 'svg', icon!),
  }
}
