import type { ParameterizedContext } from 'koa'
import { readText } from './form.ts'

/** The longest request that is read, in an address or in a form. */
export const maxQueryLength = 8192

/** OpenID Connect has apps post long requests; whether a pool takes them is asked before. */
export async function queryOrForm(koa: ParameterizedContext): Promise<URLSearchParams> {
  if (koa.method !== 'POST' || !koa.is('application/x-www-form-urlencoded')) return new URLSearchParams(koa.querystring)
  const text = await readText(koa.req, maxQueryLength).catch(() => '')
  return new URLSearchParams(text)
}
