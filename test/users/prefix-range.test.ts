import assert from 'node:assert/strict'
import { test } from 'node:test'
import { afterPrefix } from '../../src/pool/users/prefix-range.ts'

test('the end of a prefix is the next text of its length, or of a shorter one', () => {
  assert.equal(afterPrefix('ab'), 'ac')
  assert.equal(afterPrefix('a\u{10ffff}'), 'b')
  assert.equal(afterPrefix('\ud7ff'), '\ue000')
  assert.equal(afterPrefix('😀'), '😁')
  assert.equal(afterPrefix('\u{10ffff}'), undefined)
  assert.equal(afterPrefix(''), undefined)
})
