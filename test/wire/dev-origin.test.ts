import assert from 'node:assert/strict'
import { test } from 'node:test'
import { foreignNameFinder, requireOwnName } from '../../src/wire/dev-origin.ts'

const foreignName = foreignNameFinder({
  publicUrl: 'http://dev.example.test:9500',
  internalUrl: 'http://poolhouse:9500',
  domainSuffix: 'auth.example.test',
  allowedHosts: ['laptop.example.test'],
})

const ours = [
  'localhost:9500',
  'LOCALHOST',
  'localhost.:9500',
  'app.localhost:3000',
  '127.0.0.1:9500',
  '127.8.8.8',
  '[::1]:9500',
  'dev.example.test:9500',
  'poolhouse:9500',
  'demo.auth.example.test',
  'laptop.example.test:1234',
]
const foreign = [
  'evil.example',
  'evil.example:9500',
  'localhost.evil.example',
  'evil-localhost',
  '127.0.0.1.evil.example',
  '0.0.0.0:9500',
  '192.168.1.2',
  '[::2]:9500',
  'auth.example.test.evil.example',
  '',
]

test('calls by names of our own are let through', () => {
  for (const host of ours) assert.equal(foreignName({ host, origin: undefined }), undefined, host)
  for (const host of ours) assert.equal(foreignName({ host: 'localhost', origin: `http://${host}` }), undefined, host)
})

test('a foreign Host is named, as after a name was pointed at the loopback address', () => {
  for (const host of foreign) assert.equal(foreignName({ host, origin: undefined }), host)
  assert.notEqual(foreignName({ host: undefined, origin: undefined }), undefined)
})

test('a foreign Origin is named, and so is one that hides itself', () => {
  for (const host of foreign) assert.notEqual(foreignName({ host: 'localhost', origin: `https://${host}` }), undefined)
  for (const origin of ['null', '', 'xxlocalhost', '://localhost'])
    assert.equal(foreignName({ host: 'localhost', origin }), origin)
})

test('what is foreign is denied with a reason', () => {
  assert.throws(() => requireOwnName('https://evil.example'), {
    type: 'AccessDeniedException',
    message: /evil\.example/,
  })
  assert.doesNotThrow(() => requireOwnName(undefined))
})
