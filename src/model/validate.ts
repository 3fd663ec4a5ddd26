/**
 * Converts the JSON of a request to a handler's input: drops unknown members unless the shape is closed, treats null as
 * absent, turns timestamps into Dates and blobs into bytes, and reports all broken constraints in one error. Each shape
 * is compiled to one closure when an operation is first called. Paths are built only for faults, while returning.
 */
import { type BrokenRule, constraintError, numberRules, type Rule, sizeRules, stringRules } from './constraints.ts'
import {
  asBoolean,
  asBytes,
  asDate,
  asDocument,
  asInteger,
  asList,
  asLong,
  asMap,
  asStructure,
  asText,
  type JsonObject,
} from './json-types.ts'
import { type ListShape, type MapShape, type Operation, type Shape, type StructureShape, shapeNamed } from './model.ts'
import { echoedThoughSensitive } from './service-differences.ts'

type Parse = (value: unknown, faults: BrokenRule[]) => unknown

const parsers = new Map<string, Parse>()

/** @throws SerializationException for a wrong type, InvalidParameterException for broken constraints */
export function parseInput(operation: Pick<Operation<string>, 'input'>, json: unknown): JsonObject {
  const faults: BrokenRule[] = []
  const input = parserOf(operation.input)(asMap(json ?? {}), faults)
  if (faults.length > 0) throw constraintError(faults)
  return input as JsonObject
}

function parserOf(name: string): Parse {
  let parse = parsers.get(name)
  if (!parse) {
    parse = compile(name, shapeNamed(name))
    parsers.set(name, parse)
  }
  return parse
}

function compile(name: string, shape: Shape): Parse {
  switch (shape.type) {
    case 'structure':
      return structure(shape)
    case 'list':
      return list(shape)
    case 'map':
      return map(shape)
    case 'blob':
      return scalar(
        asBytes,
        sizeRules(shape, (bytes) => bytes.length),
        () => undefined,
      )
    case 'boolean':
      return asBoolean
    case 'timestamp':
      return asDate
    case 'document':
      return (value) => asDocument(value)
    case 'string':
      return scalar(asText, stringRules(name, shape), isHidden(name, shape) ? () => undefined : (value) => value)
    case 'integer':
      return scalar(asInteger, numberRules(shape), String)
    case 'long':
      return scalar(asLong, numberRules(shape), String)
  }
}

const isHidden = (name: string, shape: Shape) => shape.sensitive === true && !echoedThoughSensitive.has(name)

function scalar<T>(convert: (value: unknown) => T, rules: Rule<T>[], show: (value: T) => string | undefined): Parse {
  return (value, faults) => {
    const converted = convert(value)
    checkRules(rules, converted, () => show(converted), faults)
    return converted
  }
}

function structure(shape: StructureShape): Parse {
  const members = Object.entries(shape.members).map(([name, member]) => ({
    name,
    path: `${name[0]!.toLowerCase()}${name.slice(1)}`,
    required: member.required === true,
    absent: isHidden(member.shape, shapeNamed(member.shape)) ? undefined : null,
    parse: parserOf(member.shape),
  }))

  return (value, faults) => {
    const json = asStructure(value)
    const parsed: JsonObject = {}
    if (shape.closed) refuseUnknownMembers(shape, json, faults)
    for (const { name, path, required, absent, parse } of members) {
      const member = json[name]
      if (member === undefined || member === null) {
        if (required) faults.push({ path, value: absent, reason: 'required', text: 'Member must not be null' })
        continue
      }
      const known = faults.length
      parsed[name] = parse(member, faults)
      if (faults.length > known) nest(faults, known, path)
    }
    return parsed
  }
}

function refuseUnknownMembers({ members }: StructureShape, json: JsonObject, faults: BrokenRule[]): void {
  const unknown = Object.keys(json).filter((name) => !Object.hasOwn(members, name))
  for (const path of unknown)
    faults.push({ path, value: undefined, reason: 'unknown-member', text: 'Member must be one that is known' })
}

