import assert from 'node:assert/strict'
import { argon2Sync, pbkdf2Sync, scryptSync } from 'node:crypto'
import { test } from 'node:test'
import { isForeignHash } from '../../src/lib/foreign-hash.ts'
import { verifyPassword } from '../../src/lib/password-hash.ts'

const salt = Buffer.from('0123456789abcdef')
const base64 = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')
const ab64 = (bytes: Buffer) => bytes.toString('base64').replaceAll('+', '.').replaceAll('=', '')

const cases: [what: string, algorithm: Parameters<typeof isForeignHash>[0], hash: string, password: string][] = [
  // A vector of the algorithm's authors, from the test suite of the reference implementation.
  ['bcrypt', 'BCRYPT', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'U*U'],
  [
    'scrypt',
    'SCRYPT',
    `16384$8$1$${salt.toString('hex')}$${scryptSync('Correct-horse-1', salt, 32, { N: 16384, r: 8, p: 1 }).toString('hex')}`,
    'Correct-horse-1',
  ],
  [
    'PBKDF2-SHA256',
    'PBKDF2_SHA256',
    `$pbkdf2-sha256$29000$${ab64(salt)}$${ab64(pbkdf2Sync('Correct-horse-1', salt, 29_000, 32, 'sha256'))}`,
    'Correct-horse-1',
  ],
  [
    'Argon2id',
    'ARGON2ID',
    `$argon2id$v=19$m=256,t=2,p=1$${base64(salt)}$${base64(
      argon2Sync('argon2id', {
        message: 'Correct-horse-1',
        nonce: salt,
        parallelism: 1,
        tagLength: 32,
        memory: 256,
        passes: 2,
      }),
    )}`,
    'Correct-horse-1',
  ],
]

for (const [what, algorithm, hash, password] of cases) {
  test(`a hash by ${what} takes its password and no other`, async () => {
    assert.ok(isForeignHash(algorithm, hash))
    assert.equal(await verifyPassword(hash, password), true)
    assert.equal(await verifyPassword(hash, `${password}x`), false)
    for (const [, other] of cases) if (other !== algorithm) assert.equal(isForeignHash(other, hash), false)
  })
}

const refused: [what: string, algorithm: Parameters<typeof isForeignHash>[0], hash: string][] = [
  ['a bcrypt cost over 12', 'BCRYPT', '$2b$13$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  ['a bcrypt hash cut short', 'BCRYPT', '$2b$10$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh'],
  ['scrypt over its cost', 'SCRYPT', `99999$8$1$${'00'.repeat(16)}$${'00'.repeat(32)}`],
  ['scrypt whose cost is no power of two', 'SCRYPT', `1000$8$1$${'00'.repeat(16)}$${'00'.repeat(32)}`],
  ['scrypt with more parallelism', 'SCRYPT', `1024$8$2$${'00'.repeat(16)}$${'00'.repeat(32)}`],
  ['PBKDF2 over its rounds', 'PBKDF2_SHA256', `$pbkdf2-sha256$600001$${ab64(salt)}$${'A'.repeat(43)}`],
  ['Argon2id over its memory', 'ARGON2ID', `$argon2id$v=19$m=65536,t=2,p=1$c29tc2FsdA$${'A'.repeat(43)}`],
  ['a plain password', 'BCRYPT', 'Correct-horse-1'],
]
for (const [what, algorithm, hash] of refused)
  test(`${what} is not accepted`, () => assert.equal(isForeignHash(algorithm, hash), false))
