import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'
import { unpooled } from '../../src/lib/unpooled.ts'

test('a message to another thread carries its own bytes, and not the pool that they lie in', () => {
  const { port1, port2 } = new MessageChannel()
  const received = (value: unknown) => {
    port1.postMessage(value)
    return receiveMessageOnPort(port2)!.message
  }
  const key = Buffer.from('a key')
  assert.ok(received(key).buffer.byteLength > key.length)
  const message = received(unpooled({ key, name: 'ann', none: undefined }))
  assert.deepEqual(message, { key: new Uint8Array(key), name: 'ann', none: undefined })
  assert.equal(message.key.buffer.byteLength, key.length)
  assert.deepEqual(received(unpooled(key)), new Uint8Array(key))
  assert.equal(unpooled(undefined), undefined)
  port1.close()
})
