// What holds for every value, tried with a few hundred of them. FUZZ_SEED=7 npm test -- test/fuzz/properties.test.ts has others.
import assert from 'node:assert/strict'
import { createSecretKey, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { decodeBase32, encodeBase32 } from '../../src/lib/base32.ts'
import { createCallerLimits } from '../../src/lib/caller-limits.ts'
import { signJwt, verifyJwt } from '../../src/lib/jwt.ts'
import { createKeyring } from '../../src/lib/keyring.ts'
import { createSeal, SealBroken } from '../../src/lib/seal.ts'
import { formatSrpTimestamp, parseSrpTimestamp } from '../../src/lib/srp-timestamp.ts'
import { registeredUri } from '../../src/oauth/registered-uri.ts'
import type { Client } from '../../src/pool/clients/client.ts'
import { csvFields, csvLines } from '../../src/pool/import/csv-lines.ts'
import type { Pool } from '../../src/pool/pools/pool.ts'
import { parseUserFilter } from '../../src/pool/users/user-filter.ts'
import { parseTextArray, serializeTextArray } from '../../src/store/arrays.ts'
import { cutPage, decodeCursor, encodeCursor, type Json } from '../../src/store/page.ts'
import { mutate, seededRandom } from './mutate.ts'

const seed = Number(process.env.FUZZ_SEED ?? 1)
const tries = 300

/** Values for one property: the same for the same seed. */
class Values {
  readonly random: () => number

  constructor(seed: number) {
    this.random = seededRandom(seed)
  }

  below(end: number): number {
    return Math.floor(this.random() * end)
  }

  bytes(max = 40): Buffer {
    return Buffer.from(Array.from({ length: this.below(max + 1) }, () => this.below(256)))
  }

  /** Of letters, and of what escapes, divides and ends things. */
  text(max = 20): string {
    const letters = [
      'a',
      'B',
      'ß',
      'é',
      '😀',
      '7',
      ' ',
      ',',
      '"',
      "'",
      '\\',
      '{',
      '}',
      '=',
      '^',
      '%',
      '\n',
      '\t',
      '\u2028',
    ]
    return Array.from({ length: this.below(max + 1) }, () => letters[this.below(letters.length)]).join('')
  }

  json(depth = 3): Json {
    const kinds: (() => Json)[] = [
      () => null,
      () => this.random() < 0.5,
      () => this.below(1e9) - 5e8,
      () => this.text(),
      () => Array.from({ length: this.below(4) }, () => this.json(depth - 1)),
      () => Object.fromEntries(Array.from({ length: this.below(4) }, () => [this.text(6), this.json(depth - 1)])),
    ]
    return kinds[this.below(depth > 0 ? 6 : 4)]!()
  }
}

function property(name: string, holds: (values: Values) => void | Promise<void>): void {
  test(name, async () => {
    for (let number = 0; number < tries; number++) {
      try {
        await holds(new Values(seed * 1_000_003 + number))
      } catch (error) {
        throw new Error(`Try ${number} of seed ${seed}`, { cause: error })
      }
    }
  })
}

property('an array of texts is read from PostgreSQL as it was written', (values) => {
  const items = Array.from({ length: values.below(6) }, () => values.text())
  assert.deepEqual(parseTextArray(serializeTextArray(items)), items)
})

property('base32 is read as it was written, and has one spelling but for case and padding', (values) => {
  const bytes = values.bytes()
  const text = encodeBase32(bytes)
  assert.deepEqual(decodeBase32(text), bytes)
  const other = mutate(Buffer.from(text), [Buffer.from(text)], values.random).toString('latin1')
  const decoded = decodeBase32(other)
  if (decoded) assert.equal(encodeBase32(decoded), other.toUpperCase().replace(/=+$/, ''))
})

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

test('a token returns the signed claims, and no other encoding of it is accepted', async () => {
  for (let number = 0; number < 40; number++) {
    const values = new Values(seed * 1_000_003 + number)
    const payload = { claims: values.json() }
    const token = await signJwt('k', payload, privateKey)
    assert.deepEqual(await verifyJwt(token, () => publicKey), { payload })
    const other = mutate(Buffer.from(token), [Buffer.from(token)], values.random).toString('latin1')
    if (other !== token) assert.ok('refused' in (await verifyJwt(other, () => publicKey)), other)
  }
})

property('what is sealed opens in its place, and nowhere else, and not once it is changed', (values) => {
  const seal = createSeal({ id: Buffer.from('test'), key: createSecretKey(Buffer.alloc(32, 7)) })
  const [bytes, place] = [values.bytes(), values.text()]
  const sealed = seal.seal(bytes, place)
  assert.deepEqual(seal.open(sealed, place), bytes)
  assert.throws(() => seal.open(sealed, `${place}x`), SealBroken)
  const other = mutate(sealed, [sealed], values.random)
  if (!other.equals(sealed)) assert.throws(() => seal.open(other, place), SealBroken)
})

property('the time of a password claim is read as it was written', (values) => {
  const time = new Date(values.below(4_102_444_800) * 1000)
  assert.deepEqual(parseSrpTimestamp(formatSrpTimestamp(time)), time)
})

property('fields of a CSV line are read as they were escaped', (values) => {
  const fields = Array.from({ length: 1 + values.below(5) }, () => values.text().replaceAll('\n', '').trim())
  const line = fields.map((field) => field.replace(/[\\,]/g, '\\$&')).join(',')
  assert.deepEqual(csvFields(line), fields)
})

property('a CSV file has the same lines however it is cut into pieces', async (values) => {
  const file = Buffer.from(Array.from({ length: values.below(8) }, () => values.text()).join('\r\n'))
  async function* cut() {
    for (let at = 0; at < file.length; ) {
      const end = at + 1 + values.below(7)
      yield file.subarray(at, end)
      at = end
    }
  }
  async function* whole() {
    yield file
  }
  assert.deepEqual(await Array.fromAsync(csvLines(cut())), await Array.fromAsync(csvLines(whole())))
})

const pool = { settings: { UsernameConfiguration: { CaseSensitive: true } } } as Pool

property('a filter searches for the value that it quotes', (values) => {
  const value = values.text()
  const quoted = value.replace(/["\\]/g, '\\$&')
  const operator = values.random() < 0.5 ? '=' : '^='
  assert.deepEqual(parseUserFilter(pool, ` username ${operator} "${quoted}" `), {
    by: 'text',
    column: 'username',
    match: operator === '=' ? 'equals' : 'prefix',
    value,
  })
})

property('pages, each from where the one before ended, are the whole list', (values) => {
  const ctx = { keyring: createKeyring(Buffer.alloc(32, 1)) }
  const rows = Array.from({ length: values.below(50) }, (_, number) => ({ name: `${values.text(4)}${number}` }))
  const limit = 1 + values.below(9)
  const seen: typeof rows = []
  let token: string | undefined
  do {
    const position = decodeCursor(ctx, 'list', token)
    const from = position === undefined ? 0 : rows.findIndex(({ name }) => name === position) + 1
    const { items, next } = cutPage(rows.slice(from, from + limit + 1), limit, ({ name }) => name)
    assert.ok(items.length <= limit)
    seen.push(...items)
    token = next === undefined ? undefined : encodeCursor(ctx, 'list', next)
    if (token) assert.throws(() => decodeCursor(ctx, 'another list', token), { name: 'InvalidParameterException' })
  } while (token)
  assert.deepEqual(seen, rows)
})

property('in no stretch of time does a caller get more than its burst and its rate', (values) => {
  let now = 0
  const rate = 1 + values.below(20)
  const limits = createCallerLimits({ address: rate, pool: rate, client: rate }, () => now)
  const allowed: number[] = []
  for (let request = 0; request < 200; request++) {
    now += values.random() < 0.7 ? values.below(20) : values.below(3000)
    const { allowed: isAllowed, retryAfter } = limits.take('address', 'a')
    if (isAllowed) allowed.push(now)
    else assert.ok(retryAfter >= 1)
  }
  for (const [first, from] of allowed.entries())
    for (let last = first; last < allowed.length; last++)
      assert.ok(last - first + 1 <= rate * 5 + (rate * (allowed[last]! - from)) / 1000 + 1)
})

property('a redirect goes to an address as it was registered, or nowhere', (values) => {
  const CallbackURLs = ['https://app.example.com/back', 'http://localhost:3000/cb?x=1', 'com.example.app://in']
  const client = { settings: { CallbackURLs } } as Client
  const known = CallbackURLs[values.below(CallbackURLs.length)]!
  assert.equal(registeredUri(client, new URLSearchParams({ redirect_uri: known })), known)
  const other = mutate(
    Buffer.from(known),
    CallbackURLs.map((uri) => Buffer.from(uri)),
    values.random,
  ).toString()
  const found = registeredUri(client, new URLSearchParams({ redirect_uri: other }))
  assert.ok(found === undefined || (found === other && CallbackURLs.includes(other)))
})
