import { ServiceError } from '../model/errors.ts'
import type { Reason } from '../model/reasons.ts'
import type { Flash } from './page-state.ts'
import { refusalText } from './texts/refusal-text.ts'
import type { Translate } from './texts/texts.ts'

/** Where a page has room for a refusal. */
export interface Places {
  /** The fields that the page shows. */
  fields: string[]
  /** The field for a refusal that names none, by its reason. */
  byReason?: Partial<Record<Reason, string>>
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
  const texts = Object.entries(textsByField(t, error, places))
  const errors = Object.fromEntries(texts.filter(([name]) => places.fields.includes(name)))
  const rest = texts.filter(([name]) => !places.fields.includes(name))
  if (rest.length === 0) return { errors }
  const text = rest.map(([name, fault]) => (name ? `${name}: ${fault}` : fault)).join('\n')
  return { errors, alert: { kind: 'error', text } }
}

/** Under the empty name what is about no field. */
function textsByField(t: Translate, error: ServiceError, places: Places): Record<string, string> {
  if (error.faults.length === 0) return { [fieldOf(error, places)]: refusalText(t, error) }
  return Object.fromEntries(
    error.faults.map(({ field, reason, text }) =>
      error.reason === 'constraints'
        ? constraintText(t, fieldAt(field, places))
        : [field, refusalText(t, { reason, message: text })],
    ),
  )
}

/** What the service says of a broken constraint is for programmers. */
const constraintText = (t: Translate, name: string): [string, string] => [
  name,
  t(name === 'password' ? 'error.password' : 'error.value'),
]

/** The field of the page for the path of a member, such as `userAttributes.1.member.value`. */
function fieldAt(path: string, { attributes = [] }: Places): string {
  const [member, position] = path.split('.')
  return (member === 'userAttributes' ? attributes[Number(position) - 1] : fieldOfMember[member!]) ?? ''
}

const fieldOfMember: Record<string, string> = {
  username: 'username',
  password: 'password',
  confirmationCode: 'code',
}

/** An address may stand in the field of the username, where it serves as one. */
function fieldOf({ reason, field }: ServiceError, { fields, byReason = {} }: Places): string {
  if (field === undefined) return byReason[reason] ?? ''
  const names = usernames.has(field) ? [field, 'username'] : [field]
  return names.find((name) => fields.includes(name)) ?? ''
}

const usernames = new Set(['email', 'phone_number', 'preferred_username'])
