/** The service as the installed SDK package describes it, read from the schemas that it exports. */
import * as sdk from '@aws-sdk/client-cognito-identity-provider'

type Raw = readonly unknown[]
interface Structure {
  members: string[]
  required: string[]
  sensitive: string[]
  types: [member: string, type: string][]
}

const simpleTypes: Record<number, string> = {
  0: 'string',
  1: 'integer',
  2: 'boolean',
  4: 'timestamp',
  15: 'document',
  21: 'blob',
}
const listOf = 64
const mapOf = 128
const sensitiveTrait = 8

const exports = Object.entries(sdk as Record<string, unknown>)
const schemas = exports
  .filter((entry): entry is [string, Raw] => entry[0].endsWith('$') && Array.isArray(entry[1]))
  .map(([, schema]) => schema)

export const sdkOperations = new Map<string, { input: string; output: string | null }>()
export const sdkStructures = new Map<string, Structure>()
export const sdkErrors: string[] = []

for (const schema of schemas) {
  const [kind, namespace, name] = schema as [number, string, string]
  if (!namespace.startsWith('com.amazonaws.')) continue
  if (kind === 9) sdkOperations.set(name, { input: nameOf(schema[4])!, output: nameOf(schema[5]) })
  if (kind === -3) sdkErrors.push(name)
  if (kind === 3) sdkStructures.set(name, structure(schema))
}

/** Enums are exported as plain objects beside the schemas. */
export const sdkEnums = new Map(
  exports
    .filter(([name, value]) => /^[A-Z]/.test(name) && !name.endsWith('$') && isEnum(value))
    .map(([name, value]): [string, string[]] => [name, Object.values(value as Record<string, string>)]),
)

function isEnum(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((item: unknown) => typeof item === 'string')
  )
}

function structure([, , , , names, types, required = 0]: Raw): Structure {
  const members = names as string[]
  const referred = (types as unknown[]).map(resolve)
  return {
    members,
    required: members.slice(0, required as number),
    sensitive: members.filter((_, i) => referred[i]!.sensitive),
    types: members.map((member, i) => [member, referred[i]!.type]),
  }
}

function nameOf(reference: unknown): string | null {
  const schema = (reference as () => unknown)()
  return Array.isArray(schema) ? (schema[2] as string) : null
}

/** A member refers to a type by number, by function, or by a pair of function and traits. */
function resolve(reference: unknown): { type: string; sensitive: boolean } {
  if (typeof reference === 'function') return resolve(reference())
  if (typeof reference === 'number') {
    if (reference & mapOf) return { type: 'map', sensitive: false }
    if (reference & listOf) return { type: 'list', sensitive: false }
    return { type: simpleTypes[reference]!, sensitive: false }
  }
  const schema = reference as Raw
  if (typeof schema[0] !== 'number') return resolve(schema[0])
  const sensitive = schema[3] === sensitiveTrait
  switch (schema[0]) {
    case 0:
      return { type: simpleTypes[schema[4] as number]!, sensitive }
    case 1:
      return { type: 'list', sensitive }
    case 2:
      return { type: 'map', sensitive }
    default:
      return { type: 'structure', sensitive }
  }
}
