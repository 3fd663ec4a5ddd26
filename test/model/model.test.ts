import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import * as sdk from '@aws-sdk/client-cognito-identity-provider'
import { readSchemas } from '../../scripts/sdk-schemas.ts'
import {
  allErrors,
  allOperations,
  allShapes,
  operationNamed,
  poolhouseService,
  shapeNamed,
} from '../../src/model/model.ts'
import { notes } from '../../src/model/notes.ts'
import { operationsTable, ownOperationsTable } from '../../src/model/operations-table.ts'
import { valuesAlsoAccepted } from '../../src/model/service-differences.ts'

const { operations: sdkOperations, structures: sdkStructures, errors: sdkErrors, enums: sdkEnums } = readSchemas(sdk)

const names = allOperations.map(({ name }) => name)

test('the schemas of the SDK package can be read', () => {
  assert.ok(sdkOperations.size >= 140)
  assert.ok(sdkStructures.size > 300)
  assert.ok(sdkEnums.size > 60)
  assert.ok(sdkStructures.get('SignUpRequest')?.sensitive.includes('Password'))
})

test('the model has every operation of the installed SDK, with its input and output', () => {
  assert.deepEqual(names.toSorted(), [...sdkOperations.keys()].toSorted())
  for (const [name, { input, output }] of sdkOperations) {
    const operation = operationNamed(name)!
    assert.equal(operation.input, input, `input of ${name}`)
    assert.equal(operation.output, output, `output of ${name}`)
  }
})

test('every structure has the members that the SDK gives it, the same of them required', () => {
  const problems: string[] = []
  for (const [name, { members, required }] of sdkStructures) {
    const shape = allShapes.get(name)
    if (shape?.type !== 'structure') {
      problems.push(`${name} is not in the model`)
      continue
    }
    for (const member of members) if (!shape.members[member]) problems.push(`${name}.${member} is not in the model`)
    for (const member of Object.keys(shape.members))
      if (!members.includes(member)) problems.push(`${name}.${member} is not in the SDK`)
    for (const member of required)
      if (!shape.members[member]?.required) problems.push(`${name}.${member} is required by the SDK`)
    for (const [member, { required: here }] of Object.entries(shape.members))
      if (here && !required.includes(member)) problems.push(`${name}.${member} is not required by the SDK`)
  }
  assert.deepEqual(problems.toSorted(), [
    'ForgetDeviceRequest.AccessToken is not required by the SDK',
    'GetDeviceRequest.AccessToken is not required by the SDK',
    'UpdateManagedLoginBrandingRequest.ManagedLoginBrandingId is not required by the SDK',
    'UpdateManagedLoginBrandingRequest.UserPoolId is not required by the SDK',
  ])
})

test('members carry the types of the SDK, and what it marks sensitive is sensitive here', () => {
  const problems: string[] = []
  for (const [name, { types, sensitive }] of sdkStructures) {
    const shape = shapeNamed(name)
    if (shape.type !== 'structure') continue
    for (const [member, type] of types) {
      const here = shapeNamed(shape.members[member]!.shape)
      const kind = here.type === 'long' ? 'integer' : here.type
      if (kind !== type) problems.push(`${name}.${member}: ${here.type} here, ${type} in the SDK`)
      if (sensitive.includes(member) && !here.sensitive) problems.push(`${name}.${member} is sensitive in the SDK`)
    }
  }
  assert.deepEqual(problems, [])
})

test('every enum has the values of the SDK', () => {
  const problems: string[] = []
  for (const [name, values] of sdkEnums) {
    const shape = allShapes.get(name)
    const here = shape?.type === 'string' ? shape.enum : undefined
    if (!here) {
      problems.push(`${name} is not in the model: ${values.join(', ')}`)
      continue
    }
    for (const value of values) if (!here.includes(value)) problems.push(`${name} lacks ${value}`)
    for (const value of here)
      if (!values.includes(value) && !valuesAlsoAccepted[name]?.includes(value))
        problems.push(`${name}: ${value} is not in the SDK`)
  }
  assert.deepEqual(problems, [])
})

test('every error of the SDK has a status, and every declared error exists', () => {
  assert.deepEqual([...allErrors.keys()].toSorted(), sdkErrors.toSorted())
  for (const { name, errors } of allOperations)
    for (const error of errors) assert.ok(allErrors.has(error), `${name} declares ${error}`)
})

test('the types name every operation of the model', async () => {
  const source = await readFile(new URL('../../src/model/operations.ts', import.meta.url), 'utf8')
  const typed = [...source.matchAll(/^ {2}(\w+): Op</gm)].map((match) => match[1]!)
  assert.deepEqual(typed.toSorted(), names.toSorted())
  assert.equal(names.length, 140)
})

test('every command of the SDK is an operation of the model', () => {
  const commands = Object.keys(sdk)
    .filter((name) => name.endsWith('Command') && !name.startsWith('$'))
    .map((name) => name.slice(0, -'Command'.length))
  assert.deepEqual(commands.toSorted(), names.toSorted())
})

test('every shape that is referred to exists', () => {
  for (const { input, output } of allOperations) for (const name of [input, output]) if (name) shapeNamed(name)
  for (const shape of allShapes.values()) {
    if (shape.type === 'structure') for (const member of Object.values(shape.members)) shapeNamed(member.shape)
    if (shape.type === 'list') shapeNamed(shape.member)
    if (shape.type === 'map') for (const name of [shape.key, shape.value]) shapeNamed(name)
  }
  assert.throws(() => shapeNamed('NoSuchShape'), /no shape NoSuchShape/)
})

test('the table of our own operations names each with a note', () => {
  const rows = ownOperationsTable().split('\n').slice(2)
  assert.equal(rows.length, poolhouseService.operations.length)
  for (const row of rows) assert.match(row, /^\| [A-Z]\w+ \| [^|]{10,100} \|$/)
})

test('the table of operations tells the answered from the others', () => {
  const table = operationsTable({ SignUp: async () => ({}) })
  assert.equal(table.split('\n').length, names.length + 2)
  assert.match(table, /^\| SignUp \| client id \| yes \| .+ \|$/m)
  assert.match(table, /^\| CreateUserPool \| signature \| no \| .+ \|$/m)
  for (const note of Object.values(notes)) assert.match(note, /^[^|]{10,100}$/)
})
