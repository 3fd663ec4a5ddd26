/** Typed access to the declarative model of the service. The data is `service.json`; nothing here has behaviour. */
import type { Operations } from './operations.ts'
import service from './service.json' with { type: 'json' }
import { membersAlsoRequired, newerPatterns, valuesAlsoAccepted } from './service-differences.ts'

export type OperationName = keyof Operations

/** What authorizes a call: a signature, or something in the body that the handler checks. */
export type Access =
  | 'iam'
  | 'accessToken'
  | 'accessToken|session'
  | 'public'
  | 'refreshToken'
  | 'clientSecret'
  | 'feedbackToken'

export interface Operation {
  name: OperationName
  access: Access
  input: string
  /** Null if the model declares no output; the response body is empty then. */
  output: string | null
  errors: string[]
  paginated?: { inputToken: string; outputToken: string; pageSize?: string; items?: string }
}

export interface Member {
  shape: string
  required?: boolean
  deprecated?: boolean
}

interface Limits {
  /** Length of strings, size of lists, maps and blobs, or range of numbers. */
  min?: number
  max?: number
  /** Error texts and logs never contain the value. */
  sensitive?: boolean
}

export interface StructureShape extends Limits {
  type: 'structure'
  members: Record<string, Member>
}
export interface ListShape extends Limits {
  type: 'list'
  member: string
}
export interface MapShape extends Limits {
  type: 'map'
  key: string
  value: string
}
export interface StringShape extends Limits {
  type: 'string'
  pattern?: string
  enum?: string[]
}
export interface ScalarShape extends Limits {
  type: 'integer' | 'long' | 'boolean' | 'timestamp' | 'blob' | 'document'
}
export type Shape = StructureShape | ListShape | MapShape | StringShape | ScalarShape

export interface ErrorShape {
  /** The status on the wire, which for several errors differs from the published model. */
  httpStatus: number
  fault: 'client' | 'server'
}

const data = service as unknown as {
  meta: { targetPrefix: string; signingName: string }
  operations: Record<OperationName, Omit<Operation, 'name'>>
  shapes: Record<string, Shape>
  errors: Record<string, ErrorShape>
}

for (const [structure, member] of membersAlsoRequired) {
  const shape = data.shapes[structure]
  if (shape?.type === 'structure') shape.members[member]!.required = true
}
for (const [name, values] of Object.entries(valuesAlsoAccepted)) {
  const shape = data.shapes[name]
  if (shape?.type === 'string') shape.enum = [...shape.enum!, ...values]
}

for (const [name, pattern] of Object.entries(newerPatterns)) {
  const shape = data.shapes[name]
  if (shape?.type === 'string') shape.pattern = pattern
}

export const targetPrefix = data.meta.targetPrefix
export const signingName = data.meta.signingName

const operations = new Map(
  Object.entries(data.operations).map(([name, operation]): [string, Operation] => [
    name,
    { name: name as OperationName, ...operation },
  ]),
)
const shapes = new Map(Object.entries(data.shapes))
const errors = new Map(Object.entries(data.errors))

/** Every operation, in alphabetical order. */
export const allOperations: readonly Operation[] = [...operations.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
export const allShapes: ReadonlyMap<string, Shape> = shapes
export const allErrors: ReadonlyMap<string, ErrorShape> = errors

export const operationNamed = (name: string): Operation | undefined => operations.get(name)

export const errorNamed = (name: string): ErrorShape | undefined => errors.get(name)

export function shapeNamed(name: string): Shape {
  const shape = shapes.get(name)
  if (!shape) throw new Error(`The service model has no shape ${name}`)
  return shape
}
