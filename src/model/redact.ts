import type { JsonObject } from './json-types.ts'
import { shapeNamed } from './model.ts'

const hidden = '***'

/** Copies an input for logs: sensitive members are replaced, unknown ones are dropped. */
export function redact(shapeName: string, value: unknown): unknown {
  if (value === undefined || value === null) return value
  const shape = shapeNamed(shapeName)
  if (shape.sensitive) return hidden

  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(
        Object.entries(shape.members)
          .filter(([name]) => (value as JsonObject)[name] !== undefined)
          .map(([name, member]) => [name, redact(member.shape, (value as JsonObject)[name])]),
      )
    case 'list':
      return (value as unknown[]).map((item) => redact(shape.member, item))
    case 'map':
      return Object.fromEntries(
        Object.entries(value as JsonObject).map(([name, entry]) => [name, redact(shape.value, entry)]),
      )
    case 'blob':
      return `(${(value as Uint8Array).length} bytes)`
    default:
      return value
  }
}
