import type { SchemaAttributeType } from '@aws-sdk/client-cognito-identity-provider'
import type { Pool } from './pool.ts'

/** The attributes that users of a pool can have, by name. */
export type Schema = ReadonlyMap<string, SchemaAttributeType>

const schemas = new WeakMap<SchemaAttributeType[], Schema>()

export function schemaOf({ settings: { SchemaAttributes } }: Pool): Schema {
  let schema = schemas.get(SchemaAttributes)
  if (!schema) {
    schema = new Map(SchemaAttributes.map((attribute) => [attribute.Name!, attribute]))
    schemas.set(SchemaAttributes, schema)
  }
  return schema
}
