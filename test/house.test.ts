import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { glob, readdir, readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { againstTheOrder, circles, type Import, importsBetweenRooms, importsWithin, storeys } from '../scripts/house.ts'
import { factors } from '../src/pool/factors/index.ts'

// Which folders of src a file may import from, by the folder it stands in. `model` is open to all.
const allowed: Record<string, string[]> = {
  wire: ['administration', 'pool', 'store', 'lib'],
  sts: ['administration', 'wire', 'pool', 'store', 'lib'],
  administration: ['pool', 'store', 'lib'],
  oauth: ['pool', 'store', 'lib'],
  hosted: ['pool', 'store', 'lib'],
  console: ['administration', 'lib'],
  pool: ['store', 'delivery', 'triggers', 'lib'],
  store: ['lib'],
  delivery: ['store', 'lib'],
  triggers: ['lib'],
  lib: [],
  model: [],
}

// The only door between surfaces is oauth's interaction; the search for a request's pool stands beside it.
const doors = [
  ['src/hosted/', 'src/oauth/interaction.ts'],
  ['src/hosted/', 'src/oauth/surface.ts'],
]

// Every folder may know what the process has, and, for the types of its answers, how an operation is declared.
const shared = ['src/context.ts', 'src/config.ts']

const importPattern = /(?:^|\n)\s*(?:import|export)\s+(type\s)?[^'"`;]*?from\s+'([^']+)'|import\('([^']+)'\)/g

test('imports point one way through the house', async () => {
  const wrong = (await importsWithin('src/**/*.ts')).filter((found) => !isAllowed(found))
  assert.deepEqual(wrong, [])
})

function isAllowed({ from, to, isType }: Import): boolean {
  const folder = from.split('/')[1]!
  const targets = allowed[folder]
  if (!targets || shared.includes(to)) return true
  if ([folder, 'model', ...targets].includes(to.split('/')[1]!)) return true
  if (doors.some(([start, end]) => from.startsWith(start!) && to === end)) return true
  // The service model's table of operations is typed by the handlers that implement it.
  return folder === 'model' && isType && to === 'src/pool/handler.ts'
}

test('every folder of the pool is in a layer, and imports only from below it', async () => {
  const rooms = await readdir('src/pool')
  assert.deepEqual(rooms.sort(), Object.values(storeys).flat().sort())
  assert.deepEqual(againstTheOrder(await importsBetweenRooms()), [])
})

test('no rooms of the pool import each other in a circle', async () => {
  assert.deepEqual(circles(await importsBetweenRooms()), [])
})

test('only one module depends on its own path, since bundled modules are moved', async () => {
  const wrong: string[] = []
  for await (const file of glob('{src,migrations}/**/*.ts')) {
    if (file === 'src/lib/installed.ts') continue
    if (/import\.meta\.(url|dirname|filename)/.test(await readFile(file, 'utf8'))) wrong.push(file)
  }
  assert.deepEqual(wrong, [])
})

test('the body knows nothing of HTTP, pages or the OAuth engine', async () => {
  const wrong: string[] = []
  for await (const file of glob('src/{pool,store,lib,model,delivery,triggers}/**/*.ts')) {
    for (const [, , from, dynamic] of (await readFile(file, 'utf8')).matchAll(importPattern)) {
      if (/^(koa|handlebars|oidc-provider)(\/|$)/.test(from ?? dynamic!))
        wrong.push(`${file} imports ${from ?? dynamic}`)
    }
  }
  assert.deepEqual(wrong, [])
})

test('what exists in development alone is loaded by nothing that production loads', async () => {
  const wrong: string[] = []
  for await (const file of glob('src/**/*.ts')) {
    if (/^src\/(dev|testing)\/|^src\/cli\/(dev|dev-server|seed)\.ts$/.test(file)) continue
    for (const [, type, from] of (await readFile(file, 'utf8')).matchAll(importPattern)) {
      if (!type && from?.includes('/dev/')) wrong.push(`${file} imports ${from}`)
    }
  }
  assert.deepEqual(wrong, [])
})

// An error tells code its type, reason and field, and people its words: whoever rewords it must break nothing.
const wordComparisons = [
  /\bmessage\s*[!=]==(?! '')/,
  /[!=]==\s*(\w+\.)*message\b(?!\.)/,
  /\bswitch \([^)]*\bmessage\)/,
  /\bmessage\??\.(startsWith|endsWith|includes|indexOf|search|match|matchAll)\(/,
  /\.(test|exec|has|get|includes|startsWith|endsWith)\((\w+\.)*message\)/,
  // A sentence, or the beginning of one.
  /([!=]==|\bcase|\b(startsWith|endsWith|includes|indexOf)\()\s*(['"`])[A-Z][a-z]+ [a-z]\w*/,
  /\/\^?(\(\?:)?[A-Z][a-z]+ [a-z]\w*[^/\n]*\/[a-z]*\.(test|exec)\(/,
]

// These messages are no error's: what a worker posts, and a template.
const otherMessages = ['src/jobs/import-thread.ts', 'src/pool/pools/delivery-rules.ts']
// A library whose errors have no codes.
const foreignErrors = ['src/oauth/federation/read-saml-error.ts']

test('no code compares or parses the words of an error', async () => {
  const wrong: string[] = []
  for await (const file of glob('src/**/*.ts')) {
    if (otherMessages.includes(file) || foreignErrors.includes(file)) continue
    const lines = (await readFile(file, 'utf8')).split('\n')
    for (const [index, line] of lines.entries())
      if (wordComparisons.some((pattern) => pattern.test(line))) wrong.push(`${file}:${index + 1} ${line.trim()}`)
  }
  assert.deepEqual(wrong, [])
})

test('a factor is named in the file of its facts, and elsewhere is asked for what it says of itself', async () => {
  const names = factors.filter(({ proves }) => !proves.includes('pwd')).map(({ name }) => name)
  const homes = new Map<string, string[]>(names.map((name) => [name, []]))
  for await (const file of glob('src/**/*.ts')) {
    const text = await readFile(file, 'utf8')
    for (const [name, files] of homes) if (text.includes(`'${name}'`)) files.push(file)
  }
  for (const [name, files] of homes) {
    assert.equal(files.length, 1, `${name} in ${files}`)
    assert.match(files[0]!, /^src\/pool\/factors\//)
  }
})

test('SQL is spoken in stores alone', async () => {
  const wrong: string[] = []
  for await (const file of glob('src/{pool,administration,sts}/**/*.ts')) {
    if (file.endsWith('-store.ts')) continue
    const text = await readFile(file, 'utf8')
    if (/\bsql(<[^`]*>)?`|\.(selectFrom|insertInto|updateTable|deleteFrom)\(/.test(text)) wrong.push(file)
  }
  assert.deepEqual(wrong, [])
})

test('the table of operations in the README is the one that the handlers make', () => {
  const { status } = spawnSync(process.execPath, ['scripts/readme-table.ts', '--check'])
  assert.equal(status, 0, 'Run npm run docs')
})
