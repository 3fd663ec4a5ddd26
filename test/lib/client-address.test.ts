import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClientAddress, createPeerTrust } from '../../src/lib/client-address.ts'

const cases: [what: string, trust: number | string[], peer: string, forwarded: string | undefined, client: string][] = [
  ['without trust the peer counts, whatever it claims', 0, '198.51.100.7', '10.0.0.1', '198.51.100.7'],
  ['one hop believes the last entry', 1, '10.0.0.2', '203.0.113.5', '203.0.113.5'],
  ['one hop does not believe what the client wrote itself', 1, '10.0.0.2', '192.0.2.66, 203.0.113.5', '203.0.113.5'],
  ['two hops reach the second entry from the right', 2, '10.0.0.2', '203.0.113.5, 10.0.0.3', '203.0.113.5'],
  [
    'a range is followed as long as the chain stays in it',
    ['10.0.0.0/8'],
    '10.0.0.2',
    '192.0.2.66, 203.0.113.5, 10.0.0.3',
    '203.0.113.5',
  ],
  ['a peer outside the range is the client', ['10.0.0.0/8'], '198.51.100.7', '203.0.113.5', '198.51.100.7'],
  ['an entry that is no address ends the chain', ['10.0.0.0/8'], '10.0.0.2', 'unknown', '10.0.0.2'],
  ['an IPv4 peer of a dual-stack socket is matched', ['10.0.0.0/8'], '::ffff:10.0.0.2', '203.0.113.5', '203.0.113.5'],
  ['IPv6 ranges work', ['fd00::/8'], 'fd00::1', '2001:db8::5', '2001:db8::5'],
]
for (const [what, trust, peer, forwarded, client] of cases) {
  test(what, () => assert.equal(createClientAddress(trust)(peer, forwarded), client))
}

test('forwarded protocol and host count only from a trusted peer', () => {
  assert.equal(createPeerTrust(0)('10.0.0.2'), false)
  assert.equal(createPeerTrust(1)('10.0.0.2'), true)
  assert.equal(createPeerTrust(['10.0.0.0/8'])('::ffff:10.0.0.2'), true)
  assert.equal(createPeerTrust(['10.0.0.0/8'])('198.51.100.7'), false)
})
