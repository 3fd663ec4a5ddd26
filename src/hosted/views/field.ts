import type { CountryView } from './calling-codes.ts'

/** What a value has to be, in words, and as a regular expression for the page's script. */
export interface Rule {
  text: string
  pattern: string
}

/** One input of a form, ready for its template: nothing is left to decide there. */
export interface FieldView {
  id: string
  name: string
  label: string
  type: 'text' | 'password' | 'email' | 'tel' | 'url' | 'date' | 'number'
  value: string
  autocomplete: string
  inputmode: string
  required: boolean
  /** A name or code, not prose: no capitals and corrections by the keyboard. */
  plain: boolean
  maxlength: number | undefined
  error: string
  description: string
  rules: Rule[] | undefined
  /** Of a telephone number, beside which the country is chosen. */
  countries: CountryView[] | undefined
  countryLabel: string
  /** Of several lines. */
  long: boolean
  /** The ids of what explains it, for aria-describedby. */
  describedBy: string
  autofocus: boolean
}

export function field(
  given: Pick<FieldView, 'name' | 'label'> & Partial<Omit<FieldView, 'id' | 'describedBy' | 'autofocus'>>,
): FieldView {
  const { name, type = 'text', error = '', description = '', rules } = given
  const id = `field-${name.replace(/[^\w-]/g, '-')}`
  const explained = [error && `${id}-error`, description && `${id}-description`, rules && `${id}-rules`]
  return {
    type,
    value: '',
    autocomplete: 'off',
    inputmode: '',
    required: true,
    countries: undefined,
    countryLabel: '',
    long: false,
    ...given,
    maxlength: type === 'number' || type === 'date' ? undefined : given.maxlength,
    plain: given.plain !== false && !neverProse.includes(type),
    id,
    error,
    description,
    rules: rules && rules.length > 0 ? rules : undefined,
    describedBy: explained.filter(Boolean).join(' '),
    autofocus: false,
  }
}

/** Keyboards know these by themselves. */
const neverProse = ['email', 'password', 'url', 'number', 'date']

/** The cursor goes to the first field that is wrong, else to the first that is empty. */
export function withFocus(fields: FieldView[]): FieldView[] {
  const first = fields.find(({ error }) => error) ?? fields.find(({ value }) => !value)
  return fields.map((one) => (one === first ? { ...one, autofocus: true } : one))
}
