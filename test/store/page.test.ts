import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { createKeyring } from '../../src/lib/keyring.ts'
import { cutPage, decodeCursor, encodeCursor } from '../../src/store/page.ts'

const ctx = { keyring: createKeyring(randomBytes(32)) }
const refusal = { name: 'InvalidParameterException', message: 'Invalid pagination token.' }

test('a token leads back to the position it was made of', () => {
  for (const position of ['ann@example.com', 7, ['a', null], { name: 'ann', id: 'x' }]) {
    assert.deepEqual(decodeCursor(ctx, 'ListUsers pool', encodeCursor(ctx, 'ListUsers pool', position)), position)
  }
})

test('no token is the first page', () => {
  assert.equal(decodeCursor(ctx, 'ListUsers pool', undefined), undefined)
})

test('a token says nothing of the position, and is made of characters that every client can send', () => {
  const token = encodeCursor(ctx, 'ListUsers pool', 'ann@example.com')
  assert.match(token, /^[\w-]+$/)
  assert.doesNotMatch(Buffer.from(token, 'base64url').toString('latin1'), /ann/)
})

test('a token of another listing, another installation or none at all is refused', () => {
  const token = encodeCursor(ctx, 'ListUsers pool-a', 'ann')
  const elsewhere = { keyring: createKeyring(randomBytes(32)) }
  const altered = `${token.slice(0, -6)}${token.at(-6) === 'A' ? 'B' : 'A'}${token.slice(-5)}`

  assert.throws(() => decodeCursor(ctx, 'ListUsers pool-b', token), refusal)
  assert.throws(() => decodeCursor(elsewhere, 'ListUsers pool-a', token), refusal)
  for (const forged of [altered, token.slice(0, -8), '', 'x', 'not a token', `${token}AAAA`])
    assert.throws(() => decodeCursor(ctx, 'ListUsers pool-a', forged), refusal)
})

test('a page names the position of its last row only where there are more', () => {
  assert.deepEqual(
    cutPage([1, 2, 3], 2, (row) => row),
    { items: [1, 2], next: 2 },
  )
  assert.deepEqual(
    cutPage([1, 2], 2, (row) => row),
    { items: [1, 2], next: undefined },
  )
  assert.deepEqual(
    cutPage([], 2, (row) => row),
    { items: [], next: undefined },
  )
})
