/**
 * Reads a trigger's answer: absent and null are the same, scalars are converted to strings, anything else is refused.
 */
import { InvalidLambdaResponse } from '../../model/errors.ts'

export const unrecognizable = (): Error => new InvalidLambdaResponse('Unrecognizable lambda output')

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export function recordIn(value: unknown): Record<string, unknown> | undefined {
  if (value === undefined || value === null) return undefined
  if (!isRecord(value)) throw unrecognizable()
  return value
}

export function flagIn(value: unknown): boolean {
  if (value === undefined || value === null) return false
  if (value === true || value === 'true') return true
  if (value === false || value === 'false') return false
  throw unrecognizable()
}

export function textIn(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'object') throw unrecognizable()
  return String(value)
}

export function listIn(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value)) throw unrecognizable()
  return value.map((item) => textIn(item) ?? '').filter((text) => text !== '')
}

/** Names to strings; a name without a value is left out. */
export function textsIn(value: unknown): Record<string, string> | undefined {
  const record = recordIn(value)
  if (!record) return undefined
  const entries = Object.entries(record).map(([name, item]) => [name, textIn(item)] as const)
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined))
}
