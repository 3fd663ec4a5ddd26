import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  challengeSession,
  clientId,
  clientSecret,
  clientSecretId,
  deviceGroupKey,
  deviceKey,
  importJobId,
  randomToken,
  sessionId,
  userPoolId,
  uuidv4,
  uuidv7,
} from '../../src/lib/ids.ts'
import { pooledRandomBytes, randomBelow, randomText } from '../../src/lib/random.ts'

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}'

const forms: [string, () => string, RegExp][] = [
  ['user pool id', () => userPoolId('us-east-1'), /^us-east-1_[0-9A-Za-z]{9}$/],
  ['client id', () => clientId(), /^([1-7][0-9a-v]{25}|[1-9a-v][0-9a-v]{24})$/],
  ['client secret', () => clientSecret(), /^(1[0-9a-v]{51}|[1-9a-v][0-9a-v]{50})$/],
  ['uuid', () => uuidv4(), new RegExp(`^${uuid}$`)],
  ['device key', () => deviceKey('eu-west-1'), new RegExp(`^eu-west-1_${uuid}$`)],
  ['device group key', () => deviceGroupKey(), /^-[0-9A-Za-z]{8}$/],
  ['import job id', () => importJobId(), /^import-[0-9A-Za-z]{10}$/],
  ['token session id', () => sessionId('tkn'), /^tkn[a-z0-9]{25}$/],
  ['single sign-on session id', () => sessionId('sso'), /^sso[a-z0-9]{25}$/],
  ['challenge session', () => challengeSession(), /^AYABe[\w-]{64}$/],
  ['token', () => randomToken(32), /^[\w-]{43}$/],
]

for (const [name, make, form] of forms) {
  test(`every ${name} has its form and none comes twice`, () => {
    const made = Array.from({ length: 2000 }, make)
    for (const id of made) assert.match(id, form)
    assert.equal(new Set(made).size, made.length)
  })
}

test('a client id is the 128-bit number that was drawn, and a small number is drawn again', () => {
  const draws = [Buffer.from('00ffffffffffffffffffffffffffffff', 'hex'), Buffer.alloc(16, 0xff)]
  assert.equal(
    clientId(() => draws.shift()!),
    '7vvvvvvvvvvvvvvvvvvvvvvvvv',
  )
  assert.equal(draws.length, 0)
})

test('a time-ordered UUID carries the milliseconds, version and variant of RFC 9562', () => {
  const published = uuidv7(new Date('2022-02-22T19:22:22.000Z'), () =>
    Buffer.from('00000000000f0cc318c4dc0c0c07398f', 'hex'),
  )
  assert.equal(published, '017f22e2-79b0-7cc3-98c4-dc0c0c07398f')
})

test('time-ordered UUIDs sort by their time', () => {
  const times = [0, 1, 1_600_000_000_000, 1_600_000_000_001, 4_000_000_000_000]
  const ids = times.map((time) => uuidv7(new Date(time)))
  assert.deepEqual([...ids].sort(), ids)
})

test('draws that would favour some characters are thrown away', () => {
  // 62 characters fit four times into 248, so bytes from 248 up are drawn again.
  const bytes = [Buffer.of(255, 248, 247), Buffer.of(0, 61)]
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  assert.equal(
    randomText(alphabet, 3, () => bytes.shift()!),
    'z0z',
  )
  const numbers = [0xffffffff, 0xfffffffc, 7]
  const number = () => {
    const drawn = Buffer.alloc(4)
    drawn.writeUInt32BE(numbers.shift()!)
    return drawn
  }
  assert.equal(randomBelow(6, number), 1)
})

test('a draw from nothing is refused', () => {
  assert.throws(() => randomText('', 1), RangeError)
  assert.throws(() => randomBelow(0), RangeError)
  assert.throws(() => randomBelow(2 ** 32 + 1), RangeError)
})

test('a client secret is named by its client and the time it was made', () => {
  assert.equal(clientSecretId('1example23456789', new Date(1_700_000_000_123)), '1example23456789--1700000000123')
})

test('bytes drawn in bulk are handed out once, also where the rest of a draw is too short', () => {
  const sizes = [16, 24, 1000, 4095, 4096, 4097, 10_000]
  const drawn = Array.from({ length: 700 }, (_, index) => pooledRandomBytes(sizes[index % sizes.length]!))
  assert.deepEqual(
    drawn.map(({ length }) => length),
    drawn.map((_, index) => sizes[index % sizes.length]),
  )
  const words = drawn.flatMap((bytes) => bytes.toString('hex').match(/.{16}/g) ?? [])
  assert.equal(new Set(words).size, words.length)
})

test('what was drawn in bulk is the caller’s own', () => {
  const first = pooledRandomBytes(16)
  const copy = Buffer.from(first)
  pooledRandomBytes(16).fill(0)
  for (let draw = 0; draw < 1000; draw++) pooledRandomBytes(16)
  assert.deepEqual(first, copy)
})
