import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { createKeyring, type Purpose } from '../../src/lib/keyring.ts'
import { createSeal, SealBroken } from '../../src/lib/seal.ts'

const masterKey = Buffer.from('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', 'hex')
const otherKey = Buffer.alloc(32, 7)

const hmac = (key: Buffer, ...parts: (string | Buffer)[]): Buffer =>
  parts.reduce((mac, part) => mac.update(part), createHmac('sha256', key)).digest()

test('sub-keys are those of RFC 5869, extracted without salt and expanded by purpose', () => {
  const keyring = createKeyring(masterKey)
  const pseudoRandomKey = hmac(Buffer.alloc(32), masterKey)
  for (const purpose of ['seal', 'cookies', 'csrf'] as Purpose[]) {
    const expected = hmac(pseudoRandomKey, `poolhouse ${purpose}`, Buffer.of(1))
    assert.deepEqual(keyring.bytes(purpose), expected)
    assert.deepEqual(keyring.key(purpose).export(), expected)
  }
})

test('a sub-key is parsed once', () => {
  const keyring = createKeyring(masterKey)
  assert.equal(keyring.key('cookies'), keyring.key('cookies'))
})

test('changing the bytes that were handed out does not change the key', () => {
  const keyring = createKeyring(masterKey)
  keyring.bytes('cookies').fill(0)
  assert.notDeepEqual(keyring.bytes('cookies'), Buffer.alloc(32))
})

test('a master key of another length is refused', () => {
  assert.throws(() => createKeyring(Buffer.alloc(31)), RangeError)
  assert.throws(() => createKeyring(masterKey, [Buffer.alloc(33)]), RangeError)
})

test('a keyed hash covers each part with its length', () => {
  const keyring = createKeyring(masterKey)
  const expected = hmac(keyring.bytes('code-hash'), Buffer.of(0, 0, 0, 1), 'a', Buffer.of(0, 0, 0, 2), 'é')
  assert.deepEqual(keyring.mac('code-hash', 'a', 'é'), expected)
  assert.deepEqual(keyring.mac('code-hash', Buffer.from('a'), 'é'), expected)
})

test('keyed hashes differ by purpose, by where parts end and by key', () => {
  const keyring = createKeyring(masterKey)
  const hashes = [
    keyring.mac('code-hash', 'ab', 'c'),
    keyring.mac('code-hash', 'a', 'bc'),
    keyring.mac('code-hash', 'abc'),
    keyring.mac('code-hash', 'abc', ''),
    keyring.mac('session-hash', 'ab', 'c'),
    createKeyring(otherKey).mac('code-hash', 'ab', 'c'),
  ]
  assert.equal(new Set(hashes.map((hash) => hash.toString('hex'))).size, hashes.length)
})

test('what was sealed opens again, whatever its length', () => {
  const keyring = createKeyring(masterKey)
  for (const text of ['', 'JBSWY3DPEHPK3PXP', 'ä'.repeat(5000)]) {
    assert.equal(keyring.open(keyring.seal(text, 'row 1'), 'row 1').toString(), text)
  }
  const bytes = Buffer.from([0, 255, 128])
  assert.deepEqual(keyring.open(new Uint8Array(keyring.seal(bytes, 'row 1')), 'row 1'), bytes)
})

test('a text sealed twice looks different', () => {
  const keyring = createKeyring(masterKey)
  assert.notDeepEqual(keyring.seal('secret', 'row 1'), keyring.seal('secret', 'row 1'))
})

test('a sealed value does not open in another row', () => {
  const keyring = createKeyring(masterKey)
  assert.throws(() => keyring.open(keyring.seal('secret', 'row 1'), 'row 2'), SealBroken)
})

test('a sealed value with any one bit changed does not open', () => {
  const keyring = createKeyring(masterKey)
  const sealed = keyring.seal('secret', 'row 1')
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const altered = Buffer.from(sealed)
    altered[bit >> 3]! ^= 1 << (bit & 7)
    assert.throws(() => keyring.open(altered, 'row 1'), SealBroken, `bit ${bit}`)
  }
})

test('a sealed value cut short, made longer or never sealed does not open', () => {
  const keyring = createKeyring(masterKey)
  const sealed = keyring.seal('secret', 'row 1')
  for (let length = 0; length < sealed.length; length++) {
    assert.throws(() => keyring.open(sealed.subarray(0, length), 'row 1'), SealBroken)
  }
  assert.throws(() => keyring.open(Buffer.concat([sealed, Buffer.of(0)]), 'row 1'), SealBroken)
  assert.throws(() => keyring.open(Buffer.from('secret'), 'row 1'), SealBroken)
})

test('a refusal to open says nothing of the value', () => {
  const keyring = createKeyring(masterKey)
  const sealed = keyring.seal('secret', 'row 1')
  assert.throws(() => keyring.open(sealed, 'row 2'), { name: 'SealBroken', message: 'A sealed value did not open' })
  assert.throws(() => createKeyring(otherKey).open(sealed, 'row 1'), { message: 'A sealed value did not open' })
})

test('after a rotation the new key seals and the old one still opens', () => {
  const before = createKeyring(masterKey)
  const sealed = before.seal('secret', 'row 1')
  const after = createKeyring(otherKey, [masterKey])

  assert.equal(after.open(sealed, 'row 1').toString(), 'secret')
  assert.equal(createKeyring(otherKey).open(after.seal('secret', 'row 1'), 'row 1').toString(), 'secret')
  assert.throws(() => before.open(after.seal('secret', 'row 1'), 'row 1'), SealBroken)
})

test('a key id borrowed from another key does not open its values', () => {
  const keyring = createKeyring(masterKey)
  const impostor = createSeal({ id: keyring.seal('', '').subarray(1, 5), key: createKeyring(otherKey).key('seal') })
  assert.throws(() => keyring.open(impostor.seal('secret', 'row 1'), 'row 1'), SealBroken)
})

test('the check value tells the right, a former and a wrong master key', () => {
  const stored = createKeyring(masterKey).checkValue()
  assert.equal(createKeyring(Buffer.from(masterKey)).recognises(stored), 'current')
  assert.equal(createKeyring(otherKey, [masterKey]).recognises(stored), 'older')
  assert.equal(createKeyring(otherKey).recognises(stored), undefined)
  assert.equal(createKeyring(masterKey).recognises(Buffer.alloc(0)), undefined)
})
