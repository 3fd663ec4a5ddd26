import { policyOf } from '../../pool/passwords/password-policy.ts'
import type { Pool } from '../../pool/pools/pool.ts'
import type { TextKey, Translate } from '../texts/texts.ts'
import { type FieldView, field, type Rule } from './field.ts'
import type { Scene } from './page-view.ts'

/**
 * A new password with the pool's rules, and a second input to catch typos: on the pages of managed login only where no
 * script lets the user see what was typed.
 */
export function passwordFields(
  { t, pool, managed, flash: { errors = {} } }: Pick<Scene, 't' | 'pool' | 'managed' | 'flash'>,
  labels: [TextKey, TextKey] = ['field.newPassword', 'field.repeatNewPassword'],
): [FieldView, FieldView] {
  const common = { type: 'password', autocomplete: 'new-password', plain: true, maxlength: 256 } as const
  return [
    field({ ...common, name: 'password', label: t(labels[0]), error: errors.password, rules: passwordRules(t, pool) }),
    field({ ...common, name: 'repeated', label: t(labels[1]), error: errors.repeated, scriptless: managed }),
  ]
}

function passwordRules(t: Translate, pool: Pool): Rule[] {
  const policy = policyOf(pool)
  const length = policy.MinimumLength ?? 8
  return [
    { text: t('password.length', { count: length }), pattern: `^.{${length},}$` },
    ...(policy.RequireUppercase ? [{ text: t('password.uppercase'), pattern: '[A-Z]' }] : []),
    ...(policy.RequireLowercase ? [{ text: t('password.lowercase'), pattern: '[a-z]' }] : []),
    ...(policy.RequireNumbers ? [{ text: t('password.number'), pattern: '[0-9]' }] : []),
    ...(policy.RequireSymbols ? [{ text: t('password.symbol'), pattern: symbol }] : []),
  ]
}

const symbol = String.raw`[\^$*.[\]{}()?"!@#%&/\\,><':;|_~\x60=+\-]|\S +\S`
