import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { CreateUserPoolCommandInput } from '@aws-sdk/client-cognito-identity-provider'
import { sql } from 'kysely'
import { startTestServer } from '../support/server.ts'

const server = await startTestServer()
const { cognito } = server
after(() => server.close())

const sms = { SnsCallerArn: 'arn:aws:iam::000000000000:role/sms', ExternalId: 'x' }
const trigger = 'arn:aws:lambda:us-east-1:000000000000:function:hook'

const create = async (input: Partial<CreateUserPoolCommandInput> = {}) =>
  (await cognito.createUserPool({ PoolName: 'p', ...input })).UserPool!.Id!
const describe = async (UserPoolId: string) => (await cognito.describeUserPool({ UserPoolId })).UserPool!

test('an update sets what it leaves out back to its default', async () => {
  const UserPoolId = await create({
    AutoVerifiedAttributes: ['email'],
    LambdaConfig: { PreSignUp: trigger },
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    DeletionProtection: 'ACTIVE',
    EmailVerificationMessage: 'mail {####}',
    DeviceConfiguration: { ChallengeRequiredOnNewDevice: true },
    UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
    AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'admin_only', Priority: 1 }] },
  })
  await cognito.updateUserPool({ UserPoolId })
  const bare = await describe(await create())
  const updated = await describe(UserPoolId)
  const { Id: _id, Arn: _arn, CreationDate: _c, LastModifiedDate: _l, ...expected } = bare
  const { Id: _id2, Arn: _arn2, CreationDate, LastModifiedDate, ...actual } = updated
  assert.deepEqual(actual, expected)
  assert.ok(LastModifiedDate! > CreationDate!)
})

test('an update keeps the tags that it leaves out, and sets those that it names', async () => {
  const UserPoolId = await create({ UserPoolTags: { a: 'b' } })
  await cognito.updateUserPool({ UserPoolId })
  assert.deepEqual((await describe(UserPoolId)).UserPoolTags, { a: 'b' })
  await cognito.updateUserPool({ UserPoolId, UserPoolTags: { c: 'd' } })
  assert.deepEqual((await describe(UserPoolId)).UserPoolTags, { c: 'd' })
  await cognito.updateUserPool({ UserPoolId, UserPoolTags: {} })
  assert.deepEqual((await describe(UserPoolId)).UserPoolTags, {})
})

test('an update keeps each policy, MFA and SMS that it leaves out', async () => {
  const UserPoolId = await create({
    Policies: {
      PasswordPolicy: { MinimumLength: 12, TemporaryPasswordValidityDays: 2 },
      SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] },
    },
    MfaConfiguration: 'OPTIONAL',
    SmsConfiguration: sms,
  })
  await cognito.updateUserPool({ UserPoolId })
  let pool = await describe(UserPoolId)
  assert.equal(pool.Policies!.PasswordPolicy!.MinimumLength, 12)
  assert.equal(pool.Policies!.PasswordPolicy!.TemporaryPasswordValidityDays, 2)
  assert.equal(pool.AdminCreateUserConfig!.UnusedAccountValidityDays, 2)
  assert.deepEqual(pool.Policies!.SignInPolicy!.AllowedFirstAuthFactors, ['PASSWORD', 'EMAIL_OTP'])
  assert.equal(pool.MfaConfiguration, 'OPTIONAL')
  assert.deepEqual(pool.SmsConfiguration, sms)

  await cognito.updateUserPool({ UserPoolId, Policies: { SignInPolicy: {} } })
  pool = await describe(UserPoolId)
  assert.equal(pool.Policies!.PasswordPolicy!.MinimumLength, 12)
  assert.deepEqual(pool.Policies!.SignInPolicy!.AllowedFirstAuthFactors, ['PASSWORD', 'EMAIL_OTP'])
})

test('what was decided at creation can not be changed', async () => {
  const UserPoolId = await create({
    UsernameAttributes: ['email'],
    UsernameConfiguration: { CaseSensitive: false },
    Schema: [{ Name: 'email', Required: true }],
  })
  const unknown = { UsernameAttributes: ['phone_number'], UsernameConfiguration: { CaseSensitive: true }, Schema: [] }
  await cognito.updateUserPool({ UserPoolId, ...unknown })
  const pool = await describe(UserPoolId)
  assert.deepEqual(pool.UsernameAttributes, ['email'])
  assert.deepEqual(pool.UsernameConfiguration, { CaseSensitive: false })
  assert.equal(pool.SchemaAttributes!.find(({ Name }) => Name === 'email')!.Required, true)
})

test('a pool can be renamed, and keeps its name where none is given', async () => {
  const UserPoolId = await create({ PoolName: 'before' })
  await cognito.updateUserPool({ UserPoolId, PoolName: 'after' })
  await cognito.updateUserPool({ UserPoolId })
  assert.equal((await describe(UserPoolId)).Name, 'after')
})

test('an update that is refused changes nothing', async () => {
  const UserPoolId = await create({ AutoVerifiedAttributes: ['email'] })
  await assert.rejects(
    cognito.updateUserPool({
      UserPoolId,
      PoolName: 'other',
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
    }),
    { message: 'All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes' },
  )
  const pool = await describe(UserPoolId)
  assert.equal(pool.Name, 'p')
  assert.deepEqual(pool.AutoVerifiedAttributes, ['email'])
})

