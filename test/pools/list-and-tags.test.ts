import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startTestServer } from '../support/server.ts'

const server = await startTestServer()
const { cognito } = server
after(() => server.close())

const create = async (PoolName: string) => (await cognito.createUserPool({ PoolName })).UserPool!

test('pools are listed page by page in the order they were made, though some come and go meanwhile', async () => {
  const made: string[] = []
  for (let index = 0; index < 5; index++) made.push((await create(`list ${index}`)).Id!)

  const first = await cognito.listUserPools({ MaxResults: 2 })
  assert.deepEqual(
    first.UserPools!.map((pool) => pool.Id),
    made.slice(0, 2),
  )
  await cognito.deleteUserPool({ UserPoolId: made[1]! })
  made.push((await create('late')).Id!)
  const second = await cognito.listUserPools({ MaxResults: 3, NextToken: first.NextToken })
  assert.deepEqual(
    second.UserPools!.map((pool) => pool.Id),
    made.slice(2, 5),
  )
  const third = await cognito.listUserPools({ MaxResults: 3, NextToken: second.NextToken })
  assert.deepEqual(
    third.UserPools!.map((pool) => pool.Id),
    made.slice(5),
  )
  assert.equal(third.NextToken, undefined)
})

test('a listed pool shows its name, its triggers and its dates', async () => {
  const { Id } = await create('shown')
  const { UserPools } = await cognito.listUserPools({ MaxResults: 60 })
  const pool = UserPools!.find((candidate) => candidate.Id === Id)!
  assert.deepEqual(Object.keys(pool).sort(), ['CreationDate', 'Id', 'LambdaConfig', 'LastModifiedDate', 'Name'])
  assert.equal(pool.Name, 'shown')
  assert.deepEqual(pool.LambdaConfig, {})
  assert.ok(pool.CreationDate instanceof Date)
})

test('a forged page token is refused, as is a page of no size or of too many', async () => {
  await assert.rejects(cognito.listUserPools({ MaxResults: 1, NextToken: 'forged' }), {
    name: 'InvalidParameterException',
    message: 'Invalid pagination token.',
  })
  for (const MaxResults of [0, 61, undefined]) {
    await assert.rejects(cognito.listUserPools({ MaxResults }), { name: 'InvalidParameterException' })
  }
})

test('tags are added, replaced, listed and removed', async () => {
  const { Arn: ResourceArn, Id: UserPoolId } = await create('tagged')
  await cognito.tagResource({ ResourceArn, Tags: { a: '1', b: '2' } })
  await cognito.tagResource({ ResourceArn, Tags: { b: '3', 'with space': '' } })
  assert.deepEqual((await cognito.listTagsForResource({ ResourceArn })).Tags, { a: '1', b: '3', 'with space': '' })
  await cognito.untagResource({ ResourceArn, TagKeys: ['a', 'unknown'] })
  const { UserPool } = await cognito.describeUserPool({ UserPoolId })
  assert.deepEqual(UserPool!.UserPoolTags, { b: '3', 'with space': '' })
})

test('no more than fifty tags, none of the reserved ones, none with strange signs', async () => {
  const { Arn: ResourceArn } = await create('full')
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`t${index}`, 'x']))
  await cognito.tagResource({ ResourceArn, Tags: many })
  await cognito.tagResource({ ResourceArn, Tags: { t0: 'replaced' } })
  const refused: Record<string, string>[] = [{ another: 'x' }, { 'aws:mine': 'x' }, { 'a<b': 'x' }, { t0: 'a\nb' }]
  for (const Tags of refused) {
    await assert.rejects(cognito.tagResource({ ResourceArn, Tags }), { name: 'InvalidParameterException' })
  }
  await assert.rejects(cognito.createUserPool({ PoolName: 'p', UserPoolTags: { 'aws:mine': 'x' } }), {
    name: 'UserPoolTaggingException',
  })
})

test('a resource of another account, region or kind has no tags here', async () => {
  const { Arn, Id } = await create('mine')
  for (const ResourceArn of [
    Arn!.replace('000000000000', '111111111111'),
    Arn!.replace('us-east-1', 'eu-west-1'),
    Arn!.replace('cognito-idp', 'cognito-identity'),
    Arn!.replace('userpool/', 'identitypool/'),
    `arn:aws:cognito-idp:us-east-1:000000000000:userpool/x/${Id}`,
  ]) {
    await assert.rejects(cognito.listTagsForResource({ ResourceArn }), { name: 'InvalidParameterException' })
    await assert.rejects(cognito.tagResource({ ResourceArn, Tags: { a: 'b' } }), { name: 'InvalidParameterException' })
    await assert.rejects(cognito.untagResource({ ResourceArn, TagKeys: ['a'] }), { name: 'InvalidParameterException' })
  }
  const ResourceArn = Arn!.replace(Id!, 'us-east-1_unknown00')
  await assert.rejects(cognito.tagResource({ ResourceArn, Tags: { a: 'b' } }), {
    name: 'ResourceNotFoundException',
    message: 'User pool us-east-1_unknown00 does not exist.',
  })
})
