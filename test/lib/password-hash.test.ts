import assert from 'node:assert/strict'
import { test } from 'node:test'
import { QueueFull } from '../../src/lib/fair-queue.ts'
import { dummyHash, hashPassword, verifyPassword } from '../../src/lib/password-hash.ts'

test('a password verifies against its own hash and no other', async () => {
  const phc = await hashPassword('Correct horse 7')
  assert.match(phc, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
  assert.equal(await verifyPassword(phc, 'Correct horse 7'), true)
  assert.equal(await verifyPassword(phc, 'Correct horse 8'), false)
  assert.equal(await verifyPassword(phc, 'Correct horse 7 '), false)
  assert.equal(await verifyPassword(phc, ''), false)
})

test('a password hashed twice has two hashes', async () => {
  assert.notEqual(await hashPassword('Correct horse 7'), await hashPassword('Correct horse 7'))
})

test('a password is its bytes: the same letters composed otherwise are another password', async () => {
  const phc = await hashPassword('caf\u00e9-Stra\u00dfe-1')
  assert.equal(await verifyPassword(phc, 'caf\u00e9-Stra\u00dfe-1'), true)
  assert.equal(await verifyPassword(phc, 'cafe\u0301-Stra\u00dfe-1'), false)
})

// Vectors of the Argon2 reference implementation, so that hashes made by other software verify.
test('published Argon2id hashes verify', async () => {
  const published = [
    '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4',
    '$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc',
    '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
  ]
  for (const phc of published) {
    assert.equal(await verifyPassword(phc, 'password'), true)
    assert.equal(await verifyPassword(phc, 'differentpassword'), false)
  }
})

test('what is no hash verifies nothing and throws nothing', async () => {
  for (const phc of ['', 'password', '$argon2id$', '$2b$10$abcdefghijklmnopqrstuv', `${dummyHash()}$`]) {
    assert.equal(await verifyPassword(phc, 'password'), false)
  }
})

test('a malformed hash, the dummy hash and a real hash take the same time', async () => {
  const hashes = [await hashPassword('Correct horse 7'), dummyHash(), 'no hash']
  const least = hashes.map(() => Number.POSITIVE_INFINITY)
  for (let round = 0; round < 5; round++) {
    for (const [index, hash] of hashes.entries()) {
      // Time of the processor, its threads included: a busy machine lengthens any other.
      const begin = process.cpuUsage()
      await verifyPassword(hash, 'wrong')
      const { user, system } = process.cpuUsage(begin)
      least[index] = Math.min(least[index]!, user + system)
    }
  }
  const [real, ...others] = least
  for (const other of others) {
    const ratio = other / real!
    assert.ok(ratio > 0.5 && ratio < 2, `took ${ratio} times as long`)
  }
})

test('the dummy hash is always the same, and matches no password', async () => {
  assert.equal(dummyHash(), dummyHash())
  assert.match(dummyHash(), /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
  for (const guess of ['', 'password', dummyHash()]) assert.equal(await verifyPassword(dummyHash(), guess), false)
})

test('past 512 waiting passwords the next is refused, and those that wait are served', {
  timeout: 60_000,
}, async () => {
  // A hash of the least cost, so that a full queue is emptied in a moment.
  const cheap = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'
  const answers = await Promise.allSettled(Array.from({ length: 600 }, () => verifyPassword(cheap, 'password')))
  const served = answers.filter(({ status }) => status === 'fulfilled').length
  const refused = answers.filter((answer) => answer.status === 'rejected' && answer.reason instanceof QueueFull)

  assert.ok(served >= 513 && served <= 512 + 64, `${served} were served`)
  assert.equal(served + refused.length, 600)
  assert.equal(await verifyPassword(cheap, 'password'), true)
})
