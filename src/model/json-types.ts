/**
 * Converts JSON values to the types of shapes, with the service's texts for type errors. The texts were measured on
 * services built on the same framework; captures of Cognito agree where they exist.
 */
import { Serialization } from './errors.ts'

export type JsonObject = Record<string, unknown>

const maxDepth = 64
const maxInteger = 2 ** 31 - 1
const base64 = /^[A-Za-z0-9+/]*={0,2}$/

export function asText(value: unknown): string {
  if (typeof value !== 'string') throw mismatch(value, 'a String')
  // PostgreSQL can't store this character, and no legitimate name contains it.
  if (value.includes('\0')) throw new Serialization('A String can not contain the character U+0000')
  return value.isWellFormed() ? value : value.toWellFormed()
}

/** As on the service, fractions are truncated and out-of-range numbers are clamped. */
export function asInteger(value: unknown): number {
  if (typeof value !== 'number') throw mismatch(value, 'an Integer')
  return Math.max(-maxInteger - 1, Math.min(maxInteger, Math.trunc(value)))
}

export function asLong(value: unknown): number {
  if (typeof value !== 'number') throw mismatch(value, 'a Long')
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Math.trunc(value)))
}

export function asBoolean(value: unknown): boolean {
  if (typeof value !== 'boolean') throw mismatch(value, 'a Boolean')
  return value
}

export function asDate(value: unknown): Date {
  const date = typeof value === 'number' ? new Date(value * 1000) : undefined
  if (!date || Number.isNaN(date.getTime())) throw mismatch(value, 'milliseconds since epoch')
  return date
}

export function asBytes(value: unknown): Uint8Array {
  if (typeof value !== 'string') throw mismatch(value, 'a Blob')
  if (value.length % 4 !== 0 || !base64.test(value))
    throw new Serialization('STRING_VALUE can not be converted to a Blob')
  return Buffer.from(value, 'base64')
}

export function asStructure(value: unknown): JsonObject {
  if (typeof value !== 'object' || value === null) throw new Serialization('Expected null')
  if (Array.isArray(value)) throw new Serialization('Start of list found where not expected')
  return value as JsonObject
}

export function asMap(value: unknown): JsonObject {
  if (typeof value !== 'object' || value === null) throw new Serialization('Expected map or null')
  if (Array.isArray(value)) throw new Serialization('Start of list found where not expected')
  return value as JsonObject
}

export function asList(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  throw new Serialization(
    typeof value === 'object' ? 'Start of structure or map found where not expected.' : 'Expected list or null',
  )
}

/** Any inline JSON. It is copied, so a key like `__proto__` can't reach code that assigns members. */
export function asDocument(value: unknown, depth = 0): unknown {
  if (depth > maxDepth) throw new Serialization('The document is nested too deeply')
  if (typeof value === 'string') return asText(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => asDocument(item, depth + 1))
  const copy: JsonObject = {}
  for (const key of Object.keys(value)) {
    if (key !== '__proto__') copy[asText(key)] = asDocument((value as JsonObject)[key], depth + 1)
  }
  return copy
}

function mismatch(value: unknown, wanted: string): Error {
  if (Array.isArray(value)) return new Serialization('Start of list found where not expected')
  if (typeof value === 'object') return new Serialization('Start of structure or map found where not expected.')
  const token = typeof value === 'boolean' ? `${value}`.toUpperCase() : typeof value === 'number' ? 'NUMBER' : 'STRING'
  return new Serialization(`${token}_VALUE can not be converted to ${wanted}`)
}
