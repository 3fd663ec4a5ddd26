import { randomBelow, randomText } from '../../lib/random.ts'
import { InvalidPassword } from '../../model/errors.ts'
import { matcher } from '../../model/patterns.ts'
import { passwordPattern } from '../../model/service-differences.ts'
import type { Pool } from '../pools/pool.ts'

// Each of three operations words the same refusal differently.
const openings = {
  'sign-up': 'Password did not conform with policy',
  temporary: 'Password did not conform with password policy',
  change: 'Password does not conform to policy',
} as const

export type PolicyWording = keyof typeof openings

const symbols = '^$*.[]{}()?"!@#%&/\\,><\':;|_~`=+-'
const maxLength = 256

// Parameters of operations have been matched before; responses to challenges have not.
const hasForm = matcher(passwordPattern)

/** @throws InvalidPasswordException with the first rule that the password breaks */
export function checkPasswordPolicy(pool: Pool, password: string, wording: PolicyWording): void {
  const broken = brokenRule(pool, password)
  if (broken) throw new InvalidPassword(`${openings[wording]}: ${rules[broken]}`, { reason: broken })
}

/** A random password that satisfies the policy. */
export function generateTemporaryPassword(pool: Pool): string {
  const length = Math.max(policyOf(pool).MinimumLength ?? 8, 12)
  const characters = [
    ...randomText(uppercase, 1),
    ...randomText(lowercase, 1),
    ...randomText(digits, 1),
    ...randomText(plainSymbols, 1),
    ...randomText(uppercase + lowercase + digits + plainSymbols, length - 4),
  ]
  for (let last = characters.length - 1; last > 0; last--) {
    const other = randomBelow(last + 1)
    const taken = characters[last]!
    characters[last] = characters[other]!
    characters[other] = taken
  }
  return characters.join('')
}

export function policyOf(pool: Pool) {
  return pool.settings.Policies?.PasswordPolicy ?? {}
}

const rules = {
  'password-too-short': 'Password not long enough',
  'password-too-long': 'Password too long',
  'password-pattern': 'Password must satisfy regular expression pattern: ^\\S.*\\S$',
  'password-needs-uppercase': 'Password must have uppercase characters',
  'password-needs-lowercase': 'Password must have lowercase characters',
  'password-needs-number': 'Password must have numeric characters',
  'password-needs-symbol': 'Password must have symbol characters',
} as const

function brokenRule(pool: Pool, password: string): keyof typeof rules | undefined {
  const policy = policyOf(pool)
  if (password.length < (policy.MinimumLength ?? 8)) return 'password-too-short'
  if (password.length > maxLength) return 'password-too-long'
  if (!hasForm(password)) return 'password-pattern'
  if (policy.RequireUppercase && !/[A-Z]/.test(password)) return 'password-needs-uppercase'
  if (policy.RequireLowercase && !/[a-z]/.test(password)) return 'password-needs-lowercase'
  if (policy.RequireNumbers && !/[0-9]/.test(password)) return 'password-needs-number'
  if (policy.RequireSymbols && !hasSymbol(password)) return 'password-needs-symbol'
  return undefined
}

// A space inside counts as well.
const hasSymbol = (password: string): boolean =>
  [...password].some((character) => symbols.includes(character)) || /\S +\S/.test(password)

// Without characters that are confused when a password is copied by hand, or that end a sentence.
const uppercase = 'ABCDEFGHJKLMNPQRSTUVWXYZ'
const lowercase = 'abcdefghijkmnopqrstuvwxyz'
const digits = '23456789'
const plainSymbols = '!@#%*+-=?_~'
