import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from '../../src/config.ts'

const production = {
  DATABASE_URL: 'postgres://db/poolhouse',
  POOLHOUSE_MASTER_KEY: Buffer.alloc(32).toString('base64'),
  POOLHOUSE_PUBLIC_URL: 'https://id.example.com',
  POOLHOUSE_ACCESS_KEY_ID: 'AKIDADMIN',
  POOLHOUSE_SECRET_ACCESS_KEY: 'a secret of sixteen',
}
const secret = 'a secret of sixteen'
const hooks = (url: string, more = {}) => JSON.stringify({ welcome: { url, secret, ...more } })

test('webhooks are named, over https, with a secret worth the name', () => {
  const read = (mode: 'dev' | 'serve', POOLHOUSE_WEBHOOKS: string) =>
    readConfig(mode, { ...production, POOLHOUSE_WEBHOOKS }).webhooks
  assert.deepEqual(read('serve', hooks('https://hooks.example.com/a')), {
    welcome: { url: 'https://hooks.example.com/a', secret },
  })
  assert.ok(read('dev', hooks('http://localhost:3000/a')))
  for (const wrong of [
    hooks('http://hooks.example.com/a'),
    hooks('https://hooks.example.com/a', { secret: 'short' }),
    hooks('not a url'),
    '[]',
    '"text"',
    '{',
    '{"welcome":null}',
  ])
    assert.throws(() => read('serve', wrong), /POOLHOUSE_WEBHOOKS must be a JSON object/, wrong)
})

test('keys of senders have 32 bytes, and a refusal does not repeat them', () => {
  const read = (value: string) =>
    readConfig('serve', { ...production, POOLHOUSE_SENDER_KEYS: JSON.stringify({ 'arn:aws:kms:x': value }) }).senderKeys
  assert.equal(read(Buffer.alloc(32, 7).toString('base64'))!['arn:aws:kms:x']!.length, 32)
  for (const wrong of [Buffer.alloc(16).toString('base64'), 'c2VjcmV0', ''])
    assert.throws(
      () => read(wrong),
      (error: Error) => /POOLHOUSE_SENDER_KEYS/.test(error.message) && !(wrong && error.message.includes(wrong)),
    )
})

test('private addresses are out of reach in production unless they are allowed', () => {
  assert.equal(readConfig('serve', production).allowPrivateAddresses, false)
  assert.equal(
    readConfig('serve', { ...production, POOLHOUSE_ALLOW_PRIVATE_ADDRESSES: 'on' }).allowPrivateAddresses,
    true,
  )
  assert.equal(readConfig('dev', {}).allowPrivateAddresses, true)
})

test('half a key pair for Lambda is none', () => {
  const half = { ...production, POOLHOUSE_LAMBDA_ACCESS_KEY_ID: 'AKID' }
  assert.throws(() => readConfig('serve', half), /POOLHOUSE_LAMBDA_SECRET_ACCESS_KEY must be set together/)
})
