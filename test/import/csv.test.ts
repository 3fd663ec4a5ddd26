import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csvFields, csvLines, maxRowLength } from '../../src/pool/import/csv-lines.ts'

async function lines(...pieces: (string | Buffer)[]) {
  async function* source() {
    for (const piece of pieces) yield Buffer.from(piece)
  }
  return (await Array.fromAsync(csvLines(source()))).map(({ number, text }) => [number, text])
}

test('lines are found whatever the pieces they come in', async () => {
  const whole = Buffer.from('a,b\r\nä,ö\nlast')
  const expected = [
    [1, 'a,b'],
    [2, 'ä,ö'],
    [3, 'last'],
  ]
  assert.deepEqual(await lines(whole), expected)
  assert.deepEqual(await lines(...Array.from(whole, (byte) => Buffer.from([byte]))), expected)
})

test('a byte order mark is no part of the header', async () => {
  assert.deepEqual(await lines('\uFEFFname\nx\n'), [
    [1, 'name'],
    [2, 'x'],
  ])
})

test('a line that is too long, or no UTF-8, is told apart, and the next is read', async () => {
  const piece = 'x'.repeat(maxRowLength)
  assert.deepEqual(await lines('h\n', piece, piece, piece, '\nok\n', Buffer.from([0xff, 0xfe]), '\nok2'), [
    [1, 'h'],
    [2, undefined],
    [3, 'ok'],
    [4, undefined],
    [5, 'ok2'],
  ])
})

test('fields: commas divide, a backslash takes the next comma, values are trimmed, quotes mean nothing', () => {
  assert.deepEqual(csvFields('a, b ,,'), ['a', 'b', '', ''])
  assert.deepEqual(csvFields('1\\, Main St\\\\,"x'), ['1, Main St\\', '"x'])
  assert.deepEqual(csvFields(''), [''])
})
