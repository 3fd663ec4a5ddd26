import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createInbox } from '../../src/delivery/inbox.ts'

const message = (id: string, userPoolId = 'pool') => ({
  id,
  userPoolId,
  medium: 'EMAIL' as const,
  to: `${id}@example.com`,
  subject: 'Hello',
  body: 'Hello',
  createdAt: '2026-01-01T00:00:00.000Z',
})

test('the inbox has the newest messages, and each of them once', () => {
  const inbox = createInbox(3)
  const ids = () => inbox.list().map(({ id }) => id)
  for (const id of ['a', 'b', 'a', 'c']) inbox.add(message(id))
  assert.deepEqual(ids(), ['a', 'b', 'c'])
  inbox.add(message('d'))
  assert.deepEqual(ids(), ['b', 'c', 'd'])
  inbox.add(message('d', 'other'))
  assert.deepEqual(ids(), ['c', 'd', 'd'])
  assert.deepEqual(inbox.list({ userPoolId: 'other', to: 'd@example.com' }), [message('d', 'other')])
  inbox.clear()
  assert.deepEqual(ids(), [])
})
