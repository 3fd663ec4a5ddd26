import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstLineOf, headerFault, importLine, spreadsheetLine } from '../../console/pages/transfer/csv.ts'
import { csvFields } from '../../src/pool/import/csv-lines.ts'

test('an import reads the values of an exported line as they were, but for line breaks', () => {
  const values = ['Zoe "Z", the last', 'back\\slash', '\\,', 'ends with \\', '', '=1+1', '日本, 語', "'"]
  const line = importLine(values)
  assert.ok(line.endsWith('\r\n'))
  assert.deepEqual(csvFields(line.slice(0, -2)), values)
  assert.equal(importLine(['1 Main Street\r\nSpringfield']), '1 Main Street Springfield\r\n')
})

test('a spreadsheet runs no value of an exported line, and numbers stay as they are', () => {
  for (const formula of ['=1+1', '+cmd|calc', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '|x', ' =1'])
    assert.equal(spreadsheetLine([formula]), `"'${formula}"\r\n`)
  for (const number of ['+15551234567', '-5', '1.5']) assert.equal(spreadsheetLine([number]), `"${number}"\r\n`)
  assert.equal(spreadsheetLine(['a"b', 'c,d', 'e\nf']), '"a""b","c,d","e\nf"\r\n')
})

test('the header of a file is refused for what an import would refuse it for', () => {
  const known = ['name', 'email', 'cognito:mfa_enabled', 'cognito:username', 'password_hash']
  const whole = 'cognito:username,name,email,cognito:mfa_enabled'
  const cases: [line: string, isHashed: boolean, fault: unknown][] = [
    [whole, false, undefined],
    [` ${whole.replaceAll(',', ' , ')}`, false, undefined],
    ['cognito:username,password_hash', true, undefined],
    ['cognito:username,name', false, { kind: 'missing', columns: ['email', 'cognito:mfa_enabled'] }],
    [whole, true, { kind: 'missing', columns: ['password_hash'] }],
    [`${whole},shoe_size`, false, { kind: 'unknown', columns: ['shoe_size'] }],
    [`${whole},name`, false, { kind: 'twice' }],
    [whole.replaceAll(',', ';'), false, { kind: 'separator' }],
    [whole.replace('name', '"name"'), false, { kind: 'quotes' }],
    ['', false, { kind: 'unknown', columns: [''] }],
  ]
  for (const [line, isHashed, fault] of cases) assert.deepEqual(headerFault(line, known, isHashed), fault, line)
})

test('the first line of a file is read as UTF-8, with a mark of it or without, and nothing else is', async () => {
  const cut = `name\n${'a'.repeat(64 * 1024 - 6)}é`
  for (const text of ['name,é\nx', '\uFEFFname,é\r\nx', cut])
    assert.equal(await firstLineOf(new Blob([text])), text === cut ? 'name' : 'name,é')
  const others = [
    Buffer.from('\uFEFFname', 'utf16le'),
    Buffer.from('é,name', 'latin1'),
    Buffer.from('PK\x03\xff', 'latin1'),
  ]
  for (const bytes of others) await assert.rejects(firstLineOf(new Blob([bytes])), TypeError)
})
