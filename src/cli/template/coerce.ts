import { shapeNamed } from '../../model/model.ts'
import { isObject, type Json } from './read-template.ts'

/** Templates write numbers and booleans as text as well, and parameters are always text. */
export function coerce(shapeName: string, value: Json): Json {
  const shape = shapeNamed(shapeName)
  switch (shape.type) {
    case 'structure':
      return mapMembers(value, (name, member) =>
        shape.members[name] ? coerce(shape.members[name].shape, member) : member,
      )
    case 'map':
      return mapMembers(value, (_, member) => coerce(shape.value, member))
    case 'list':
      return Array.isArray(value) ? value.map((item) => coerce(shape.member, item)) : value
    case 'boolean':
      return value === 'true' || value === 'false' ? value === 'true' : value
    case 'integer':
    case 'long':
      return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value
    case 'string':
      return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
    default:
      return value
  }
}

const mapMembers = (value: Json, change: (name: string, member: Json) => Json): Json =>
  isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, change(name, member)]))
    : value
