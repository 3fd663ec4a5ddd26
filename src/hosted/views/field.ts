import type { CountryView } from './calling-codes.ts'

/** A rule for a value: its text, and a regular expression for the page's script. */
export interface Rule {
  text: string
  pattern: string
}

/** One input of a form, ready to render: the template decides nothing. */
export interface FieldView {
  id: string
  name: string
  label: string
  type: 'text' | 'password' | 'email' | 'tel' | 'url' | 'date' | 'number'
  value: string
  autocomplete: string
  inputmode: string
  required: boolean
  /** A name or code rather than prose: turns off auto-capitalization and autocorrection. */
  plain: boolean
  maxlength: number | undefined
  error: string
  description: string
  rules: Rule[] | undefined
  /** For phone numbers, next to which the country is chosen. */
  countries: CountryView[] | undefined
  countryLabel: string
  /** A multi-line input. */
  long: boolean
  /** Shown only where the browser runs no script. */
  scriptless: boolean
  /** The ids of the elements that describe it, for aria-describedby. */
  describedBy: string
  autofocus: boolean
}

export function field(
  options: Pick<FieldView, 'name' | 'label'> & Partial<Omit<FieldView, 'id' | 'describedBy' | 'autofocus'>>,
): FieldView {
  const { name, type = 'text', error = '', description = '', rules } = options
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
    scriptless: false,
    ...options,
    maxlength: type === 'number' || type === 'date' ? undefined : options.maxlength,
    plain: options.plain !== false && !neverProse.includes(type),
    id,
    error,
    description,
    rules: rules && rules.length > 0 ? rules : undefined,
    describedBy: explained.filter(Boolean).join(' '),
    autofocus: false,
  }
}

/** On-screen keyboards support these natively. */
const neverProse = ['email', 'password', 'url', 'number', 'date']

/** Focuses the first invalid field, else the first empty one. */
export function withFocus(fields: FieldView[]): FieldView[] {
  const shown = fields.filter(({ scriptless }) => !scriptless)
  const first = shown.find(({ error }) => error) ?? shown.find(({ value }) => !value)
  return fields.map((one) => (one === first ? { ...one, autofocus: true } : one))
}
