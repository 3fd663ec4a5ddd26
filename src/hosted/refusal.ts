import { ServiceError } from '../model/errors.ts'
import type { Flash } from './page-state.ts'
import { refusalText } from './texts/refusal-text.ts'
import type { Translate } from './texts/texts.ts'

/** Where a page has room for a refusal. */
export interface Places {
  /** The fields that the page shows. */
  fields: string[]
  /** The field that an error is about, by its type. */
  byType?: Record<string, string>
  /** The name of the attribute at a place of the input's list. */
  attributes?: string[]
}

/** A refusal of the service; anything else is a defect and goes on being thrown. */
export function refusalOf(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error
  throw error
}

/** The refusal beside the fields that it is about, or above the form where it is about none. */
export function explain(t: Translate, error: ServiceError, places: Places): Pick<Flash, 'alert' | 'errors'> {
  const found = constraintFaults(t, error.message, places) ?? schemaFaults(error.message) ?? oneFault(error, places)
  const told = Object.entries(found).map(([name, fault]) => [name, refusalText(t, fault)] as const)
  const errors = Object.fromEntries(told.filter(([name]) => places.fields.includes(name)))
  const rest = told.filter(([name]) => !places.fields.includes(name))
  if (rest.length === 0 && told.length > 0) return { errors }
  const text =
    rest.map(([name, fault]) => (name ? `${name}: ${fault}` : fault)).join('\n') || refusalText(t, error.message)
  return { errors, alert: { kind: 'error', text } }
}

type Faults = Record<string, string>

// What the service says of a broken constraint is for programmers.
function constraintFaults(t: Translate, message: string, { attributes = [] }: Places): Faults | undefined {
  if (!/^\d+ validation errors? detected: /.test(message)) return undefined
  const faults: Faults = {}
  for (const [, path] of message.matchAll(/ at '([\w.]+)' failed to satisfy constraint/g)) {
    const [member, position] = path!.split('.')
    const name = member === 'userAttributes' ? attributes[Number(position) - 1] : fieldOfMember[member!]
    faults[name ?? ''] = t(name === 'password' ? 'error.password' : 'error.value')
  }
  return faults
}

const fieldOfMember: Record<string, string> = {
  username: 'username',
  password: 'password',
  confirmationCode: 'code',
}

function schemaFaults(message: string): Faults | undefined {
  const opening = /^(?:Attributes did not conform to the schema: |(?=user\.[^\n]+: [^\n]+\n))/.exec(message)?.[0]
  if (opening === undefined) return undefined
  const lines = message.slice(opening.length).split('\n').filter(Boolean)
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.lastIndexOf(': ')
      return [line.slice(0, colon).replace(/^user\./, ''), line.slice(colon + 2)]
    }),
  )
}

function oneFault({ type, message }: ServiceError, { fields, byType = {} }: Places): Faults {
  const aboutAttribute = [
    [/^Username /, ['username']],
    [/email/i, ['email', 'username']],
    [/phone.number/i, ['phone_number', 'username']],
  ] as const
  const attribute = /^Invalid attributes given, (\S+) is missing/.exec(message)?.[1]
  if (attribute) return { [attribute]: message }
  if (type === 'InvalidParameterException' || type === 'UsernameExistsException') {
    const [, names = []] = aboutAttribute.find(([pattern]) => pattern.test(message)) ?? []
    const name = names.find((one) => fields.includes(one))
    if (name) return { [name]: message }
  }
  return { [byType[type] ?? '']: message }
}
