import type { ParameterizedContext } from 'koa'

/** The first value of a parameter in the address; empty where there is none. */
export function queryOf(koa: ParameterizedContext, name: string): string {
  const value = koa.query[name]
  return (Array.isArray(value) ? value[0] : value) ?? ''
}
