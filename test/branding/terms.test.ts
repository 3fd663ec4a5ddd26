import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { CreateTermsCommandInput } from '@aws-sdk/client-cognito-identity-provider'
import { adminOf } from '../administration/scene.ts'
import { type Scene, startScene } from './scene.ts'

let scene: Scene
let UserPoolId: string

before(async () => {
  scene = await startScene()
  UserPoolId = scene.UserPoolId
})
after(() => scene.close())

const Links = { 'cognito:default': 'https://example.com/terms', 'cognito:german': 'https://example.com/agb' }

async function createTerms(ClientId: string, more: Partial<CreateTermsCommandInput> = {}) {
  const { Terms } = await scene.cognito.createTerms({
    UserPoolId,
    ClientId,
    TermsName: 'terms-of-use',
    TermsSource: 'LINK',
    Enforcement: 'NONE',
    Links,
    ...more,
  })
  return Terms!
}

test('a document is returned as it was created, by its id and by its name', async () => {
  const ClientId = await scene.newClient()
  const terms = await createTerms(ClientId)
  const { TermsId, CreationDate, LastModifiedDate, ...rest } = terms
  assert.deepEqual(rest, {
    UserPoolId,
    ClientId,
    TermsName: 'terms-of-use',
    TermsSource: 'LINK',
    Enforcement: 'NONE',
    Links,
  })
  assert.deepEqual(LastModifiedDate, CreationDate)
  assert.deepEqual((await scene.cognito.describeTerms({ UserPoolId, TermsId })).Terms, terms)
  const byName = await scene.cognito.describeTermsByClient({ UserPoolId, ClientId, TermsName: 'terms-of-use' })
  assert.deepEqual(byName.Terms, terms)
})

test('a second document of the same name is refused, for this client', async () => {
  const ClientId = await scene.newClient()
  await createTerms(ClientId)
  await assert.rejects(createTerms(ClientId), { name: 'TermsExistsException' })
  await createTerms(ClientId, { TermsName: 'privacy-policy' })
  await createTerms(await scene.newClient())
})

test('of two that create and rename to the same name at once, one succeeds', async () => {
  const ClientId = await scene.newClient()
  const { TermsId } = await createTerms(ClientId)
  const attempts = await Promise.allSettled([
    createTerms(ClientId, { TermsName: 'privacy-policy' }),
    scene.cognito.updateTerms({ UserPoolId, TermsId, TermsName: 'privacy-policy' }),
  ])
  const refused = attempts.filter((attempt) => attempt.status === 'rejected')
  assert.equal(refused.length, 1)
  assert.equal(refused[0]!.reason.name, 'TermsExistsException')
})

test('an update replaces the links and keeps what it does not name', async () => {
  const { TermsId, CreationDate } = await createTerms(await scene.newClient())
  scene.clock.advance({ seconds: 3 })
  const changed = { 'cognito:default': 'https://example.com/new' }
  const { Terms } = await scene.cognito.updateTerms({ UserPoolId, TermsId, Links: changed })
  assert.deepEqual(Terms!.Links, changed)
  assert.equal(Terms!.TermsName, 'terms-of-use')
  assert.deepEqual(Terms!.CreationDate, CreationDate)
  assert.ok(Terms!.LastModifiedDate! > CreationDate!)
})

test('a deleted document is gone', async () => {
  const ClientId = await scene.newClient()
  const { TermsId } = await createTerms(ClientId)
  await scene.cognito.deleteTerms({ UserPoolId, TermsId })
  const missing = { name: 'ResourceNotFoundException' }
  await assert.rejects(scene.cognito.describeTerms({ UserPoolId, TermsId }), missing)
  await assert.rejects(scene.cognito.updateTerms({ UserPoolId, TermsId, Links }), missing)
  await assert.rejects(scene.cognito.deleteTerms({ UserPoolId, TermsId }), missing)
  await assert.rejects(
    scene.cognito.describeTermsByClient({ UserPoolId, ClientId, TermsName: 'terms-of-use' }),
    missing,
  )
})

test('a link that is not of the web is refused, and so are other names and languages', async () => {
  const ClientId = await scene.newClient()
  const refused: Partial<CreateTermsCommandInput>[] = [
    { Links: { 'cognito:default': 'javascript:alert(1)' } },
    { Links: { 'cognito:default': 'data:text/html,x' } },
    { Links: { 'cognito:default': 'example.com' } },
    { Links: { 'cognito:klingon': 'https://example.com' } },
    { Links: {} },
    { Links: undefined },
    { TermsName: 'cookies' },
    { TermsSource: 'FILE' as never },
    { Enforcement: 'HARD' as never },
  ]
  for (const more of refused)
    await assert.rejects(createTerms(ClientId, more), { name: 'InvalidParameterException' }, JSON.stringify(more))
  await assert.rejects(createTerms('nobody'), { name: 'ResourceNotFoundException' })
})

test('the documents of a pool are listed by page, oldest first', async () => {
  const { UserPool } = await scene.cognito.createUserPool({ PoolName: 'listed' })
  const pool = UserPool!.Id!
  const made: string[] = []
  for (let clients = 0; clients < 3; clients++) {
    const { UserPoolClient } = await scene.cognito.createUserPoolClient({ UserPoolId: pool, ClientName: 'web' })
    for (const TermsName of ['terms-of-use', 'privacy-policy']) {
      scene.clock.advance({ seconds: 1 })
      made.push((await createTerms(UserPoolClient!.ClientId!, { UserPoolId: pool, TermsName })).TermsId!)
    }
  }
  const listed: string[] = []
  let NextToken: string | undefined
  do {
    const page = await scene.cognito.listTerms({ UserPoolId: pool, MaxResults: 4, NextToken })
    listed.push(...page.Terms!.map(({ TermsId }) => TermsId!))
    NextToken = page.NextToken
  } while (NextToken)
  assert.deepEqual(listed, made)

  const first = await scene.cognito.listTerms({ UserPoolId: pool, MaxResults: 4 })
  await assert.rejects(scene.cognito.listTerms({ UserPoolId, NextToken: first.NextToken }), {
    name: 'InvalidParameterException',
  })
  assert.deepEqual(Object.keys(first.Terms![0]!).sort(), [
    'CreationDate',
    'Enforcement',
    'LastModifiedDate',
    'TermsId',
    'TermsName',
  ])
})

test('what the pages of an app have of their own can be asked for without a refusal', async () => {
  const ClientId = await scene.newClient()
  const admin = adminOf(scene)
  assert.deepEqual(await admin.getClientBranding({ UserPoolId, ClientId }), { Terms: [] })

  const { TermsId, TermsName } = await createTerms(ClientId)
  const { ManagedLoginBranding } = await scene.cognito.createManagedLoginBranding({
    UserPoolId,
    ClientId,
    UseCognitoProvidedValues: true,
  })
  assert.deepEqual(await admin.getClientBranding({ UserPoolId, ClientId }), {
    ManagedLoginBrandingId: ManagedLoginBranding!.ManagedLoginBrandingId,
    Terms: [{ TermsId, TermsName }],
  })
  await assert.rejects(admin.getClientBranding({ UserPoolId, ClientId: 'nothing' }), {
    name: 'ResourceNotFoundException',
  })
})
