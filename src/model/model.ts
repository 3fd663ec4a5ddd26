/**
 * Typed access to the declarative models of the services: the user pools' in `service.json`, our own in `poolhouse.json`.
 * Nothing here has behaviour.
 */
import type { Operations } from './operations.ts'
import poolhouse from './poolhouse.json' with { type: 'json' }
import service from './service.json' with { type: 'json' }
import { membersAlsoRequired, newerPatterns, valuesAlsoAccepted } from './service-differences.ts'

export type OperationName = keyof Operations
export type PoolhouseOperationName = keyof typeof poolhouse.operations

/** What authorizes a call: a signature, or something in the body that the handler checks. */
export type Access =
  | 'iam'
  | 'accessToken'
  | 'accessToken|session'
  | 'public'
  | 'refreshToken'
  | 'clientSecret'
  | 'feedbackToken'

export interface Operation<Name extends string = OperationName> {
  name: Name
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
  /** Undeclared members are refused; other structures drop them. */
  closed?: true
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

interface Model<Name extends string> {
  meta: { targetPrefix: string; signingName: string }
  operations: Record<Name, Omit<Operation<Name>, 'name'>>
  shapes: Record<string, Shape>
  errors: Record<string, ErrorShape>
}

const data = service as unknown as Model<OperationName>
const ownData = poolhouse as unknown as Model<PoolhouseOperationName>

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

/** A service with its own operations, identified by the prefix of the X-Amz-Target header. */
export interface Service<Name extends string = string> {
  targetPrefix: string
  /** The service that signatures are scoped to, and the prefix of its actions in policies. */
  signingName: string
  /** Every operation, in alphabetical order. */
  operations: readonly Operation<Name>[]
}

const serviceOf = <Name extends string>({ meta, operations }: Model<Name>): Service<Name> => ({
  targetPrefix: meta.targetPrefix,
  signingName: meta.signingName,
  operations: Object.entries<Omit<Operation<Name>, 'name'>>(operations)
    .map(([name, operation]) => ({ name: name as Name, ...operation }))
    .sort((a, b) => (a.name < b.name ? -1 : 1)),
})

export const userPoolService = serviceOf(data)
/** Our own operations, for what the user pools' service has no operation. */
export const poolhouseService = serviceOf(ownData)

const shapes = new Map(Object.entries(data.shapes))
const ownShapes = new Map(Object.entries(ownData.shapes))
const errors = new Map(Object.entries(data.errors))

for (const name of ownShapes.keys()) if (shapes.has(name)) throw new Error(`Two service models have a shape ${name}`)

/** Every operation of user pools, in alphabetical order. */
export const allOperations: readonly Operation[] = userPoolService.operations
export const allShapes: ReadonlyMap<string, Shape> = shapes
export const allErrors: ReadonlyMap<string, ErrorShape> = errors

const operations = new Map<string, Operation>(allOperations.map((operation) => [operation.name, operation]))
export const operationNamed = (name: string): Operation | undefined => operations.get(name)

export const errorNamed = (name: string): ErrorShape | undefined => errors.get(name)

export function shapeNamed(name: string): Shape {
  const shape = shapes.get(name) ?? ownShapes.get(name)
  if (!shape) throw new Error(`The service model has no shape ${name}`)
  return shape
}
