import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pool } from '../../src/pool/pools/pool.ts'
import { mayEnterByCode } from '../../src/pool/sign-in/first-factors.ts'
import type { FactorName } from '../../src/pool/tokens/proven.ts'
import type { MfaOfUser } from '../../src/pool/users/mfa.ts'
import type { User } from '../../src/pool/users/user.ts'

const user = {
  status: 'CONFIRMED',
  attributes: { email: 'ann@example.com', phone_number: '+15550100' },
} as never as User

const withApp: MfaOfUser = {
  enabled: ['SOFTWARE_TOKEN_MFA'],
  token: { sealed: Buffer.alloc(0), name: '', lastStep: -1 },
}

function mayEnter(factors: FactorName[], { mfa = 'OPTIONAL', hasApp = false } = {}): boolean {
  const settings = {
    MfaConfiguration: mfa,
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP'] } },
  }
  const pool = { settings } as never as Pool
  const proven = { at: 0, factors: factors.map((name) => ({ name, at: 0 })) }
  return mayEnterByCode({ pool, user, mfa: hasApp ? withApp : { enabled: [] }, state: { username: 'ann', proven } })
}

test('a sign-in by a code alone is not enough once a second factor is set or required', () => {
  for (const code of ['email_otp', 'sms'] as const) {
    assert.ok(mayEnter([code]))
    assert.ok(!mayEnter([code], { hasApp: true }))
    assert.ok(!mayEnter([code], { mfa: 'ON' }))
  }
})

test('a code beside a password, and what is no code, may go on', () => {
  for (const factors of [['pwd'], ['pwd', 'sms'], ['email_otp', 'pwd'], ['hwk'], ['custom'], []] as FactorName[][])
    assert.ok(mayEnter(factors, { hasApp: true }), factors.join())
})