test('changes made at once all end up in the pool', async () => {
  const UserPoolId = await create()
  const { Arn } = await describe(UserPoolId)
  await Promise.all([
    ...Array.from({ length: 8 }, (_, index) =>
      cognito.addCustomAttributes({
        UserPoolId,
        CustomAttributes: [{ Name: `a${index}`, AttributeDataType: 'String' }],
      }),
    ),
    ...Array.from({ length: 8 }, (_, index) => cognito.tagResource({ ResourceArn: Arn, Tags: { [`t${index}`]: 'x' } })),
  ])
  const pool = await describe(UserPoolId)
  assert.equal(pool.SchemaAttributes!.length, 28)
  assert.equal(Object.keys(pool.UserPoolTags!).length, 8)
})

test('an unknown pool can be neither read nor changed', async () => {
  const UserPoolId = 'us-east-1_unknown00'
  const expected = { name: 'ResourceNotFoundException', message: `User pool ${UserPoolId} does not exist.` }
  const CustomAttributes = [{ Name: 'a', AttributeDataType: 'String' as const }]
  await assert.rejects(cognito.describeUserPool({ UserPoolId }), expected)
  await assert.rejects(cognito.updateUserPool({ UserPoolId }), expected)
  await assert.rejects(cognito.deleteUserPool({ UserPoolId }), expected)
  await assert.rejects(cognito.getUserPoolMfaConfig({ UserPoolId }), expected)
  await assert.rejects(cognito.setUserPoolMfaConfig({ UserPoolId }), expected)
  await assert.rejects(cognito.addCustomAttributes({ UserPoolId, CustomAttributes }), expected)
})

test('custom attributes can be added up to fifty, and no name twice', async () => {
  const UserPoolId = await create({ Schema: [{ Name: 'a0', AttributeDataType: 'String' }] })
  const attributes = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({ Name: `a${from + index}`, AttributeDataType: 'String' as const }))

  await assert.rejects(cognito.addCustomAttributes({ UserPoolId, CustomAttributes: attributes(0, 2) }), {
    name: 'InvalidParameterException',
    message: 'custom:a0: Existing attribute already has name custom:a0.',
  })
  await cognito.addCustomAttributes({ UserPoolId, CustomAttributes: attributes(1, 25) })
  await cognito.addCustomAttributes({ UserPoolId, CustomAttributes: attributes(26, 24) })
  await assert.rejects(cognito.addCustomAttributes({ UserPoolId, CustomAttributes: attributes(50, 1) }), {
    name: 'InvalidParameterException',
    message: 'A user pool can have at most 50 custom attributes.',
  })
  const pool = await describe(UserPoolId)
  assert.equal(pool.SchemaAttributes!.at(-1)!.Name, 'custom:a49')
})

test('a protected pool is not deleted until its protection is off', async () => {
  const UserPoolId = await create({ DeletionProtection: 'ACTIVE' })
  await assert.rejects(cognito.deleteUserPool({ UserPoolId }), {
    name: 'InvalidParameterException',
    message:
      'The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.',
  })
  await cognito.updateUserPool({ UserPoolId, DeletionProtection: 'INACTIVE' })
  await cognito.deleteUserPool({ UserPoolId })
  await assert.rejects(describe(UserPoolId), { name: 'ResourceNotFoundException' })
})

test('a deleted pool leaves nothing behind, though it was written to meanwhile', async () => {
  const { db } = server.ctx
  const UserPoolId = await create()
  const now = new Date()
  const addUser = async () => {
    const id = crypto.randomUUID()
    await db.transaction().execute(async (trx) => {
      await trx
        .insertInto('users')
        .values({
          pool_id: UserPoolId,
          id,
          username: id,
          status: 'CONFIRMED',
          attributes: {},
          created_at: now,
          updated_at: now,
          tokens_valid_from: null,
        })
        .execute()
      await trx
        .insertInto('login_names')
        .values({ pool_id: UserPoolId, name: id, kind: 'username', user_id: id })
        .execute()
    })
  }
  await db.insertInto('client_directory').values({ client_id: UserPoolId, pool_id: UserPoolId }).execute()
  await addUser()
  assert.equal((await describe(UserPoolId)).EstimatedNumberOfUsers, 1)

  // Some of them come after the deletion, and are refused.
  const writes = Promise.allSettled(Array.from({ length: 10 }, addUser))
  await cognito.deleteUserPool({ UserPoolId })
  await writes
  for (const table of ['pools', 'users', 'login_names', 'signing_keys', 'client_directory']) {
    const column = table === 'pools' ? 'id' : 'pool_id'
    const { rows } = await sql`select 1 from ${sql.id(table)} where ${sql.id(column)} = ${UserPoolId}`.execute(db)
    assert.equal(rows.length, 0, table)
  }
})

test('if two callers delete a pool at once, one learns that it is gone', async () => {
  const UserPoolId = await create()
  const results = await Promise.allSettled([
    cognito.deleteUserPool({ UserPoolId }),
    cognito.deleteUserPool({ UserPoolId }),
  ])
  const refused = results.filter((result) => result.status === 'rejected')
  assert.equal(refused.length, 1)
  assert.equal(refused[0]!.reason.name, 'ResourceNotFoundException')
})
