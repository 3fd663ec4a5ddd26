import type { AttributeType } from '@aws-sdk/client-cognito-identity-provider'
import { type Fault, InvalidParameter, NotAuthorized } from '../../model/errors.ts'
import type { Client } from '../clients/client.ts'
import { writableAttributes } from '../clients/client-rules.ts'
import type { Pool } from '../pools/pool.ts'
import { type Schema, schemaOf } from '../pools/schema.ts'
import { keptValue } from './formats.ts'
import { checkValue } from './value-rules.ts'

export interface AttributeWrite {
  /** A new user, whose immutable attributes can only be set now. */
  creating: boolean
  /** Administrators write everything but `sub`; a client what its WriteAttributes allow. */
  writer: 'admin' | Client
  /**
   * Which required attributes must be present. A user who will be asked for them at the first sign-in may lack the
   * mutable ones.
   */
  required?: 'all' | 'immutable' | 'none'
}

/**
 * Attributes as they will be stored, by name. An empty value stays in an update, where it removes the attribute, and is
 * left out of a creation. Of a repeated name the last value counts. @throws InvalidParameterException listing every
 * fault, NotAuthorizedException for attributes that the client may not write
 */
export function checkAttributes(
  pool: Pool,
  attributes: AttributeType[],
  write: AttributeWrite,
): Record<string, string> {
  const input = new Map(attributes.map(({ Name, Value }) => [Name!, Value]))
  if (input.has('sub')) throw notMutable('sub')
  const schema = schemaOf(pool)

  if (write.writer !== 'admin') {
    const writable = writableAttributes(pool, write.writer)
    for (const name of input.keys()) {
      if (schema.has(name) && !writable.has(name))
        throw new NotAuthorized('A client attempted to write unauthorized attribute', {
          reason: 'attribute-not-writable',
          field: name,
        })
    }
  }
  // Users choose their preferred name themselves, once the account is confirmed.
  if (
    write.creating &&
    write.writer !== 'admin' &&
    input.get('preferred_username') &&
    isAlias(pool, 'preferred_username')
  )
    throw new InvalidParameter('preferred_username cannot be set at sign-up, since the user pool uses it as an alias.')

  const values = new Map([...input].map(([name, value]) => [name, presentValue(name, value)]))
  const checked = write.creating ? checkNew(pool, schema, values) : checkChanges(pool, schema, values)
  if (write.creating)
    requireAttributes(pool, checked, write.required ?? (write.writer === 'admin' ? 'immutable' : 'all'))
  return checked
}

/** @throws InvalidParameterException naming every required attribute that has no value */
export function requireAttributes(
  pool: Pool,
  attributes: Record<string, string>,
  which: 'all' | 'immutable' | 'none' = 'all',
): void {
  const missing = pool.settings.SchemaAttributes.filter(
    ({ Name, Required, Mutable }) =>
      Required && Name !== 'sub' && !attributes[Name!] && which !== 'none' && (which === 'all' || Mutable === false),
  )
  if (missing.length > 0) throw nonconforming(missing.map(({ Name }) => required(Name!)))
}

/** `sub` first, then the user's own attributes by name; with `readable`, those alone. */
export function toAttributeList(
  user: { id: string; attributes: Record<string, string> },
  { readable }: { readable?: ReadonlySet<string> } = {},
): AttributeType[] {
  const own = Object.entries(user.attributes).sort(([a], [b]) => (a < b ? -1 : 1))
  return [['sub', user.id], ...own]
    .filter(([name]) => !readable || readable.has(name!))
    .map(([Name, Value]) => ({ Name, Value }))
}

export const notMutable = (name: string): Error =>
  new InvalidParameter(`Cannot modify the non-mutable attribute ${name}`, {
    reason: 'attribute-not-writable',
    field: name,
  })

// Left out is not the same as empty, which removes the attribute.
function presentValue(name: string, value: string | undefined): string {
  if (value === undefined)
    throw new InvalidParameter(`Attribute value for ${name} must not be null`, { reason: 'required', field: name })
  return value
}

function checkNew(pool: Pool, schema: Schema, input: Map<string, string>): Record<string, string> {
  const faults: Fault[] = []
  const checked: Record<string, string> = {}
  for (const [name, value] of input) {
    const attribute = schema.get(name)
    if (!attribute) faults.push(unknown(name))
    else if (isReserved(name)) faults.push(notWritable(name, 'Attribute cannot be set.'))
    else if (value !== '') {
      const result = checkValue(attribute, value)
      if ('fault' in result) faults.push({ field: name, reason: 'attribute-invalid', text: result.fault })
      else checked[name] = keptValue(pool, name, result.value)
    }
  }
  if (faults.length > 0) throw nonconforming(faults)
  return checked
}

function checkChanges(pool: Pool, schema: Schema, input: Map<string, string>): Record<string, string> {
  const refusals = [...input.keys()].flatMap((name) => refuseUpdate(schema, name))
  if (refusals.length > 0) throw attributeRefusal('', refusals, 'user.')
  const faults: Fault[] = []
  const checked: Record<string, string> = {}
  for (const [name, value] of input) {
    const attribute = schema.get(name)!
    if (value === '') {
      if (attribute.Required) faults.push(required(name))
      checked[name] = ''
      continue
    }
    const result = checkValue(attribute, value)
    if ('fault' in result) faults.push({ field: name, reason: 'attribute-invalid', text: result.fault })
    else checked[name] = keptValue(pool, name, result.value)
  }
  if (faults.length > 0) throw attributeRefusal('', faults, 'user.')
  return checked
}

function refuseUpdate(schema: Schema, name: string): Fault[] {
  const attribute = schema.get(name)
  if (!attribute) return [unknown(name)]
  const isWritable = !isReserved(name) && attribute.Mutable !== false
  return isWritable ? [] : [notWritable(name, 'Attribute cannot be updated.')]
}

// Set by the service itself, never by callers. So is `sub`, which is refused before.
const isReserved = (name: string): boolean => name === 'identities'

const isAlias = (pool: Pool, name: 'email' | 'phone_number' | 'preferred_username'): boolean =>
  pool.settings.AliasAttributes?.includes(name) ?? false

const required = (field: string): Fault => ({ field, reason: 'required', text: 'The attribute is required' })

const unknown = (field: string): Fault => ({
  field,
  reason: 'attribute-unknown',
  text: 'Attribute does not exist in the schema.',
})

const notWritable = (field: string, text: string): Fault => ({ field, reason: 'attribute-not-writable', text })

/** A line for each fault; where attributes are changed, some of them are named as the user's. */
function attributeRefusal(opening: string, faults: Fault[], prefix: '' | 'user.' = ''): Error {
  const lines = faults.map(({ field, text }) => `${prefix}${field}: ${text}\n`)
  return new InvalidParameter(opening + lines.join(''), { reason: 'attributes', faults })
}

const nonconforming = (faults: Fault[]): Error => attributeRefusal('Attributes did not conform to the schema: ', faults)

/** @throws InvalidParameterException naming every attribute that the pool doesn't have */
export function requireKnown(pool: Pool, names: string[]): void {
  const schema = schemaOf(pool)
  const faults = names.filter((name) => !schema.has(name)).map(unknown)
  if (faults.length > 0) throw attributeRefusal('Invalid user attributes: ', faults, 'user.')
}
