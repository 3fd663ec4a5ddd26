import { ServiceError } from '../model/errors.ts'
import type { Reason } from '../model/reasons.ts'
import type { Flash } from './page-state.ts'
import { refusalText } from './texts/refusal-text.ts'
import type { Translate } from './texts/texts.ts'

/** Where a page can show a refusal. */
export interface Places {
  /** The fields that the page shows. */
  fields: string[]
  /** The field to show a refusal at, by reason, if the refusal itself names no field. */
  byReason?: Partial<Record<Reason, string>>
  /** The attribute names, in the order of the input's list. */
  attributes?: string[]
}

/** Narrows to a refusal of the service; anything else is a bug and is thrown on. */
export function refusalOf(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error
  throw error
}

/** Shows a refusal at the fields it names, or above the form if it names none of the page's. */
export function explain(t: Translate, error: ServiceError, places: Places): Pick<Flash, 'alert' | 'errors'> {
  const texts = Object.entries(textsByField(t, error, places))
  const errors = Object.fromEntries(texts.filter(([name]) => places.fields.includes(name)))
  const rest = texts.filter(([name]) => !places.fields.includes(name))
  if (rest.length === 0) return { errors }
  const text = rest.map(([name, fault]) => (name ? `${name}: ${fault}` : fault)).join('\n')
  return { errors, alert: { kind: 'error', text } }
}

/** Texts by field. What belongs to no field is under the empty name. */
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

/** The service words a broken constraint for programmers. */
const constraintText = (t: Translate, name: string): [string, string] => [
  name,
  t(name === 'password' ? 'error.password' : 'error.value'),
]

/** The page's field for a member path such as `userAttributes.1.member.value`. */
function fieldAt(path: string, { attributes = [] }: Places): string {
  const [member, position] = path.split('.')
  return (member === 'userAttributes' ? attributes[Number(position) - 1] : fieldOfMember[member!]) ?? ''
}

const fieldOfMember: Record<string, string> = {
  username: 'username',
  password: 'password',
  proposedPassword: 'password',
  previousPassword: 'current',
  confirmationCode: 'code',
  code: 'code',
  userCode: 'code',
}

/** An email address or phone number may have been typed as the username. */
function fieldOf({ reason, field }: ServiceError, { fields, byReason = {} }: Places): string {
  if (field === undefined) return byReason[reason] ?? ''
  const names = usernames.has(field) ? [field, 'username'] : [field]
  return names.find((name) => fields.includes(name)) ?? ''
}

const usernames = new Set(['email', 'phone_number', 'preferred_username'])
