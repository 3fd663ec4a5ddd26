import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { audit, key, operator, role } from '../../src/cli/administration.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { cognitoOf } from './scene.ts'

let server: TestServer
let UserPoolId: string
before(async () => {
  server = await startTestServer({}, { jobs: false })
  process.env.POOLHOUSE_PUBLIC_URL = server.url
  UserPoolId = (await server.cognito.createUserPool({ PoolName: 'pool' })).UserPool!.Id!
})
after(async () => {
  delete process.env.POOLHOUSE_PUBLIC_URL
  await server?.close()
})

async function output(command: typeof role, ...args: string[]): Promise<string> {
  const lines: string[] = []
  await command(args, (text) => lines.push(text))
  return lines.join('\n')
}

test('a role and a key are made, listed and deleted from a shell', async () => {
  await output(role, 'put', 'desk', '--ready-made', 'help-desk', '--pool', UserPoolId)
  assert.match(await output(role, 'list'), /^RoleName +Arn.*\ndesk +arn:aws:iam::000000000000:role\/desk/)
  assert.match(await output(role, 'show', 'desk'), /AdminResetUserPassword/)

  const made = JSON.parse(await output(key, 'create', '--role', 'desk', '--service', 'tool', '--json'))
  const pair = { accessKeyId: made.AccessKeyId, secretAccessKey: made.SecretAccessKey }
  assert.deepEqual((await cognitoOf(server, pair).listUsers({ UserPoolId })).Users, [])
  const listed = await output(key, 'list', '--role', 'desk')
  assert.match(listed, new RegExp(made.AccessKeyId))
  assert.ok(!listed.includes(made.SecretAccessKey))

  await output(key, 'delete', made.AccessKeyId)
  await assert.rejects(cognitoOf(server, pair).listUsers({ UserPoolId }), { name: 'UnrecognizedClientException' })
  await output(role, 'delete', 'desk')
  assert.equal(await output(role, 'list'), 'There is nothing.')
})

test('the operators pool is marked, and the audit tells who did it', async () => {
  assert.match(await output(operator, 'pool', UserPoolId), new RegExp(UserPoolId))
  assert.match(await output(audit, 'search', '--action', 'SetOperatorsPool'), /arn:aws:iam::000000000000:user\/local/)
  const [record] = JSON.parse(await output(audit, 'search', '--action', 'SetOperatorsPool', '--json'))
  assert.equal(record.eventSource, 'poolhouse.amazonaws.com')
})

test('what cannot be done is said in a sentence', async () => {
  await assert.rejects(output(role, 'nonsense'), { name: 'UsageError', message: /poolhouse role put NAME/ })
  await assert.rejects(output(role, 'constructor'), { name: 'UsageError' })
  await assert.rejects(output(key, 'create', '--role', 'x'), { name: 'UsageError' })
  await assert.rejects(output(audit, 'search', '--from', 'soon'), { name: 'UsageError', message: 'soon is no date.' })
  await assert.rejects(output(role, 'show', 'nobody'), { name: 'StartError', message: /^ResourceNotFoundException: / })
})
