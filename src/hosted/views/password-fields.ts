import { policyOf } from '../../pool/passwords/password-policy.ts'
import type { Pool } from '../../pool/pools/pool.ts'
import type { TextKey, Translate } from '../texts/texts.ts'
import { type FieldView, field } from './field.ts'

/** A password that is chosen, with the pool's rules for it, and once more against slips of the keyboard. */
export function passwordFields(
  t: Translate,
  pool: Pool,
  errors: Record<string, string>,
  labels: [TextKey, TextKey] = ['field.newPassword', 'field.repeatNewPassword'],
): [FieldView, FieldView] {
  const common = { type: 'password', autocomplete: 'new-password', plain: true, maxlength: 256 } as const
  return [
    field({ ...common, name: 'password', label: t(labels[0]), error: errors.password, rules: passwordRules(t, pool) }),
    field({ ...common, name: 'repeated', label: t(labels[1]), error: errors.repeated }),
  ]
}

function passwordRules(t: Translate, pool: Pool): string[] {
  const policy = policyOf(pool)
  return [
    t('password.length', { count: policy.MinimumLength ?? 8 }),
    ...(policy.RequireUppercase ? [t('password.uppercase')] : []),
    ...(policy.RequireLowercase ? [t('password.lowercase')] : []),
    ...(policy.RequireNumbers ? [t('password.number')] : []),
    ...(policy.RequireSymbols ? [t('password.symbol')] : []),
  ]
}
