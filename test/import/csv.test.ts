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

test('a line that is too long or not UTF-8 is reported, and the next one is read', async () => {
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

test('whatever bytes come, in whatever pieces, the lines are the same, numbered, and within their length', async () => {
  const parts = ['\uFEFF', '\r\n', '\n', '\r', '"', ',', '\\,', '\\', '\0', 'a', '字', '\u2028', 'x'.repeat(9000)].map(
    (text) => Buffer.from(text),
  )
  parts.push(Buffer.from([0xc3]), Buffer.from([0xff, 0xfe]), Buffer.from([0xed, 0xa0, 0x80]))
  let state = 7
  const next = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
  for (let round = 0; round < 200; round++) {
    const whole = Buffer.concat(Array.from({ length: next(40) }, () => parts[next(parts.length)]!))
    const pieces: Buffer[] = []
    for (let at = 0; at < whole.length; ) {
      const end = at + 1 + next(5000)
      pieces.push(whole.subarray(at, end))
      at = end
    }
    const read = await lines(...pieces)
    assert.deepEqual(read, await lines(whole), `round ${round}`)
    for (const [index, [number, text]] of read.entries()) {
      assert.equal(number, index + 1)
      if (text === undefined) continue
      const line = text as string
      assert.ok(line.length <= maxRowLength && !/[\n\uFFFD]/.test(line))
      for (const field of csvFields(line)) assert.equal(field, field.trim())
    }
  }
})
