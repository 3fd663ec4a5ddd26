import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash, createHmac, getDiffieHellman, hkdfSync, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  isSrpA,
  isSrpVerifier,
  newSalt,
  srpHex,
  srpServerKey,
  srpSignature,
  srpSignatureMatches,
  srpVerifier,
  startSrp,
} from '../../src/lib/srp.ts'
import { srpServerKeyAside, srpVerifierAside, startSrpAside } from '../../src/lib/srp-powers.ts'
import { clientKey, newClient, rememberDevice } from './srp-client.ts'

const poolName = 'Ab1cD2eF3'
const userId = '5f2c0a9e-7d61-4f0b-8a55-0d2f6d1c9b11'
const password = 'Correct horse 7 - bätteries'
const N = BigInt(`0x${getDiffieHellman('modp15').getPrime('hex')}`)

const salts: [string, string][] = [
  ['an ordinary salt', '5f3a9c01d2e4b687a9c0f1e2d3b4a596'],
  ['a salt with its top bit set', 'ff3a9c01d2e4b687a9c0f1e2d3b4a596'],
  ['a salt that starts with a zero digit', '0f3a9c01d2e4b687a9c0f1e2d3b4a596'],
  ['a salt that starts with a zero byte', '003a9c01d2e4b687a9c0f1e2d3b4a596'],
  ['a salt that starts with zero bytes, then a top bit', '0000009cd2e4b687a9c0f1e2d3b4a596'],
]

for (const [name, hex] of salts) {
  test(`the published client and the server agree on a key with ${name}`, async () => {
    const salt = Buffer.from(hex, 'hex')
    const verifier = srpVerifier({ poolName, userId, password, salt })
    const client = newClient(poolName)
    const A = client.largeAValue.toString(16)
    const { B, b } = startSrp(verifier)

    const expected = await clientKey(client, userId, password, B, srpHex(salt))
    assert.deepEqual(srpServerKey({ A, B, b, verifier }), expected)
  })
}

test('the key of a wrong password, user or pool is another one', async () => {
  const salt = newSalt()
  const verifier = srpVerifier({ poolName, userId, password, salt })
  const { B, b } = startSrp(verifier)
  for (const [pool, user, word] of [
    [poolName, userId, `${password} `],
    [poolName, userId, ''],
    [poolName, `${userId}0`, password],
    ['Other1234', userId, password],
  ] as const) {
    const client = newClient(pool)
    const theirs = await clientKey(client, user, word, B, srpHex(salt))
    assert.notDeepEqual(srpServerKey({ A: client.largeAValue.toString(16), B, b, verifier }), theirs)
  }
})

test('a device that the published client remembered is recognised by its own verifier', async () => {
  const deviceGroupKey = '-wt2ha1Zd'
  const deviceKey = 'us-east-1_b2e5d0a4-8b1f-4c0e-9c77-3a1d5f0c2e44'
  // Several, since salts and verifiers come with and without a sign byte.
  for (let round = 0; round < 4; round++) {
    const device = await rememberDevice(newClient(poolName), deviceGroupKey, deviceKey)
    assert.equal(isSrpVerifier(device.verifier), true)
    const ours = srpVerifier({
      poolName: deviceGroupKey,
      userId: deviceKey,
      password: device.password,
      salt: device.salt,
    })
    assert.equal(srpHex(ours), srpHex(device.verifier))

    const client = newClient(deviceGroupKey)
    const { B, b } = startSrp(device.verifier)
    const expected = await clientKey(client, deviceKey, device.password, B, srpHex(device.salt))
    const key = srpServerKey({ A: client.largeAValue.toString(16), B, b, verifier: device.verifier })
    assert.deepEqual(key, expected)
  }
})

