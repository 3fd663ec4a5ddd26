import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { numericCode } from '../../src/lib/codes.ts'
import { sameBytes, sameText } from '../../src/lib/constant-time.ts'
import { foldCase } from '../../src/lib/fold.ts'
import { maskEmail, maskPhone } from '../../src/lib/mask.ts'
import { secretHash, secretHashMatches } from '../../src/lib/secret-hash.ts'

test('names that differ by case or composition alone fold to one', () => {
  assert.equal(foldCase('ANN@Example.COM'), 'ann@example.com')
  assert.equal(foldCase('Zoe\u0308'), foldCase('ZO\u00cb'))
  assert.notEqual(foldCase('zoe'), foldCase('zoë'))
})

test('folding what is folded changes nothing', () => {
  for (const name of ['Ann', 'ZOË', '\u0130stanbul', 'ΑΣ', '\u212bngström', '\u1e9e']) {
    assert.equal(foldCase(foldCase(name)), foldCase(name), name)
  }
})

test('an address is masked to its first letters', () => {
  assert.equal(maskEmail('test@test.example'), 't***@t***')
  assert.equal(maskEmail('j@g'), 'j***@g***')
  assert.equal(maskEmail('"a@b"@example.com'), '"***@e***')
  assert.equal(maskEmail('𝒶nn@example.com'), '𝒶***@e***')
  assert.equal(maskEmail('somebody'), 's***')
})

test('a number is masked to its last four digits', () => {
  assert.equal(maskPhone('+15555554444'), '+*******4444')
  assert.equal(maskPhone('+491555554444'), '+********4444')
  assert.equal(maskPhone('+12345'), '+*2345')
  assert.equal(maskPhone('+1234'), '+****')
})

test('a code has its digits, leading zeros included', () => {
  const codes = Array.from({ length: 3000 }, () => numericCode(6))
  for (const code of codes) assert.match(code, /^\d{6}$/)
  assert.ok(codes.some((code) => code.startsWith('0')))
  assert.ok(new Set(codes).size > 2900)
  assert.match(numericCode(8), /^\d{8}$/)
})

test('each digit of a code is as likely as the others', () => {
  const seen = new Array<number>(10).fill(0)
  for (const digit of numericCode(100_000)) seen[Number(digit)]!++
  // Ten standard deviations around 10 000.
  for (const count of seen) assert.ok(Math.abs(count - 10_000) < 950, `${seen}`)
})

test('equality in constant time is equality', () => {
  assert.equal(sameText('', ''), true)
  assert.equal(sameText('zoë', 'zoë'), true)
  for (const other of ['', 'a', 'secre', 'secret ', 'Secret']) assert.equal(sameText('secret', other), false)
  assert.equal(sameBytes(Buffer.of(1, 2), new Uint8Array([1, 2])), true)
  assert.equal(sameBytes(Buffer.of(1, 2), Buffer.of(1, 2, 0)), false)
  assert.equal(sameBytes(Buffer.of(), Buffer.of(0)), false)
})

test('a secret hash is the keyed hash of user name, then client id', () => {
  const expected = createHmac('sha256', 'topsecret').update('ann1client').digest('base64')
  assert.equal(secretHash('topsecret', 'ann', '1client'), expected)
})

// RFC 4231, test case 2.
test('a secret hash is HMAC-SHA256 as published', () => {
  assert.equal(
    Buffer.from(secretHash('Jefe', 'what do ya want ', 'for nothing?'), 'base64').toString('hex'),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  )
})

test('a secret hash matches by any of the client’s secrets, and by nothing else', () => {
  const hash = secretHash('second', 'ann', '1client')
  assert.equal(secretHashMatches(hash, ['first', 'second'], 'ann', '1client'), true)
  assert.equal(secretHashMatches(hash, ['second'], 'ann', '1client'), true)
  assert.equal(secretHashMatches(hash, ['first'], 'ann', '1client'), false)
  assert.equal(secretHashMatches(hash, [], 'ann', '1client'), false)
  assert.equal(secretHashMatches(hash, ['second'], 'Ann', '1client'), false)
  assert.equal(secretHashMatches(hash, ['second'], 'ann', '2client'), false)
  assert.equal(secretHashMatches('', ['second'], 'ann', '1client'), false)
  assert.equal(secretHashMatches(hash.replace('=', ''), ['second'], 'ann', '1client'), false)
})
