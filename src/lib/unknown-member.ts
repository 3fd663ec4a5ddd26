import { shapeNamed } from '../model/model.ts'
import { unknownName } from './known-names.ts'

/**
 * The path of the first member in a value that its shape does not declare. API calls ignore such members silently, as
 * Cognito does; in a file that a person wrote they are typos.
 */
export function findUnknownMember(shapeName: string, value: unknown, place = ''): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const shape = shapeNamed(shapeName)
  switch (shape.type) {
    case 'structure': {
      const unknown = unknownName(value, Object.keys(shape.members))
      if (unknown) return place === '' ? unknown : `in ${place} ${unknown}`
      return firstOf(Object.entries(value), ([name, member]) =>
        findUnknownMember(shape.members[name]!.shape, member, place === '' ? name : `${place}.${name}`),
      )
    }
    case 'list':
      return firstOf(Object.entries(value), ([index, item]) =>
        findUnknownMember(shape.member, item, `${place}[${index}]`),
      )
    case 'map':
      return firstOf(Object.entries(value), ([key, item]) => findUnknownMember(shape.value, item, `${place}.${key}`))
    default:
      return undefined
  }
}

function firstOf<Item>(items: Item[], find: (item: Item) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}
