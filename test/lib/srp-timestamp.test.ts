import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatSrpTimestamp, parseSrpTimestamp } from '../../src/lib/srp-timestamp.ts'
import { clientTimestamp } from './srp-client.ts'

const times: [string, string][] = [
  ['Tue May 6 00:09:40 UTC 2025', '2025-05-06T00:09:40.000Z'],
  ['Thu Feb 29 23:59:59 UTC 2024', '2024-02-29T23:59:59.000Z'],
  ['Wed Dec 31 07:08:09 UTC 2025', '2025-12-31T07:08:09.000Z'],
  ['Thu Jan 1 00:00:00 UTC 2026', '2026-01-01T00:00:00.000Z'],
]

test('a time reads as it is written', () => {
  for (const [text, iso] of times) {
    assert.equal(parseSrpTimestamp(text)?.toISOString(), iso)
    assert.equal(formatSrpTimestamp(new Date(iso)), text)
  }
})

test('the time that the published client sends is read', () => {
  const time = parseSrpTimestamp(clientTimestamp())
  assert.ok(time && Math.abs(Date.now() - time.getTime()) < 5000)
})

test('a wrong day of the week and a padded day of the month are let pass', () => {
  assert.equal(parseSrpTimestamp('Tue May 7 00:09:40 UTC 2025')?.toISOString(), '2025-05-07T00:09:40.000Z')
  assert.equal(parseSrpTimestamp('Tue May 06 00:09:40 UTC 2025')?.toISOString(), '2025-05-06T00:09:40.000Z')
})

for (const text of [
  '',
  'yesterday',
  '2025-05-06T00:09:40Z',
  '1746490180',
  'Tue May 6 00:09:40 GMT 2025',
  'Tue May 6 00:09:40 2025',
  'tue may 6 00:09:40 UTC 2025',
  'Die Mai 6 00:09:40 UTC 2025',
  'Tue May 6 0:09:40 UTC 2025',
  'Tue May 6 00:09:40 UTC 25',
  'Tue May 0 00:09:40 UTC 2025',
  'Tue May 32 00:09:40 UTC 2025',
  'Sun Feb 30 00:09:40 UTC 2025',
  'Sat Feb 29 00:09:40 UTC 2025',
  'Tue May 6 24:00:00 UTC 2025',
  'Tue May 6 25:09:40 UTC 2025',
  'Tue May 6 00:60:40 UTC 2025',
  ' Tue May 6 00:09:40 UTC 2025',
  'Tue May 6 00:09:40 UTC 2025\n',
]) {
  test(`${JSON.stringify(text)} is no time`, () => {
    assert.equal(parseSrpTimestamp(text), undefined)
  })
}
