import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { bundledPackages } from '../scripts/build.ts'

// Licences, by their SPDX ids, under which a package may be part of an installation: they ask for no more than that
// their text goes along. Any other needs a decision, and then a line among the exceptions.
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
])

/** Packages under another licence, or under none that package-lock.json names: licence and why it may stay. */
const exceptions: Record<string, { license: string | undefined; reason: string }> = {}

interface Package {
  version: string
  license?: string
  dev?: boolean
}

const { packages } = JSON.parse(await readFile('package-lock.json', 'utf8')) as { packages: Record<string, Package> }

test('what npm installs with Poolhouse is under a licence of the list', () => {
  const installed = Object.entries(packages).filter(([folder, { dev }]) => folder !== '' && !dev)
  assert.ok(installed.length > 100, `only ${installed.length} packages`)
  assert.deepEqual(unlisted(installed), [])
})

test('what is bundled into the published files is under a licence of the list', async () => {
  const folders = await bundledPackages()
  // Of the server, and of the console.
  for (const known of ['kysely', 'oidc-provider', 'react'])
    assert.ok(folders.includes(`node_modules/${known}`), `${known} is not bundled`)
  const missing = folders.filter((folder) => !packages[folder])
  assert.deepEqual(missing, [], 'not in package-lock.json')
  assert.deepEqual(unlisted(folders.map((folder) => [folder, packages[folder]!])), [])
})

test('no exception is left for a package that is gone or has changed its licence', () => {
  const stale = Object.entries(exceptions).filter(([folder, { license }]) => {
    const found = packages[folder]
    return !found || found.license !== license
  })
  assert.deepEqual(stale, [])
})

test('a licence that is not on the list is named with its package, and so is a package without one', () => {
  const some: [string, Package][] = [
    ['node_modules/copyleft', { version: '1.0.0', license: 'AGPL-3.0-only' }],
    ['node_modules/either', { version: '1.0.0', license: '(GPL-2.0-only OR MIT)' }],
    ['node_modules/both', { version: '1.0.0', license: 'MIT AND GPL-2.0-only' }],
    ['node_modules/none', { version: '2.0.0' }],
  ]
  assert.deepEqual(unlisted(some), [
    'node_modules/copyleft 1.0.0: AGPL-3.0-only',
    'node_modules/both 1.0.0: MIT AND GPL-2.0-only',
    'node_modules/none 2.0.0: no licence',
  ])
})

function unlisted(found: [folder: string, found: Package][]): string[] {
  return found
    .filter(([folder, { license }]) => !isAllowed(license) && !isException(folder, license))
    .map(([folder, { version, license }]) => `${folder} ${version}: ${license ?? 'no licence'}`)
}

function isException(folder: string, license: string | undefined): boolean {
  const exception = exceptions[folder]
  return exception !== undefined && exception.license === license
}

/** Of alternatives one is enough; of what holds together, all. */
function isAllowed(license = ''): boolean {
  const alternatives = license.replace(/^\((.*)\)$/, '$1').split(' OR ')
  return alternatives.some((one) => one.split(' AND ').every((id) => allowed.has(id)))
}
