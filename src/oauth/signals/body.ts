import type { ParameterizedContext } from 'koa'
import { readText } from '../form.ts'
import { OAuthError } from '../oauth-error.ts'
import { invalidRequest } from './signals-error.ts'

export type Members = Record<string, unknown>

/** @throws SignalsError for anything but a JSON object */
export async function readObject(koa: ParameterizedContext): Promise<Members> {
  if (!koa.is('application/json')) throw invalidRequest('The request must be application/json.')
  try {
    const parsed: unknown = JSON.parse(await readText(koa.req))
    if (isObject(parsed)) return parsed
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof OAuthError)) throw error
  }
  throw invalidRequest('The request must be a JSON object.')
}

export const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A short text, or undefined where there is none. @throws SignalsError */
export function textIn(members: Members, name: string, max: number): string | undefined {
  const value = members[name]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string' && value.length <= max && !value.includes('\0')) return value
  throw invalidRequest(`${name} must be a string of at most ${max} characters.`)
}
