import type { Form } from '../read-form.ts'
import { isTextKey } from '../texts/texts.ts'
import { countries, wholeNumber } from './calling-codes.ts'
import { type FieldView, field } from './field.ts'
import type { Scene } from './page-view.ts'

type Kind = Pick<FieldView, 'type' | 'autocomplete'> & { long?: boolean }

const kinds: Record<string, Kind> = {
  name: { type: 'text', autocomplete: 'name' },
  given_name: { type: 'text', autocomplete: 'given-name' },
  family_name: { type: 'text', autocomplete: 'family-name' },
  middle_name: { type: 'text', autocomplete: 'additional-name' },
  nickname: { type: 'text', autocomplete: 'nickname' },
  preferred_username: { type: 'text', autocomplete: 'nickname' },
  profile: { type: 'url', autocomplete: 'url' },
  picture: { type: 'url', autocomplete: 'photo' },
  website: { type: 'url', autocomplete: 'url' },
  email: { type: 'email', autocomplete: 'email' },
  gender: { type: 'text', autocomplete: 'sex' },
  birthdate: { type: 'date', autocomplete: 'bday' },
  zoneinfo: { type: 'text', autocomplete: 'off' },
  locale: { type: 'text', autocomplete: 'language' },
  phone_number: { type: 'tel', autocomplete: 'tel' },
  address: { type: 'text', autocomplete: 'street-address', long: true },
  updated_at: { type: 'number', autocomplete: 'off' },
}

const prose = new Set(['name', 'given_name', 'family_name', 'middle_name', 'nickname', 'address'])

export interface FieldState {
  value?: string
  /** The country select next to a phone number. */
  country?: string
  error?: string
}

/** What a field shows when the form is shown again. */
export const fieldState = ({ errors = {}, values = {} }: Scene['flash'], name: string): FieldState => ({
  value: values[name],
  country: values[`${name}_country`],
  error: errors[name],
})

/** The input for an attribute, named after the attribute. */
export function attributeField(
  scene: Pick<Scene, 't' | 'lang'>,
  name: string,
  { country, ...state }: FieldState,
): FieldView {
  const { t } = scene
  const kind = kinds[name] ?? { type: 'text', autocomplete: 'off' }
  const key = `attribute.${name}`
  return field({
    ...state,
    ...kind,
    name,
    label: isTextKey(key) ? t(key) : name,
    plain: !prose.has(name),
    maxlength: 2048,
    ...(kind.type === 'tel' && withCountry(scene, country)),
  })
}

export const withCountry = ({ t, lang }: Pick<Scene, 't' | 'lang'>, country: string | undefined) => ({
  countries: countries(lang, country),
  countryLabel: t('field.country'),
  autocomplete: 'tel',
  inputmode: 'tel',
})

/** The value entered in such a field. */
export function attributeOf(form: Form, name: string): string {
  const typed = form(name).trim()
  return name === 'phone_number' || form(`${name}_country`) ? wholeNumber(typed, form(`${name}_country`)) : typed
}

/** The values as typed, to show in the form again. */
export const typedIn = (form: Form, names: string[]): Record<string, string> =>
  Object.fromEntries(
    names
      .flatMap((name) => [name, `${name}_country`])
      .map((name) => [name, form(name).trim()])
      .filter(([, value]) => value),
  )
