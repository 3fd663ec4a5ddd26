import assert from 'node:assert/strict'
import { openSync } from 'node:fs'
import { test } from 'node:test'
import { bufferedLog, createLogStream } from '../../src/lib/log-stream.ts'

/** A sink that takes nothing until it is opened, and at most so many bytes at a time. */
function valve(most = Number.POSITIVE_INFINITY) {
  let open = false
  let text = ''
  return {
    open: () => {
      open = true
    },
    text: () => text,
    sink: async (bytes: Buffer) => {
      if (!open) return { written: 0, error: new Error('ENOSPC') }
      const written = Math.min(most, bytes.length)
      text += bytes.subarray(0, written)
      return { written }
    },
  }
}

test('lines are written in their order, however little is taken at once', async () => {
  const { open, text, sink } = valve(3)
  open()
  const log = bufferedLog(sink)
  for (const line of ['one\n', 'two\n', 'three\n']) log.write(line)
  await log.flush(1000)
  assert.equal(text(), 'one\ntwo\nthree\n')
})

test('what a full disk does not take is written once there is room, and what was lost is counted', async () => {
  const { open, text, sink } = valve()
  const log = bufferedLog(sink, { maxBytes: 20, retryEvery: 5 })
  for (let i = 0; i < 10; i++) log.write(`line ${i}\n`)
  open()
  await log.flush(1000)
  const [first, second, notice] = text().trimEnd().split('\n')
  assert.deepEqual([first, second], ['line 0', 'line 1'])
  const { lost, msg, level } = JSON.parse(notice!)
  assert.deepEqual({ lost, msg, level }, { lost: 8, msg: 'log lines were lost', level: 40 })
  log.write('later\n')
  await log.flush(1000)
  assert.match(text(), /lost"}\nlater\n$/)
})

test('a log device that is always full blocks nobody: a flush gives up after its timeout', async () => {
  const log = createLogStream(openSync('/dev/full', 'w'), { retryEvery: 10 })
  log.write('line\n')
  const begun = performance.now()
  await log.flush(100)
  const took = performance.now() - begun
  assert.ok(took >= 90 && took < 2000, `${took} ms`)
})
