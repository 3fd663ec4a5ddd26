// Compares the service model with the newest SDK in the registry and lists what is new there: operations, members, enum
// values, errors. Exits with 1 if there is anything, so that a scheduled run fails.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { allErrors, allShapes, operationNamed } from '../src/model/model.ts'
import { readSchemas } from './sdk-schemas.ts'

const sdkName = '@aws-sdk/client-cognito-identity-provider'

const folder = mkdtempSync(join(tmpdir(), 'poolhouse-api-'))
try {
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  execFileSync('npm', ['install', '--silent', '--ignore-scripts', `${sdkName}@latest`], {
    cwd: folder,
    stdio: 'inherit',
  })
  const packageFolder = join(folder, 'node_modules', sdkName)
  const { version, main } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'))
  const news = whatIsNew(await import(pathToFileURL(join(packageFolder, main)).href))
  console.log(
    news.length === 0 ? `Nothing new in ${sdkName} ${version}.` : [`New in ${version}:`, ...news].join('\n  '),
  )
  process.exitCode = news.length === 0 ? 0 : 1
} finally {
  rmSync(folder, { recursive: true })
}

function whatIsNew(sdk: object): string[] {
  const { operations, structures, enums, errors } = readSchemas(sdk)
  const newOperations = [...operations.keys()].filter((name) => !operationNamed(name))
  const newErrors = [...errors].filter((name) => !allErrors.has(name))
  return [
    ...newOperations.map((name) => `operation ${name}`),
    ...newErrors.map((name) => `error ${name}`),
    ...[...structures].flatMap(([name, { members }]) => newMembers(name, members)),
    ...[...enums].flatMap(([name, values]) => newValues(name, values)),
  ].toSorted()
}

function newMembers(structure: string, members: string[]): string[] {
  const shape = allShapes.get(structure)
  if (shape?.type !== 'structure') return [`structure ${structure}: ${members.join(', ')}`]
  return members.filter((member) => !shape.members[member]).map((member) => `member ${structure}.${member}`)
}

function newValues(name: string, values: string[]): string[] {
  const shape = allShapes.get(name)
  const known = shape?.type === 'string' ? (shape.enum ?? []) : []
  return values.filter((value) => !known.includes(value)).map((value) => `value ${value} of ${name}`)
}
