type Raw = readonly unknown[]
export interface Structure {
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

/** The service as an SDK package describes it. */
export interface SdkSchemas {
  operations: Map<string, { input: string; output: string | null }>
  structures: Map<string, Structure>
  errors: string[]
  enums: Map<string, string[]>
}

/** Reads the schemas that `@aws-sdk/client-cognito-identity-provider` exports. */
export function readSchemas(sdk: object): SdkSchemas {
  const exported = Object.entries(sdk) as [string, unknown][]
  const schemas = exported
    .filter((entry): entry is [string, Raw] => entry[0].endsWith('$') && Array.isArray(entry[1]))
    .map(([, schema]) => schema)
  const found: SdkSchemas = { operations: new Map(), structures: new Map(), errors: [], enums: new Map() }

  for (const schema of schemas) {
    const [kind, namespace, name] = schema as [number, string, string]
    if (!namespace.startsWith('com.amazonaws.')) continue
    if (kind === 9) found.operations.set(name, { input: nameOf(schema[4])!, output: nameOf(schema[5]) })
    if (kind === -3) found.errors.push(name)
    if (kind === 3) found.structures.set(name, structure(schema))
  }
  // Enums are exported as plain objects beside the schemas.
  for (const [name, value] of exported)
    if (/^[A-Z]/.test(name) && !name.endsWith('$') && isEnum(value)) found.enums.set(name, Object.values(value))
  return found
}

function isEnum(value: unknown): value is Record<string, string> {
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
