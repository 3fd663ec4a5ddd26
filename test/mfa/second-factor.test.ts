import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PoolSettings } from '../../src/model/settings.ts'
import { secondFactorOf } from '../../src/pool/mfa/second-factor.ts'
import type { Pool } from '../../src/pool/pools/pool.ts'
import type { MfaOfUser } from '../../src/pool/users/mfa.ts'

/** The published decision, row by row: what pool and user have, and what is asked. */
interface Case {
  pool: 'OFF' | 'OPTIONAL' | 'ON'
  /** Of sms, totp, email. */
  offers: string
  /** Of the primary recovery; by default the pool's own, e-mail first. */
  recovery?: 'email' | 'phone' | 'admin'
  /** Of email, phone, totp. */
  has: string
  enabled?: MfaOfUser['enabled']
  preferred?: MfaOfUser['preferred']
  asked: string
}

const cases: Case[] = [
  { pool: 'OFF', offers: '', has: 'email phone totp', enabled: ['SMS_MFA'], preferred: 'SMS_MFA', asked: 'none' },
  { pool: 'OPTIONAL', offers: 'sms totp email', has: 'email phone', asked: 'none' },
  { pool: 'OPTIONAL', offers: 'sms totp', has: 'totp', asked: 'none' },
  { pool: 'OPTIONAL', offers: 'totp', has: 'totp', enabled: ['SOFTWARE_TOKEN_MFA'], asked: 'ask SOFTWARE_TOKEN_MFA' },
  { pool: 'OPTIONAL', offers: 'sms', has: 'totp', enabled: ['SOFTWARE_TOKEN_MFA'], asked: 'ask SOFTWARE_TOKEN_MFA' },
  { pool: 'OPTIONAL', offers: 'sms', has: 'email', enabled: ['SMS_MFA'], preferred: 'SMS_MFA', asked: 'none' },
  {
    pool: 'OPTIONAL',
    offers: 'sms totp',
    has: 'totp',
    enabled: ['SMS_MFA', 'SOFTWARE_TOKEN_MFA'],
    preferred: 'SMS_MFA',
    asked: 'ask SOFTWARE_TOKEN_MFA',
  },
  {
    pool: 'OPTIONAL',
    offers: 'sms totp',
    has: 'phone totp',
    enabled: ['SOFTWARE_TOKEN_MFA', 'SMS_MFA'],
    asked: 'choose SMS_MFA SOFTWARE_TOKEN_MFA',
  },
  // Required: what is preferred is asked for, even by the recovery medium.
  {
    pool: 'ON',
    offers: 'email totp',
    has: 'email',
    enabled: ['EMAIL_OTP'],
    preferred: 'EMAIL_OTP',
    asked: 'ask EMAIL_OTP',
  },
  { pool: 'ON', offers: 'totp', has: 'email totp', asked: 'ask SOFTWARE_TOKEN_MFA' },
  { pool: 'ON', offers: 'totp sms', has: 'email totp', asked: 'ask SOFTWARE_TOKEN_MFA' },
  { pool: 'ON', offers: 'totp sms email', has: 'email phone totp', asked: 'choose SMS_MFA SOFTWARE_TOKEN_MFA' },
  {
    pool: 'ON',
    offers: 'totp sms email',
    recovery: 'phone',
    has: 'email phone totp',
    asked: 'choose EMAIL_OTP SOFTWARE_TOKEN_MFA',
  },
  {
    pool: 'ON',
    offers: 'totp sms email',
    recovery: 'admin',
    has: 'email phone totp',
    asked: 'choose SMS_MFA EMAIL_OTP SOFTWARE_TOKEN_MFA',
  },
  // An authenticator app works where new ones can't be set up any more.
  { pool: 'ON', offers: 'sms', has: 'email totp', asked: 'ask SOFTWARE_TOKEN_MFA' },
  { pool: 'ON', offers: 'sms', has: 'phone totp', asked: 'ask SMS_MFA' },
  // One address.
  { pool: 'ON', offers: 'sms', has: 'phone', asked: 'ask SMS_MFA' },
  { pool: 'ON', offers: 'email', has: 'email', asked: 'impossible' },
  { pool: 'ON', offers: 'email', recovery: 'phone', has: 'email', asked: 'ask EMAIL_OTP' },
  { pool: 'ON', offers: 'sms', recovery: 'phone', has: 'phone', asked: 'impossible' },
  { pool: 'ON', offers: 'sms', has: 'email', asked: 'impossible' },
  { pool: 'ON', offers: 'sms totp', has: 'email', asked: 'setUp SOFTWARE_TOKEN_MFA' },
  { pool: 'ON', offers: 'totp', has: 'email', asked: 'setUp SOFTWARE_TOKEN_MFA' },
  { pool: 'ON', offers: 'totp email', has: 'email', asked: 'impossible' },
  { pool: 'ON', offers: 'totp sms', recovery: 'phone', has: 'phone', asked: 'impossible' },
  { pool: 'ON', offers: 'totp email', has: 'email totp', asked: 'ask SOFTWARE_TOKEN_MFA' },
  // Both addresses.
  { pool: 'ON', offers: 'sms email', recovery: 'admin', has: 'email phone', asked: 'choose SMS_MFA EMAIL_OTP' },
  { pool: 'ON', offers: 'email', recovery: 'admin', has: 'email phone', asked: 'ask EMAIL_OTP' },
  { pool: 'ON', offers: 'sms email', has: 'email phone', asked: 'ask SMS_MFA' },
  { pool: 'ON', offers: 'sms email', recovery: 'phone', has: 'email phone', asked: 'ask EMAIL_OTP' },
  { pool: 'ON', offers: 'email', has: 'email phone', asked: 'impossible' },
  { pool: 'ON', offers: 'totp email', has: 'email phone', asked: 'setUp SOFTWARE_TOKEN_MFA' },
  // Neither.
  { pool: 'ON', offers: 'sms totp email', has: '', asked: 'setUp SMS_MFA SOFTWARE_TOKEN_MFA' },
  { pool: 'ON', offers: 'sms totp email', recovery: 'phone', has: '', asked: 'setUp EMAIL_OTP SOFTWARE_TOKEN_MFA' },
  { pool: 'ON', offers: 'email', has: '', asked: 'impossible' },
]

