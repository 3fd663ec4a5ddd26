/**
 * The attributes of a pool: the standard ones as its Schema changes them, then the custom ones in the order of the
 * Schema.
 */
import type { SchemaAttributeType } from '@aws-sdk/client-cognito-identity-provider'
import { InvalidParameter } from '../../model/errors.ts'
import type { Limits } from '../../model/limits.ts'
import { standardAttributes } from './standard-attributes.ts'

/** @throws InvalidParameterException */
export function poolSchema(limits: Limits, received: SchemaAttributeType[] = []): SchemaAttributeType[] {
  const changes = new Map<string, SchemaAttributeType>()
  const custom: SchemaAttributeType[] = []
  for (const attribute of received) {
    const name = requireName(attribute)
    if (!isStandard(name)) {
      custom.push(attribute)
      continue
    }
    if (changes.has(name)) {
      throw new InvalidParameter(`Duplicate attribute names ${name} are not allowed in a user pool schema.`)
    }
    changes.set(name, attribute)
  }
  const standard = standardAttributes.map((attribute) => changedStandard(attribute, changes.get(attribute.Name)))
  return withCustomAttributes(
    limits,
    standard,
    custom,
    (name) => `Duplicate custom attribute names ${name} are not allowed in a user pool schema.`,
  )
}

/** The schema with custom attributes added to it. @throws InvalidParameterException */
export function withCustomAttributes(
  limits: Limits,
  schema: SchemaAttributeType[],
  added: SchemaAttributeType[],
  nameTaken = (name: string) => `${name}: Existing attribute already has name ${name}.`,
): SchemaAttributeType[] {
  const names = new Set(schema.map((attribute) => attribute.Name))
  const attributes = [...schema]
  for (const received of added) {
    const attribute = customAttribute(received)
    if (names.has(attribute.Name)) throw new InvalidParameter(nameTaken(attribute.Name!))
    names.add(attribute.Name)
    attributes.push(attribute)
  }
  if (attributes.filter(({ Name }) => isCustom(Name!)).length > limits.customAttributesPerPool) {
    throw new InvalidParameter(`A user pool can have at most ${limits.customAttributesPerPool} custom attributes.`)
  }
  return attributes
}

const isCustom = (name: string) => /^(dev:)?custom:/.test(name)

/** The schema with the attribute that comes with the first identity provider, behind the standard ones. */
export function withIdentities(schema: SchemaAttributeType[]): SchemaAttributeType[] {
  if (schema.some(({ Name }) => Name === identities.Name)) return schema
  const standard = schema.filter(({ Name }) => !isCustom(Name!))
  return [...standard, identities, ...schema.filter(({ Name }) => isCustom(Name!))]
}

const identities: SchemaAttributeType = {
  Name: 'identities',
  AttributeDataType: 'String',
  DeveloperOnlyAttribute: false,
  Mutable: true,
  Required: false,
  StringAttributeConstraints: {},
}

const isStandard = (name: string) => standardAttributes.some((attribute) => attribute.Name === name)

function changedStandard(standard: SchemaAttributeType, change: SchemaAttributeType | undefined): SchemaAttributeType {
  const attribute = structuredClone(standard)
  if (!change) return attribute
  const type = change.AttributeDataType ?? standard.AttributeDataType
  if (type !== standard.AttributeDataType || change.DeveloperOnlyAttribute) {
    throw new InvalidParameter(
      `You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute ${standard.Name}`,
    )
  }
  // The subject belongs to the service: nothing about it can be changed.
  if (standard.Name === 'sub') return attribute
  return {
    ...attribute,
    Mutable: change.Mutable ?? standard.Mutable,
    Required: change.Required ?? standard.Required,
    ...constraintsOf(standard.Name!, change, standard),
  }
}

function customAttribute(received: SchemaAttributeType): SchemaAttributeType {
  const developerOnly = received.DeveloperOnlyAttribute ?? false
  const name = `${developerOnly ? 'dev:' : ''}custom:${requireName(received)}`
  if (!received.AttributeDataType) {
    throw new InvalidParameter('Invalid AttributeDataType input, consider using the provided AttributeDataType enum.')
  }
  if (received.Required) throw new InvalidParameter('Required custom attributes are not supported currently.')
  return {
    Name: name,
    AttributeDataType: received.AttributeDataType,
    DeveloperOnlyAttribute: developerOnly,
    Mutable: received.Mutable ?? true,
    Required: false,
    ...constraintsOf(name, received, { AttributeDataType: received.AttributeDataType }),
  }
}

function requireName(attribute: SchemaAttributeType): string {
  if (attribute.Name === undefined) throw new InvalidParameter('Attribute name is required in a user pool schema.')
  return attribute.Name
}

/** The constraints of the attribute's type; those of other types are ignored, as on the service. */
function constraintsOf(
  name: string,
  received: SchemaAttributeType,
  standard: SchemaAttributeType,
): Pick<SchemaAttributeType, 'StringAttributeConstraints' | 'NumberAttributeConstraints'> {
  if (standard.AttributeDataType === 'String') {
    const constraints = { ...standard.StringAttributeConstraints, ...defined(received.StringAttributeConstraints) }
    checkLengths(name, constraints)
    return { StringAttributeConstraints: constraints }
  }
  if (standard.AttributeDataType === 'Number') {
    const constraints = { ...standard.NumberAttributeConstraints, ...defined(received.NumberAttributeConstraints) }
    checkRange(name, constraints)
    return { NumberAttributeConstraints: constraints }
  }
  return {}
}

const maxValueLength = 2048

function checkLengths(name: string, { MinLength, MaxLength }: { MinLength?: string; MaxLength?: string }): void {
  for (const length of [MinLength, MaxLength]) {
    if (length === undefined) continue
    if (!/^\d{1,15}$/.test(length)) {
      throw new InvalidParameter(`Invalid StringAttributeConstraints for schema attribute ${name}`)
    }
    if (Number(length) > maxValueLength) {
      throw new InvalidParameter(`user.${name}: String attributes cannot have a length of more than ${maxValueLength}`)
    }
  }
  if (MinLength !== undefined && MaxLength !== undefined && Number(MaxLength) < Number(MinLength)) {
    throw new InvalidParameter(`Attribute ${name} cannot have a max length shorter than it's min length`)
  }
}

function checkRange(name: string, { MinValue, MaxValue }: { MinValue?: string; MaxValue?: string }): void {
  for (const value of [MinValue, MaxValue]) {
    if (value !== undefined && !/^-?\d{1,15}$/.test(value)) {
      throw new InvalidParameter(`Invalid NumberAttributeConstraints for schema attribute ${name}`)
    }
  }
  if (MinValue !== undefined && MaxValue !== undefined && Number(MaxValue) < Number(MinValue)) {
    throw new InvalidParameter(`Attribute ${name} cannot have a max value smaller than it's min value`)
  }
}

function defined<T extends object>(received: T | undefined): Partial<T> {
  return Object.fromEntries(Object.entries(received ?? {}).filter(([, value]) => value !== undefined)) as Partial<T>
}
