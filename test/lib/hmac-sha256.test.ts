import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { createHmacSha256 } from '../../src/lib/hmac-sha256.ts'

const hex = (text: string) => Buffer.from(text, 'hex')

// RFC 4231, those of its cases whose data is text.
const published: [key: Buffer, text: string, mac: string][] = [
  [Buffer.alloc(20, 0x0b), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
  [
    Buffer.from('Jefe'),
    'what do ya want for nothing?',
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
  [
    Buffer.alloc(131, 0xaa),
    'Test Using Larger Than Block-Size Key - Hash Key First',
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  ],
  [
    Buffer.alloc(131, 0xaa),
    'This is a test using a larger than block-size key and a larger than block-size data. ' +
      'The key needs to be hashed before being used by the HMAC algorithm.',
    '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
  ],
]

for (const [key, text, mac] of published)
  test(`the published vector "${text.slice(0, 30)}" comes out`, () => {
    assert.deepEqual(createHmacSha256(key)(text), hex(mac))
  })

test('a key is used again and again, whatever its length and the text’s', () => {
  for (const length of [0, 1, 32, 63, 64, 65, 200]) {
    const key = randomBytes(length)
    const mac = createHmacSha256(key)
    const results = ['', 'a', 'ü€😀', 'x'.repeat(1000)].map((text) => ({ text, ours: mac(text) }))
    for (const { text, ours } of results) assert.deepEqual(ours, createHmac('sha256', key).update(text).digest())
  }
})
