/** Parsers for single values of settings; each returns undefined for an invalid value. */
import type { Webhook } from './config.ts'

export function aesKey(value: unknown): Buffer | undefined {
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/_-]{43}=?$/.test(value)) return undefined
  const bytes = Buffer.from(value, 'base64')
  return bytes.length === 32 ? bytes : undefined
}

export const count = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : undefined

export const origin = (value: unknown): string | undefined =>
  typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
    ? new URL(value).origin
    : undefined

export const webhook =
  (mode: 'dev' | 'serve') =>
  (value: unknown): Webhook | undefined => {
    const { url, secret } = (value ?? {}) as Record<string, unknown>
    if (typeof url !== 'string' || typeof secret !== 'string' || secret.length < 16) return undefined
    const protocols = mode === 'dev' ? ['http:', 'https:'] : ['https:']
    return URL.canParse(url) && protocols.includes(new URL(url).protocol) ? { url, secret } : undefined
  }

export const webhookForm = (mode: 'dev' | 'serve'): string =>
  `a JSON object of function name to {"url": ${mode === 'dev' ? 'http or https' : 'https'}, "secret": 16 characters or more}`
