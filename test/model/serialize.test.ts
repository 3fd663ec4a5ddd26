import assert from 'node:assert/strict'
import { test } from 'node:test'
import { operationNamed } from '../../src/model/model.ts'
import { redact } from '../../src/model/redact.ts'
import { serializeOutput } from '../../src/model/serialize.ts'

const serialize = (operation: string, output: unknown) => serializeOutput(operationNamed(operation)!, output)

test('a date is epoch seconds with a fraction of milliseconds', () => {
  const UserCreateDate = new Date(1547833345777)
  assert.equal(
    serialize('AdminGetUser', { Username: 'ann', UserCreateDate, UserLastModifiedDate: new Date(1547833345000) }),
    '{"Username":"ann","UserCreateDate":1547833345.777,"UserLastModifiedDate":1547833345}',
  )
})

test('what is absent or null is left out, at every depth', () => {
  assert.equal(
    serialize('DescribeUserPool', {
      UserPool: { Id: 'p', Name: undefined, SchemaAttributes: [null, { Name: 'email', Mutable: null }] },
    }),
    '{"UserPool":{"Id":"p","SchemaAttributes":[{"Name":"email"}]}}',
  )
  assert.equal(serialize('ListTagsForResource', { Tags: { a: 'b', c: undefined } }), '{"Tags":{"a":"b"}}')
})

test('members that the shape does not name never leave the house', () => {
  assert.equal(
    serialize('AdminGetUser', { Username: 'ann', password_hash: 'secret', UserAttributes: [{ Name: 'a', id: 7 }] }),
    '{"Username":"ann","UserAttributes":[{"Name":"a"}]}',
  )
})

test('bytes are base64 and documents are inline', () => {
  const Bytes = new Uint8Array(Buffer.from('xhello')).subarray(1)
  assert.equal(
    serialize('DescribeManagedLoginBranding', {
      ManagedLoginBranding: { Settings: { a: [1, { b: null }] }, Assets: [{ Category: 'FAVICON_ICO', Bytes }] },
    }),
    '{"ManagedLoginBranding":{"Settings":{"a":[1,{"b":null}]},"Assets":[{"Category":"FAVICON_ICO","Bytes":"aGVsbG8="}]}}',
  )
})

test('an operation without output answers nothing, one with an empty output an object', () => {
  assert.equal(serialize('AdminDeleteUser', { ignored: 1 }), '')
  assert.equal(serialize('AdminSetUserPassword', undefined), '{}')
})

test('what is sensitive is not readable in a log', () => {
  const input = {
    ClientId: 'c',
    Username: 'ann',
    Password: 'secret',
    UserAttributes: [{ Name: 'email', Value: 'ann@example.com' }],
    ClientMetadata: { a: 'b' },
    UserContextData: { IpAddress: '1.2.3.4' },
    unknown: 'secret',
  }
  assert.deepEqual(redact('SignUpRequest', input), {
    ClientId: '***',
    Username: '***',
    Password: '***',
    UserAttributes: [{ Name: 'email', Value: '***' }],
    ClientMetadata: { a: 'b' },
    UserContextData: '***',
  })
  assert.deepEqual(redact('InitiateAuthRequest', { AuthParameters: { PASSWORD: 'secret' } }), { AuthParameters: '***' })
})
