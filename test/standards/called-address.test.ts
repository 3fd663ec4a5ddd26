import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Config } from '../../src/config.ts'
import { calledUrls } from '../../src/pool/pools/called-address.ts'

const config = {
  mode: 'serve',
  publicUrl: 'https://id.example.com',
  internalUrl: 'http://poolhouse:9500',
  mtlsUrl: 'https://mtls.example.com',
  domainSuffix: 'auth.example.com',
} as Config
const pool = { domains: [{ domain: 'login.shop.example' }, { domain: 'shop' }] } as Parameters<typeof calledUrls>[1]

const urlsAt = (host: string, { protocol = 'https', mode = config.mode } = {}) =>
  calledUrls({ config: { ...config, mode } }, pool, { protocol, host, path: '/oauth2/token' })

test('an endpoint is known by the hosts of the installation and the domains of its pool', () => {
  for (const host of ['id.example.com', 'mtls.example.com', 'login.shop.example', 'shop.auth.example.com'])
    assert.deepEqual(urlsAt(host), [`https://${host}/oauth2/token`])
  assert.deepEqual(urlsAt('poolhouse:9500', { protocol: 'http' }), ['http://poolhouse:9500/oauth2/token'])
})

test('behind a proxy that does not say so, it is known by https as well', () => {
  assert.ok(urlsAt('id.example.com', { protocol: 'http' }).includes('https://id.example.com/oauth2/token'))
})

test('it is not known by the name of another pool, another port or a stranger', () => {
  for (const host of ['evil.example.com', 'other.auth.example.com', 'poolhouse', 'id.example.com:8443', '', '[', '@'])
    assert.deepEqual(urlsAt(host), [], host)
})

test('loopback names are known in development alone', () => {
  assert.deepEqual(urlsAt('127.0.0.1:9500', { protocol: 'http', mode: 'dev' }), ['http://127.0.0.1:9500/oauth2/token'])
  assert.deepEqual(urlsAt('127.0.0.1:9500'), [])
})
