/** The console of a clone: built when it is first asked for, and again when a source has changed. */
import { glob, readFile, stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { deserialize } from 'node:v8'
import { type BuiltConsole, buildConsole } from './build.ts'

const folder = fileURLToPath(new URL('./', import.meta.url))

let current: { changedAt: number; console: Promise<BuiltConsole> } | undefined

/** Built once for all servers of a test run. */
let ofTestRun: Promise<BuiltConsole> | undefined

export async function currentConsole(): Promise<BuiltConsole> {
  const file = process.env.POOLHOUSE_TEST_CONSOLE
  if (file) {
    ofTestRun ??= readFile(file).then(deserialize)
    return ofTestRun
  }
  const changedAt = await lastChange()
  if (current?.changedAt !== changedAt) {
    current = { changedAt, console: buildConsole() }
    // What failed is tried again with the next request.
    current.console.catch(() => {
      current = undefined
    })
  }
  return current.console
}

async function lastChange(): Promise<number> {
  const files = await Array.fromAsync(glob('**/*.{ts,tsx,css,svg}', { cwd: folder }))
  const times = await Promise.all(files.map(async (file) => (await stat(folder + file)).mtimeMs))
  return Math.max(...times)
}