/**
 * A structure's faults contain the item's position. Faults of simple values are reported for the whole list, with all
 * the rules of an item.
 */
function list(shape: ListShape): Parse {
  const parse = parserOf(shape.member)
  const member = shapeNamed(shape.member)
  const sizes = sizeRules<unknown[]>(shape, (items) => items.length)
  const simple = member.type === 'string'
  const hidden = !simple || isHidden(shape.member, member)
  const itemText = simple ? `Member must satisfy constraint: [${ruleTexts(shape.member, member)}]` : ''

  return (value, faults) => {
    const known = faults.length
    const items: unknown[] = []
    for (const item of asList(value)) {
      if (item === null) continue
      const before = faults.length
      items.push(parse(item, faults))
      if (faults.length > before && !simple) nest(faults, before, `${items.length}.member`)
    }
    const shown = () => (hidden ? undefined : `[${items.join(', ')}]`)
    if (simple && faults.length > known)
      faults.splice(known, Infinity, { path: '', value: shown(), reason: 'constraints', text: itemText })
    checkRules(sizes, items, shown, faults)
    return items
  }
}

function map(shape: MapShape): Parse {
  const parseKey = parserOf(shape.key)
  const parseValue = parserOf(shape.value)
  const key = shapeNamed(shape.key)
  const value = shapeNamed(shape.value)
  const simple = value.type === 'string'
  const sizes = sizeRules<JsonObject>(shape, (entries) => Object.keys(entries).length)
  const hidden = shape.sensitive === true || !simple || isHidden(shape.value, value)
  const keyText = `Map keys must satisfy constraint: [${ruleTexts(shape.key, key)}]`
  const valueText = `Map value must satisfy constraint: [${ruleTexts(shape.value, value)}]`

  function parseEntries(json: JsonObject) {
    const parsed: JsonObject = {}
    const keyFaults: BrokenRule[] = []
    const valueFaults: BrokenRule[] = []
    for (const name of Object.keys(json)) {
      const entry = json[name]
      if (entry === null || name === '__proto__') continue
      parseKey(name, keyFaults)
      const before = valueFaults.length
      parsed[name] = parseValue(entry, valueFaults)
      if (valueFaults.length > before && !simple) nest(valueFaults, before, `${name}.member`)
    }
    return { parsed, keyFaults, valueFaults }
  }

  return (entries, faults) => {
    const { parsed, keyFaults, valueFaults } = parseEntries(asMap(entries))
    const shown = () => (hidden ? undefined : showMap(parsed))
    if (keyFaults.length > 0) faults.push({ path: '', value: shown(), reason: 'constraints', text: keyText })
    if (simple && valueFaults.length > 0)
      faults.push({ path: '', value: shown(), reason: 'constraints', text: valueText })
    else for (const fault of valueFaults) faults.push(fault)
    checkRules(sizes, parsed, shown, faults)
    return parsed
  }
}

function checkRules<T>(rules: Rule<T>[], value: T, shown: () => string | undefined, faults: BrokenRule[]): void {
  for (const { holds, reason, text } of rules) {
    if (!holds(value)) faults.push({ path: '', value: shown(), reason, text })
  }
}

/** The framework's order inside the brackets: lengths from above and below, then pattern or enum. */
function ruleTexts(name: string, shape: Shape): string {
  const rules = stringRules(name, shape)
  const isLength = ({ reason }: Rule<string>) => reason === 'too-long' || reason === 'too-short'
  const ordered = [...rules.filter(isLength), ...rules.filter((rule) => !isLength(rule))]
  return ordered.map(({ text }) => text).join(', ')
}

const showMap = (entries: JsonObject) =>
  `{${Object.entries(entries)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ')}}`

function nest(faults: BrokenRule[], from: number, segment: string): void {
  for (let i = from; i < faults.length; i++) {
    const fault = faults[i]!
    fault.path = fault.path === '' ? segment : `${segment}.${fault.path}`
  }
}
