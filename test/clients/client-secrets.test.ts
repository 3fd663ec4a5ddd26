import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { startTestServer, type TestServer } from '../support/server.ts'
import { createPool } from './create-pool.ts'

let server: TestServer
let cognito: CognitoIdentityProvider
let UserPoolId: string

before(async () => {
  server = await startTestServer()
  cognito = server.cognito
  UserPoolId = await createPool(server)
})
after(() => server.close())

async function confidentialClient() {
  const { UserPoolClient } = await cognito.createUserPoolClient({ UserPoolId, ClientName: 'api', GenerateSecret: true })
  return UserPoolClient!
}

test('a second secret is shown once, when it is generated', async () => {
  const { ClientId, ClientSecret } = await confidentialClient()
  const { ClientSecretDescriptor: added } = await cognito.addUserPoolClientSecret({ UserPoolId, ClientId })
  assert.match(added!.ClientSecretValue!, /^[0-9a-v]{51,52}$/)
  assert.equal(added!.ClientSecretId, `${ClientId}--${added!.ClientSecretCreateDate!.getTime()}`)

  const { ClientSecrets, NextToken } = await cognito.listUserPoolClientSecrets({ UserPoolId, ClientId })
  assert.equal(NextToken, undefined)
  assert.equal(ClientSecrets!.length, 2)
  assert.equal(ClientSecrets![1]!.ClientSecretId, added!.ClientSecretId)
  for (const secret of ClientSecrets!)
    assert.deepEqual(Object.keys(secret).sort(), ['ClientSecretCreateDate', 'ClientSecretId'])
  const { UserPoolClient } = await cognito.describeUserPoolClient({ UserPoolId, ClientId })
  assert.equal(UserPoolClient!.ClientSecret, ClientSecret)
})

test('a secret that the caller chose is not repeated to them', async () => {
  const { ClientId } = await confidentialClient()
  const ClientSecret = 'chosen_by_the_caller_0123456789'
  const { ClientSecretDescriptor } = await cognito.addUserPoolClientSecret({ UserPoolId, ClientId, ClientSecret })
  assert.equal('ClientSecretValue' in ClientSecretDescriptor!, false)
})

test('secrets are sealed in the database', async () => {
  const { ClientId, ClientSecret } = await confidentialClient()
  const rows = await server.ctx.db
    .selectFrom('client_secrets')
    .select('secret_sealed')
    .where('client_id', '=', ClientId!)
    .execute()
  assert.equal(rows.length, 1)
  assert.equal(rows[0]!.secret_sealed.includes(ClientSecret!), false)
})

test('a third secret is one too many, also when both are added at once', async () => {
  const { ClientId } = await confidentialClient()
  const attempts = await Promise.allSettled(
    Array.from({ length: 4 }, () => cognito.addUserPoolClientSecret({ UserPoolId, ClientId })),
  )
  const refused = attempts.filter((attempt) => attempt.status === 'rejected')
  assert.equal(refused.length, 3)
  for (const { reason } of refused) assert.equal(reason.name, 'LimitExceededException')
  assert.equal((await cognito.listUserPoolClientSecrets({ UserPoolId, ClientId })).ClientSecrets!.length, 2)
})

test('a deleted secret is no longer shown; the one that is left stays', async () => {
  const { ClientId } = await confidentialClient()
  const { ClientSecretDescriptor: added } = await cognito.addUserPoolClientSecret({ UserPoolId, ClientId })
  const [first] = (await cognito.listUserPoolClientSecrets({ UserPoolId, ClientId })).ClientSecrets!
  await cognito.deleteUserPoolClientSecret({ UserPoolId, ClientId, ClientSecretId: first!.ClientSecretId! })

  const { ClientSecrets } = await cognito.listUserPoolClientSecrets({ UserPoolId, ClientId })
  assert.deepEqual(
    ClientSecrets!.map(({ ClientSecretId }) => ClientSecretId),
    [added!.ClientSecretId],
  )
  const { UserPoolClient } = await cognito.describeUserPoolClient({ UserPoolId, ClientId })
  assert.equal('ClientSecret' in UserPoolClient!, false)

  await assert.rejects(
    cognito.deleteUserPoolClientSecret({ UserPoolId, ClientId, ClientSecretId: added!.ClientSecretId! }),
    { name: 'InvalidParameterException' },
  )
})

test('two calls that each delete one of the two secrets leave one of them', async () => {
  const { ClientId } = await confidentialClient()
  await cognito.addUserPoolClientSecret({ UserPoolId, ClientId })
  const { ClientSecrets } = await cognito.listUserPoolClientSecrets({ UserPoolId, ClientId })
  const attempts = await Promise.allSettled(
    ClientSecrets!.map((secret) =>
      cognito.deleteUserPoolClientSecret({ UserPoolId, ClientId, ClientSecretId: secret.ClientSecretId! }),
    ),
  )
  assert.deepEqual(attempts.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
})

test('a secret that the client does not have is not found', async () => {
  const [{ ClientId }, other] = await Promise.all([confidentialClient(), confidentialClient()])
  const { ClientSecretDescriptor: foreign } = await cognito.addUserPoolClientSecret({
    UserPoolId,
    ClientId: other.ClientId!,
  })
  for (const ClientSecretId of [`${ClientId}--1`, foreign!.ClientSecretId!])
    await assert.rejects(cognito.deleteUserPoolClientSecret({ UserPoolId, ClientId, ClientSecretId }), {
      name: 'ResourceNotFoundException',
    })
})

test('a public client gets no secret', async () => {
  const { UserPoolClient } = await cognito.createUserPoolClient({ UserPoolId, ClientName: 'public' })
  const { ClientId } = UserPoolClient!
  await assert.rejects(cognito.addUserPoolClientSecret({ UserPoolId, ClientId }), { name: 'InvalidParameterException' })
  assert.deepEqual((await cognito.listUserPoolClientSecrets({ UserPoolId, ClientId })).ClientSecrets, [])
})

test('a secret that is too short or has other characters is refused', async () => {
  const { ClientId } = await confidentialClient()
  for (const ClientSecret of ['short', 'has-a-dash-0123456789012345'])
    await assert.rejects(cognito.addUserPoolClientSecret({ UserPoolId, ClientId, ClientSecret }), (error: Error) => {
      assert.equal(error.name, 'InvalidParameterException')
      assert.doesNotMatch(error.message, new RegExp(ClientSecret))
      return true
    })
})

test('secrets of an unknown client are not found', async () => {
  const ClientId = '1unknown'
  const gone = { name: 'ResourceNotFoundException', message: `User pool client ${ClientId} does not exist.` }
  await assert.rejects(cognito.addUserPoolClientSecret({ UserPoolId, ClientId }), gone)
  await assert.rejects(cognito.listUserPoolClientSecrets({ UserPoolId, ClientId }), gone)
  await assert.rejects(cognito.deleteUserPoolClientSecret({ UserPoolId, ClientId, ClientSecretId: 'x' }), gone)
})
