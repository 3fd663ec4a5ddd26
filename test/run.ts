// Runs the tests: one PostgreSQL for all of them, a database for each file, two files at a time.
// `npm test` runs everything but *.slow.test.ts; `npm run test:slow` those; `npm test -- PATH…` the named files, and
// those of the named folders.
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { serialize } from 'node:v8'
import { buildConsole } from '../console/build.ts'
import { startEmbeddedDatabase } from '../src/store/embedded/index.ts'
import { startSharedChromium } from './support/chromium.ts'
import { createTemplate } from './support/database.ts'

const named = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const slow = process.argv.includes('--slow')

const embedded = process.env.TEST_DATABASE_URL ? undefined : await startOwnDatabase()
const connection = process.env.TEST_DATABASE_URL ?? embedded!.connection
await createTemplate(connection)
process.env.POOLHOUSE_TEST_SERVER = JSON.stringify(connection)

const files = await testFiles()
const compileCache = files.length > 1 ? compileOnce() : undefined
// One start for all of them; a single file starts its own where it needs one.
const browser = files.length > 1 ? await startSharedChromium(named.length === 0) : undefined
const consoleFolder = files.some((file) => file.includes('console')) ? await buildConsoleOnce() : undefined

let failed = false
const execArgv = ['--import', new URL('support/ends-by-itself.ts', import.meta.url).href]
const stream = run({ files, concurrency: 2, timeout: slow ? 1_800_000 : 300_000, execArgv })
stream.on('test:fail', () => {
  failed = true
})
stream.compose(spec).pipe(process.stdout)
await new Promise((resolve) => stream.on('end', resolve))
await browser?.close()
await embedded?.stop()
for (const folder of [consoleFolder, compileCache]) if (folder) rmSync(folder, { recursive: true, force: true })
process.exitCode = failed ? 1 : 0

async function testFiles(): Promise<string[]> {
  const paths = named.length > 0 ? named : ['test']
  const folders = paths.filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory())
  const inFolders = await Array.fromAsync(glob(folders.map((folder) => join(folder, '**/*.test.ts'))))
  const chosen = [
    ...inFolders.filter((file) => file.endsWith('.slow.test.ts') === slow),
    ...(await Array.fromAsync(glob(paths.filter((path) => !folders.includes(path))))),
  ]
  if (chosen.length === 0) throw new Error(`No test matches ${paths.join(' ')}`)
  return [...new Set(chosen)].sort()
}

/** The files of tests, and the programs that they start, share what Node makes of the sources. */
function compileOnce(): string {
  const folder = mkdtempSync(join(tmpdir(), 'poolhouse-compiled-'))
  process.env.NODE_COMPILE_CACHE = folder
  return folder
}

/** The bundle, which takes each server a second or two. */
async function buildConsoleOnce(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'poolhouse-console-'))
  process.env.POOLHOUSE_TEST_CONSOLE = join(folder, 'console')
  writeFileSync(process.env.POOLHOUSE_TEST_CONSOLE, serialize(await buildConsole()))
  return folder
}

async function startOwnDatabase() {
  const dataDir = mkdtempSync(join(tmpdir(), 'poolhouse-test-'))
  const database = await startEmbeddedDatabase({ dataDir })
  return {
    connection: database.connection,
    async stop() {
      await database.stop()
      // As root the database may have had to go elsewhere.
      for (const folder of [dataDir, database.dataDir]) rmSync(folder, { recursive: true, force: true })
    },
  }
}
