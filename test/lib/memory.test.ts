import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Memory, remembered } from '../../src/lib/memory.ts'

test('a server finds again what it remembers, and nothing that another one does', () => {
  const names = remembered(() => new Set<string>())
  const ages = remembered(() => new Set<string>())
  const [one, other] = [{ memory: new Memory() }, { memory: new Memory() }]
  names(one).add('ann')
  assert.ok(names({ ...one }).has('ann'))
  assert.ok(!names(other).has('ann'))
  assert.ok(!ages(one).has('ann'))
})
