import { isTextKey, type Translate } from '../texts/texts.ts'
import { type FieldView, field } from './field.ts'

type Kind = Pick<FieldView, 'type' | 'autocomplete'> & { described?: 'field.phoneFormat' }

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
  phone_number: { type: 'tel', autocomplete: 'tel', described: 'field.phoneFormat' },
  address: { type: 'text', autocomplete: 'street-address' },
  updated_at: { type: 'number', autocomplete: 'off' },
}

const prose = new Set(['name', 'given_name', 'family_name', 'middle_name', 'nickname', 'address'])

/** The input for an attribute, under the attribute's name. */
export function attributeField(t: Translate, name: string, given: { value?: string; error?: string }): FieldView {
  const { described, ...kind } = kinds[name] ?? { type: 'text', autocomplete: 'off' }
  const key = `attribute.${name}`
  return field({
    ...given,
    ...kind,
    name,
    label: isTextKey(key) ? t(key) : name,
    plain: !prose.has(name),
    maxlength: 2048,
    description: described ? t(described) : '',
  })
}
