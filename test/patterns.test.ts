import assert from 'node:assert/strict'
import { glob, readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { test } from 'node:test'
import { tokenizer } from 'acorn'
import { checkSync } from 'recheck'
import { readClassicCss } from '../src/pool/branding/classic-css.ts'
import { htmlToText } from '../src/pool/messages/fill.ts'

/** The regular expressions of a file, each with its line. */
function patternsOf(source: string): { line: number; pattern: string; flags: string }[] {
  const text = stripTypeScriptTypes(source)
  const found = []
  for (const token of tokenizer(text, { ecmaVersion: 'latest', sourceType: 'module' })) {
    if (token.type.label !== 'regexp') continue
    const { pattern, flags } = (token as unknown as { value: { pattern: string; flags: string } }).value
    found.push({ line: text.slice(0, token.start).split('\n').length, pattern, flags })
  }
  return found
}

/** What a check may cost is counted in characters alone: in time, a busy machine would make safe patterns look slow. */
const limits = { timeout: 60_000, attackTimeout: null, incubationTimeout: null, seedingTimeout: null, randomSeed: 1 }

test('every pattern of the server takes linear time, whatever it is given', async () => {
  const wrong: string[] = []
  const safe = new Set<string>()
  let count = 0
  for await (const file of glob('src/**/*.ts')) {
    for (const { line, pattern, flags } of patternsOf(await readFile(file, 'utf8'))) {
      count++
      if (safe.has(pattern)) continue
      const { status } = checkSync(pattern, flags, limits)
      if (status === 'safe') safe.add(pattern)
      else wrong.push(`${file}:${line} ${status} /${pattern}/${flags}`)
    }
  }
  assert.deepEqual(wrong, [])
  assert.ok(count > 200, `${count} patterns were found`)
})

/** How long `act` takes on this thread's processor, which other processes don't lengthen. */
function cost(act: () => void): number {
  const before = process.threadCpuUsage()
  act()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000
}

test('hostile stylesheets and mails are read in a moment', () => {
  const css = [
    `.label-customizable ${' '.repeat(60_000)}`,
    `.label-customizable {color:${' '.repeat(60_000)}`,
    '/*'.repeat(60_000),
    '{'.repeat(60_000),
  ]
  for (const text of css) assert.ok(cost(() => assert.throws(() => readClassicCss(text))) < 500)
  const mails = [
    '<style>'.repeat(10_000),
    '<a href="'.repeat(10_000),
    '<a href=""'.repeat(10_000),
    `</style${' '.repeat(60_000)}`,
  ]
  for (const html of mails) assert.ok(cost(() => htmlToText(html)) < 500)
})
