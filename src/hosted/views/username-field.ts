import type { Pool } from '../../pool/pools/pool.ts'
import type { TextKey, Translate } from '../texts/texts.ts'
import { type FieldState, withCountry } from './attribute-field.ts'
import { type FieldView, field } from './field.ts'
import type { Scene } from './page-view.ts'

/** The field for the name a user signs in with: a username, email address or phone number, by the pool's settings. */
export function usernameField(t: Translate, pool: Pool, state: FieldState): FieldView {
  const { UsernameAttributes = [], AliasAttributes = [] } = pool.settings
  const usernames = UsernameAttributes.length > 0
  const email = (usernames ? UsernameAttributes : AliasAttributes).includes('email')
  const phone = (usernames ? UsernameAttributes : AliasAttributes).includes('phone_number')
  return named(
    t,
    labelOf(usernames, email, phone),
    state,
    usernames && email !== phone ? (email ? 'email' : 'tel') : 'text',
  )
}

/**
 * The field for a new user's name. An alias can't be chosen as the username, so only the pool's own form is asked for.
 */
export function newUsernameField(
  scene: Pick<Scene, 't' | 'lang'>,
  pool: Pool,
  { country, ...state }: FieldState,
): FieldView {
  const { t } = scene
  const { UsernameAttributes = [] } = pool.settings
  if (UsernameAttributes.length === 0) return named(t, 'field.username', state, 'text')
  const made = usernameField(t, pool, state)
  if (made.type === 'email') return { ...made, autocomplete: 'email' }
  return made.type === 'tel'
    ? {
        ...made,
        ...withCountry(scene, country),
        description: '',
        describedBy: state.error ? made.describedBy.split(' ')[0]! : '',
      }
    : made
}

function labelOf(usernames: boolean, email: boolean, phone: boolean): TextKey {
  if (usernames) return email && phone ? 'field.emailOrPhone' : email ? 'field.email' : 'field.phone'
  if (email && phone) return 'field.usernameEmailOrPhone'
  return email ? 'field.usernameOrEmail' : phone ? 'field.usernameOrPhone' : 'field.username'
}

const named = (t: Translate, label: TextKey, state: FieldState, type: 'text' | 'email' | 'tel'): FieldView =>
  field({
    ...state,
    name: 'username',
    label: t(label),
    type,
    autocomplete: 'username',
    plain: true,
    maxlength: 128,
    description: type === 'tel' ? t('field.phoneFormat') : '',
  })
