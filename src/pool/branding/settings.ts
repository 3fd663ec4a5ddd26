import { InvalidParameter } from '../../model/errors.ts'
import { type BrandingSettings, defaultSettings } from './default-settings.ts'

/** The settings of a style: any part of the tree of default settings. */
export type PartialSettings = { [key: string]: unknown }

type Rule = (value: unknown, path: string) => unknown

/**
 * The known part of a document from a request. As on the service, members that the default settings don't have are
 * dropped; a value of another type than the default's is refused, so that only colours, numbers and keywords reach a
 * page. @throws InvalidParameterException
 */
export function readSettings(input: unknown): PartialSettings {
  if (!isObject(input)) throw new InvalidParameter('Invalid settings: a JSON object is expected.')
  return readTree(defaultSettings, input, '')
}

/** Objects are merged key by key, all else is replaced. */
export function mergeSettings(base: PartialSettings, over: PartialSettings): PartialSettings {
  const merged = { ...base }
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key]
    merged[key] = isObject(value) && isObject(below) ? mergeSettings(below, value) : value
  }
  return merged
}

export function completeSettings(own: PartialSettings | undefined): BrandingSettings {
  return mergeSettings(defaultSettings, own ?? {}) as BrandingSettings
}

function readTree(schema: object, input: PartialSettings, path: string): PartialSettings {
  const known: PartialSettings = {}
  for (const [key, like] of Object.entries(schema)) {
    const value = Object.hasOwn(input, key) ? input[key] : undefined
    if (value === undefined || value === null) continue
    known[key] = readMember(like, value, path ? `${path}.${key}` : key)
  }
  return known
}

function readMember(like: unknown, value: unknown, path: string): unknown {
  if (rules[path]) return rules[path](value, path)
  if (!isObject(like)) return ruleLike(like)(value, path)
  return isObject(value) ? readTree(like, value, path) : refuse(path, 'an object')
}

const isObject = (value: unknown): value is PartialSettings =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function refuse(path: string, expected: string): never {
  throw new InvalidParameter(`Invalid settings: ${path} must be ${expected}.`)
}

function rule(expected: string, holds: (value: unknown) => boolean): Rule {
  return (value, path) => (holds(value) ? value : refuse(path, expected))
}

function listOf(item: Rule, limit: number): Rule {
  return (value, path) => {
    if (!Array.isArray(value) || value.length > limit) return refuse(path, `a list of at most ${limit}`)
    return value.map((entry, index) => item(entry, `${path}[${index}]`))
  }
}

const isText = (pattern: RegExp) => (value: unknown) => typeof value === 'string' && pattern.test(value)

const color = rule('a colour of eight hexadecimal digits', isText(/^[0-9a-f]{8}$/i))
const radius = rule('a number from 0 to 1000', (value) => typeof value === 'number' && value >= 0 && value <= 1000)
const flag = rule('true or false', (value) => typeof value === 'boolean')
// The service does not publish all keywords. A page treats unknown ones as the default.
const word = rule('a word in capitals', isText(/^[A-Z][A-Z0-9_]{0,39}$/))
const oneOf = (...words: string[]) => rule(`one of ${words.join(', ')}`, (value) => words.includes(value as string))
const name = rule('a name', isText(/^[\p{L}\p{M}\p{S}\p{N}\p{P} ]{1,64}$/u))

const ruleLike = (like: unknown): Rule => {
  if (typeof like === 'boolean') return flag
  if (typeof like === 'number') return radius
  return typeof like === 'string' && /^[0-9a-f]{8}$/i.test(like) ? color : word
}

const record =
  (members: Record<string, Rule>): Rule =>
  (value, path) => {
    if (!isObject(value)) return refuse(path, 'an object')
    return Object.fromEntries(
      Object.entries(members).map(([key, member]) => [key, member(value[key], `${path}.${key}`)]),
    )
  }

/** Provider name → the tree of a standard button. */
const customButtons: Rule = (value, path) => {
  if (!isObject(value)) return refuse(path, 'an object')
  const entries = Object.entries(value)
  if (entries.length > 300) return refuse(path, 'an object of at most 300 providers')
  return Object.fromEntries(
    entries.map(([provider, button]) => {
      const at = `${path}.${name(provider, path)}`
      if (provider === '__proto__' || !isObject(button)) return refuse(path, 'objects by the names of providers')
      return [provider, readTree(defaultSettings.components.idpButton.standard, button, at)]
    }),
  )
}

const rules: Record<string, Rule> = {
  'categories.auth.authMethodOrder': listOf(
    listOf(record({ display: oneOf('BUTTON', 'INPUT'), type: oneOf('FEDERATED', 'USERNAME_PASSWORD') }), 10),
    10,
  ),
  'categories.auth.federation.order': listOf(name, 300),
  'categories.global.colorSchemeMode': oneOf('LIGHT', 'DARK', 'DYNAMIC'),
  'categories.signUp.acceptanceElements': listOf(record({ enforcement: word, textKey: name }), 20),
  'components.favicon.enabledTypes': listOf(oneOf('ICO', 'SVG'), 2),
  'components.idpButton.custom': customButtons,
}
