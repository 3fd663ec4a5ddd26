import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newTotpSecret, totpSecretText, totpStep } from '../../src/lib/totp.ts'

// RFC 6238, appendix B, the last six digits of the SHA-1 column.
const vectors: [seconds: number, code: string][] = [
  [59, '287082'],
  [1111111109, '081804'],
  [1111111111, '050471'],
  [1234567890, '005924'],
  [2000000000, '279037'],
  [20000000000, '353130'],
]
const secret = Buffer.from('12345678901234567890')

test('the published codes are those of their time step', async () => {
  for (const [seconds, code] of vectors)
    assert.equal(await totpStep(secret, code, new Date(seconds * 1000)), Math.floor(seconds / 30))
})

test('a code counts in the step before and the step after its own, and no further', async () => {
  const at = (seconds: number) => totpStep(secret, '081804', new Date(seconds * 1000))
  const step = Math.floor(1111111109 / 30)
  assert.equal(await at((step - 1) * 30), step)
  assert.equal(await at((step + 1) * 30 + 29), step)
  assert.equal(await at((step - 1) * 30 - 1), undefined)
  assert.equal(await at((step + 2) * 30), undefined)
})

test('what is no code of six digits is none', async () => {
  for (const code of ['', '28708', '2870822', '28708a', ' 287082', '287082\n', '٢٨٧٠٨٢'])
    assert.equal(await totpStep(secret, code, new Date(59_000)), undefined, code)
})

test('a new secret reads as 52 characters of base32', () => {
  assert.match(totpSecretText(newTotpSecret()), /^[A-Z2-7]{52}$/)
  assert.notEqual(totpSecretText(newTotpSecret()), totpSecretText(newTotpSecret()))
})
