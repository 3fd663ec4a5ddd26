import type { ParameterizedContext } from 'koa'

/** The first value of a query parameter, or an empty string. */
export function queryOf(koa: ParameterizedContext, name: string): string {
  const value = koa.query[name]
  return (Array.isArray(value) ? value[0] : value) ?? ''
}