test('OpenSSL and plain integers agree on every value', () => {
  for (let round = 0; round < 5; round++) {
    const salt = randomBytes(16)
    const b = randomBytes(32)
    const A = powerOf(2n, BigInt(`0x${randomBytes(128).toString('hex')}`))
    const oracle = plainServer({ A, b: toInteger(b), x: plainX(salt) })

    const verifier = srpVerifier({ poolName, userId, password, salt })
    const started = startSrp(verifier, b)
    assert.equal(verifier.length, 384)
    assert.equal(toInteger(verifier), oracle.v)
    assert.equal(BigInt(`0x${started.B}`), oracle.B)
    assert.deepEqual(srpServerKey({ A: A.toString(16), B: started.B, b, verifier }), oracle.key)
  }
})

test('an A of capital or zero-padded digits is the same number', () => {
  const verifier = srpVerifier({ poolName, userId, password, salt: newSalt() })
  const { B, b } = startSrp(verifier)
  const A = powerOf(2n, 12345678901234567890n).toString(16)
  const key = srpServerKey({ A, B, b, verifier })
  assert.ok(key)
  assert.deepEqual(srpServerKey({ A: A.toUpperCase(), B, b, verifier }), key)
  assert.deepEqual(srpServerKey({ A: `00${A}`, B, b, verifier }), key)
})

const badA: [string, string][] = [
  ['nothing', ''],
  ['zero', '0'],
  ['a long zero', '0'.repeat(768)],
  ['N', N.toString(16)],
  ['twice N', (2n * N).toString(16)],
  ['another multiple of N', (N * 3n ** 100n).toString(16)],
  ['a number with a sign', '-5'],
  ['a number with a prefix', '0x5'],
  ['no hexadecimal number', 'xyz'],
  ['a number with a space', '5 '],
  ['a number with a line end', '5\n'],
  ['a number far longer than N', 'f'.repeat(1025)],
]

for (const [name, A] of badA) {
  test(`an A that is ${name} is refused`, () => {
    const verifier = srpVerifier({ poolName, userId, password, salt: newSalt() })
    assert.equal(isSrpA(A), false)
    assert.equal(srpServerKey({ A, ...startSrp(verifier), verifier }), undefined)
  })
}

test('an A of 1 gives a key that still depends on the verifier', () => {
  const b = randomBytes(32)
  const keys = [password, 'another'].map((word) => {
    const verifier = srpVerifier({ poolName, userId, password: word, salt: Buffer.alloc(16, 9) })
    return srpServerKey({ A: '1', B: 'abcdef', b, verifier })?.toString('hex')
  })
  assert.ok(keys[0] && keys[1])
  assert.notEqual(keys[0], keys[1])
})

test('arithmetic that would end in a key anybody could foresee gives none', () => {
  const verifier = srpVerifier({ poolName, userId, password, salt: newSalt() })
  const { b } = startSrp(verifier)
  for (const trivial of [0n, 1n, N - 1n]) {
    assert.equal(srpServerKey({ A: '5', B: 'abcdef', b, verifier: bytesOf(trivial) }), undefined)
  }
})

test('a device verifier outside 2 to N-2, or longer than a number of that size, is refused', () => {
  for (const good of [2n, N - 2n, 2n ** 3000n]) assert.equal(isSrpVerifier(bytesOf(good)), true)
  for (const bad of [0n, 1n, N - 1n, N, 2n ** 3072n]) assert.equal(isSrpVerifier(bytesOf(bad)), false)
  assert.equal(isSrpVerifier(Buffer.alloc(0)), false)
  assert.equal(isSrpVerifier(Buffer.concat([Buffer.alloc(2), bytesOf(N - 2n)])), false)
})

test('a salt has sixteen bytes and one spelling: no leading zero, no sign bit', () => {
  const made = Array.from({ length: 500 }, () => newSalt())
  for (const salt of made) {
    assert.equal(salt.length, 16)
    assert.match(salt.toString('hex'), /^[1-7]/)
    assert.equal(srpHex(salt), salt.toString('hex'))
  }
  assert.equal(new Set(made.map(srpHex)).size, made.length)
})

test('b has 256 random bits unless one is given', () => {
  const verifier = srpVerifier({ poolName, userId, password, salt: newSalt() })
  const [first, second] = [startSrp(verifier), startSrp(verifier)]
  assert.equal(first.b.length, 32)
  assert.notDeepEqual(first.b, second.b)
  assert.notEqual(first.B, second.B)
  assert.equal(startSrp(verifier, first.b).B, first.B)
})