const recoveryNames = { email: 'verified_email', phone: 'verified_phone_number', admin: 'admin_only' } as const

for (const { pool, offers, recovery = 'email', has, enabled = [], preferred, asked } of cases) {
  const who = `${has || 'nothing'}${enabled.length ? `, ${enabled.join(' and ')} on` : ''}`
  test(`${pool} with ${offers || 'nothing'}, recovery by ${recovery}, a user with ${who}: ${asked}`, () => {
    const settings: PoolSettings = {
      SchemaAttributes: [],
      MfaConfiguration: pool,
      SmsMfaConfiguration: offers.includes('sms') ? {} : undefined,
      SoftwareTokenMfaConfiguration: { Enabled: offers.includes('totp') },
      EmailMfaConfiguration: offers.includes('email') ? {} : undefined,
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: recoveryNames[recovery], Priority: 1 }] },
    }
    const attributes: Record<string, string> = {
      ...(has.includes('email') && { email: 'ann@example.com' }),
      ...(has.includes('phone') && { phone_number: '+12065550100' }),
    }
    const token = has.includes('totp') ? { sealed: Buffer.alloc(0), name: '', lastStep: 0 } : undefined
    const mfa: MfaOfUser = { enabled, preferred, token }
    const owed = secondFactorOf({ pool: { settings } as Pool, user: { attributes }, mfa })
    const factors = owed.kind === 'ask' ? [owed.factor] : 'factors' in owed ? owed.factors : []
    assert.equal([owed.kind, ...factors].join(' '), asked)
  })
}
