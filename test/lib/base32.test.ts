import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { decodeBase32, encodeBase32 } from '../../src/lib/base32.ts'

// RFC 4648, section 10.
const vectors: [string, string][] = [
  ['', ''],
  ['f', 'MY======'],
  ['fo', 'MZXQ===='],
  ['foo', 'MZXW6==='],
  ['foob', 'MZXW6YQ='],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI======'],
]

for (const [text, padded] of vectors) {
  test(`the published form of ${JSON.stringify(text)} is written without padding and read with or without`, () => {
    const bare = padded.replace(/=+$/, '')
    assert.equal(encodeBase32(Buffer.from(text)), bare)
    for (const form of [padded, bare, bare.toLowerCase()]) assert.equal(decodeBase32(form)?.toString(), text)
  })
}

test('bytes of any length and value come back', () => {
  for (let length = 0; length < 70; length++) {
    const bytes = randomBytes(length)
    assert.deepEqual(decodeBase32(encodeBase32(bytes)), bytes)
  }
})

for (const text of [
  'M',
  'MZX',
  'MZXW6Y',
  'MY=',
  'MY=====',
  'MY======A',
  'M1',
  'M8',
  'MY MY',
  'MZ',
  'MZXW7',
  '=',
  '========',
  'MZXW6YTB========',
  'ſY',
]) {
  test(`${JSON.stringify(text)} is refused`, () => {
    assert.equal(decodeBase32(text), undefined)
  })
}
