import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PasswordPolicyType } from '@aws-sdk/client-cognito-identity-provider'
import { checkPasswordPolicy, generateTemporaryPassword } from '../../src/pool/passwords/password-policy.ts'
import type { Pool } from '../../src/pool/pools/pool.ts'

const strict: PasswordPolicyType = {
  MinimumLength: 8,
  RequireUppercase: true,
  RequireLowercase: true,
  RequireNumbers: true,
  RequireSymbols: true,
}

const withPolicy = (PasswordPolicy: PasswordPolicyType): Pool =>
  ({ settings: { Policies: { PasswordPolicy } } }) as Pool

for (const [password, rule] of [
  ['Aa1!', 'Password not long enough'],
  ['aaaa1111!', 'Password must have uppercase characters'],
  ['AAAA1111!', 'Password must have lowercase characters'],
  ['AAAAaaaa!', 'Password must have numeric characters'],
  ['AAAAaaaa1', 'Password must have symbol characters'],
  ['ÄÖÜéèê11!', 'Password must have uppercase characters'],
  [`Aa1!${'x'.repeat(253)}`, 'Password too long'],
] as const) {
  test(`${password.slice(0, 12)} breaks the rule: ${rule}`, () => {
    assert.throws(() => checkPasswordPolicy(withPolicy(strict), password, 'sign-up'), {
      name: 'InvalidPasswordException',
      message: `Password did not conform with policy: ${rule}`,
    })
  })
}

test('each kind of operation has its wording', () => {
  const message = (wording: 'sign-up' | 'temporary' | 'change') => {
    try {
      checkPasswordPolicy(withPolicy(strict), 'short', wording)
    } catch (error) {
      return (error as Error).message
    }
  }
  assert.equal(message('sign-up'), 'Password did not conform with policy: Password not long enough')
  assert.equal(message('temporary'), 'Password did not conform with password policy: Password not long enough')
  assert.equal(message('change'), 'Password does not conform to policy: Password not long enough')
})

test('every published symbol counts as one, a space inside too', () => {
  const pool = withPolicy({ MinimumLength: 6, RequireSymbols: true })
  for (const symbol of '^$*.[]{}()?"!@#%&/\\,><\':;|_~`=+- ') checkPasswordPolicy(pool, `abc${symbol}def`, 'change')
  for (const password of ['abcdef', 'abcdéf', 'abc€def', 'abc\u00a0def'])
    assert.throws(() => checkPasswordPolicy(pool, password, 'change'), { name: 'InvalidPasswordException' })
})

test('white space around a password is refused, and so is a line break in it', () => {
  const pool = withPolicy({ MinimumLength: 6 })
  checkPasswordPolicy(pool, 'several plain words', 'change')
  for (const password of [' abcdef', 'abcdef ', '\tabcdef', 'abcdef\r\n', 'abc\ndef'])
    assert.throws(() => checkPasswordPolicy(pool, password, 'change'), {
      name: 'InvalidPasswordException',
      message: 'Password does not conform to policy: Password must satisfy regular expression pattern: ^\\S.*\\S$',
    })
})

test('a generated password satisfies the policy it was made for', () => {
  for (const MinimumLength of [6, 8, 20, 99]) {
    const pool = withPolicy({ ...strict, MinimumLength })
    for (let round = 0; round < 50; round++) checkPasswordPolicy(pool, generateTemporaryPassword(pool), 'temporary')
  }
  assert.notEqual(generateTemporaryPassword(withPolicy(strict)), generateTemporaryPassword(withPolicy(strict)))
})