test('a signature covers pool, user, secret block and time, in that order', () => {
  const key = randomBytes(16)
  const secretBlock = randomBytes(64)
  const timestamp = 'Tue May 6 00:09:40 UTC 2025'
  const block = { key, poolName, userId, secretBlock, timestamp }
  const message = Buffer.concat([Buffer.from(poolName + userId), secretBlock, Buffer.from(timestamp)])
  const signature = createHmac('sha256', key).update(message).digest('base64')

  assert.equal(srpSignature(block), signature)
  assert.equal(srpSignatureMatches(signature, block), true)
  assert.equal(srpSignatureMatches(signature, { ...block, key: randomBytes(16) }), false)
  assert.equal(srpSignatureMatches(signature, { ...block, poolName: 'Other1234' }), false)
  assert.equal(srpSignatureMatches(signature, { ...block, userId: 'somebody' }), false)
  assert.equal(srpSignatureMatches(signature, { ...block, secretBlock: randomBytes(64) }), false)
  assert.equal(srpSignatureMatches(signature, { ...block, timestamp: 'Tue May 6 00:09:41 UTC 2025' }), false)
  for (const wrong of ['', signature.slice(1), `${signature}=`, signature.toLowerCase()]) {
    assert.equal(srpSignatureMatches(wrong, block), false)
  }
})

test('the group is that of RFC 3526, 3072 bits, with the multiplier that clients compute', () => {
  assert.equal(N.toString(2).length, 3072)
  // N = 2^3072 - 2^3008 - 1 + 2^64 * (floor(2^2942 * pi) + 1690314): its outer 64 bits are ones.
  assert.equal(N >> 3008n, 2n ** 64n - 1n)
  assert.equal(N & (2n ** 64n - 1n), 2n ** 64n - 1n)
  assert.ok(plainK().toString(16).startsWith('538282c4354742d7'))
})

// The oracle: the same protocol in plain integers, as auth libraries for other languages write it.

function plainServer({ A, b, x }: { A: bigint; b: bigint; x: bigint }) {
  const v = powerOf(2n, x)
  const B = (plainK() * v + powerOf(2n, b)) % N
  const u = digest(pad(A), pad(B))
  const S = powerOf((A * powerOf(v, u)) % N, b)
  const key = Buffer.from(hkdfSync('sha256', pad(S), pad(u), 'Caldera Derived Key', 16))
  return { v, B, key }
}

function plainX(salt: Buffer): bigint {
  const identity = createHash('sha256').update(`${poolName}${userId}:${password}`).digest()
  return digest(pad(toInteger(salt)), identity)
}

function plainK(): bigint {
  return digest(pad(N), pad(2n))
}

function powerOf(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let square = base % N
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % N
    square = (square * square) % N
  }
  return result
}

function digest(...parts: Buffer[]): bigint {
  return toInteger(createHash('sha256').update(Buffer.concat(parts)).digest())
}

function pad(number: bigint): Buffer {
  const bytes = bytesOf(number)
  return bytes[0]! & 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes
}

function bytesOf(number: bigint): Buffer {
  const hex = number.toString(16)
  return Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex')
}

function toInteger(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`)
}

test('a process that has used the thread of powers ends by itself', async () => {
  const program = fileURLToPath(new URL('srp-process.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [program], { timeout: 20_000 })
  assert.equal(stdout.trim(), 'true')
})

test('the thread works out what the functions do', async () => {
  const salt = newSalt()
  const verifier = await srpVerifierAside({}, { poolName, userId, password, salt })
  assert.deepEqual(verifier, srpVerifier({ poolName, userId, password, salt }))
  const { B, b } = await startSrpAside({}, verifier)
  const client = newClient(poolName)
  const key = await srpServerKeyAside({}, { A: client.largeAValue.toString(16), B, b, verifier })
  assert.deepEqual(key, await clientKey(client, userId, password, B, srpHex(salt)))
  assert.equal(await srpServerKeyAside({}, { A: '0', B, b, verifier }), undefined)
})
