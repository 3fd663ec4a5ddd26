import type { ParameterizedContext } from 'koa'
import { readText } from './form.ts'

/** The maximum length of a request, in an address or in a form. */
export const maxQueryLength = 8192

/** OpenID Connect lets apps post long requests; the caller has checked that the pool accepts them. */
export async function queryOrForm(koa: ParameterizedContext): Promise<URLSearchParams> {
  if (koa.method !== 'POST' || !koa.is('application/x-www-form-urlencoded')) return new URLSearchParams(koa.querystring)
  const text = await readText(koa.req, maxQueryLength).catch(() => '')
  return new URLSearchParams(text)
}
