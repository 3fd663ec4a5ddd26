import assert from 'node:assert/strict'
import { glob, readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { after, before, test } from 'node:test'
import * as errors from '../../src/model/errors.ts'
import { allOperations, type OperationName } from '../../src/model/model.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(() => server?.close())

const methodOf = (name: string) => name[0]!.toLowerCase() + name.slice(1)

test('every operation answers, and refuses an empty request in a declared way', async () => {
  const cognito = server.cognito as unknown as Record<string, (input: object) => Promise<unknown>>
  const wrong: string[] = []
  for (const operation of allOperations) {
    const refusal = await cognito[methodOf(operation.name)]!({}).then(
      () => undefined,
      (error: Error) => error.name,
    )
    if (refusal !== undefined && !operation.errors.includes(refusal)) wrong.push(`${operation.name}: ${refusal}`)
  }
  assert.deepEqual(wrong, [])
})

test('every operation is called through the SDK by some test', async () => {
  const texts: string[] = []
  for await (const file of glob('test/**/*.ts')) texts.push(await readFile(file, 'utf8'))
  const all = texts.join('\n')
  const uncalled = allOperations.filter(({ name }) => !all.includes(`.${methodOf(name)}(`))
  assert.deepEqual(
    uncalled.map(({ name }) => name),
    [],
  )
})

// What an operation throws by way of others is compared whenever a test reaches it: see onUndeclaredError.
test('the errors that an operation names are those that the service declares for it', async () => {
  const files = new Map<string, string>()
  for await (const file of glob('src/pool/*/operations/*.ts')) files.set(basename(file, '.ts'), file)
  const wrong: string[] = []
  for (const { name, errors: declared } of allOperations) {
    const file = files.get(kebab(name))
    assert.ok(file, `${name} has a file of its own`)
    for (const [, thrown] of (await readFile(file, 'utf8')).matchAll(/new (\w+)\(/g)) {
      const type = typeOf(thrown!)
      if (type && !declared.includes(type)) wrong.push(`${file}: ${type}`)
    }
  }
  assert.deepEqual(wrong, [])
})

function typeOf(className: string): string | undefined {
  const found = (errors as Record<string, unknown>)[className]
  if (typeof found !== 'function' || found === errors.ServiceError) return undefined
  return found.prototype instanceof errors.ServiceError ? new (found as typeof errors.InternalError)().type : undefined
}

const kebab = (name: OperationName): string =>
  name.replace(/([a-z0-9])([A-Z])|([A-Z]+)([A-Z][a-z])/g, (_, a, b, c, d) => `${a ?? c}-${b ?? d}`).toLowerCase()
