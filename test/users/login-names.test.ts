import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestServer, type TestServer } from '../support/server.ts'
import { attributes, createPool, valuesOf } from './scene.ts'

let server: TestServer
let cognito: TestServer['cognito']

before(async () => {
  server = await startTestServer()
  cognito = server.cognito
})
after(() => server?.close())

const create = (
  UserPoolId: string,
  Username: string,
  values: Record<string, string> = {},
  ForceAliasCreation = false,
) =>
  cognito.adminCreateUser({
    UserPoolId,
    Username,
    ForceAliasCreation,
    MessageAction: 'SUPPRESS',
    UserAttributes: attributes(values),
  })
const update = (UserPoolId: string, Username: string, values: Record<string, string>) =>
  cognito.adminUpdateUserAttributes({ UserPoolId, Username, UserAttributes: attributes(values) })
const usernameOf = async (UserPoolId: string, Username: string) =>
  (await cognito.adminGetUser({ UserPoolId, Username })).Username
const unknown = { name: 'UserNotFoundException', message: 'User does not exist.' }

test('an e-mail address as username becomes an attribute, and the username the sub', async () => {
  const pool = await createPool(server, { UsernameAttributes: ['email'] })
  const { User } = await create(pool, 'ann@example.com', { name: 'Ann' })
  const values = valuesOf(User!.Attributes)
  assert.equal(User!.Username, values.sub)
  assert.equal(values.email, 'ann@example.com')
  assert.equal(await usernameOf(pool, 'ann@example.com'), values.sub)
  assert.equal(await usernameOf(pool, values.sub!), values.sub)

  await assert.rejects(create(pool, 'ann@example.com'), {
    name: 'UsernameExistsException',
    message: 'An account with the given email already exists.',
  })
  await assert.rejects(create(pool, 'ann'), {
    name: 'InvalidParameterException',
    message: 'Username should be an email.',
  })
  await assert.rejects(create(pool, 'bob@example.com', { email: 'other@example.com' }), {
    name: 'InvalidParameterException',
  })
})

test('the new address signs in at once where addresses are usernames', async () => {
  const pool = await createPool(server, { UsernameAttributes: ['email'] })
  await create(pool, 'old@example.com')
  await create(pool, 'taken@example.com')
  await update(pool, 'old@example.com', { email: 'new@example.com' })
  await assert.rejects(usernameOf(pool, 'old@example.com'), unknown)
  assert.ok(await usernameOf(pool, 'new@example.com'))
  await assert.rejects(update(pool, 'new@example.com', { email: 'taken@example.com' }), {
    name: 'AliasExistsException',
    message: 'An account with the given email already exists.',
  })
  assert.ok(await usernameOf(pool, 'new@example.com'))
  await assert.rejects(
    cognito.adminDeleteUserAttributes({ UserPoolId: pool, Username: 'new@example.com', UserAttributeNames: ['email'] }),
    { name: 'InvalidParameterException' },
  )
})

test('a pool may take e-mail addresses and phone numbers as usernames', async () => {
  const pool = await createPool(server, { UsernameAttributes: ['email', 'phone_number'] })
  const { User } = await create(pool, '+15555550123')
  assert.equal(valuesOf(User!.Attributes).phone_number, '+15555550123')
  await create(pool, 'ann@example.com')
  await assert.rejects(create(pool, 'ann'), {
    name: 'InvalidParameterException',
    message: 'Username should be either an email or a phone number.',
  })
  await assert.rejects(create(pool, '+15555550123'), {
    name: 'UsernameExistsException',
    message: 'An account with the given phone_number already exists.',
  })
})

test('a username may not look like an alias', async () => {
  const pool = await createPool(server, { AliasAttributes: ['email'] })
  await assert.rejects(create(pool, 'ann@example.com'), {
    name: 'InvalidParameterException',
    message: 'Username cannot be of email format, since user pool is configured for email alias.',
  })
  assert.equal((await create(pool, '+15555550123')).User!.Username, '+15555550123')
})

test('an alias is active once it is verified, and belongs to the user who verified it last', async () => {
  const pool = await createPool(server, { AliasAttributes: ['email'] })
  await create(pool, 'ann', { email: 'shared@example.com' })
  await create(pool, 'bob', { email: 'shared@example.com' })
  await assert.rejects(usernameOf(pool, 'shared@example.com'), unknown)

  await update(pool, 'ann', { email_verified: 'true' })
  assert.equal(await usernameOf(pool, 'shared@example.com'), 'ann')
  await update(pool, 'bob', { email_verified: 'true' })
  assert.equal(await usernameOf(pool, 'shared@example.com'), 'bob')
  const ann = await cognito.adminGetUser({ UserPoolId: pool, Username: 'ann' })
  assert.deepEqual(valuesOf(ann.UserAttributes), {
    sub: valuesOf(ann.UserAttributes).sub,
    email: 'shared@example.com',
    email_verified: 'false',
  })

  await update(pool, 'ann', { email: 'shared@example.com', email_verified: 'true', name: 'Ann' })
  assert.equal(await usernameOf(pool, 'shared@example.com'), 'ann')
  await update(pool, 'ann', { email: 'own@example.com' })
  await assert.rejects(usernameOf(pool, 'shared@example.com'), unknown)
  await assert.rejects(usernameOf(pool, 'own@example.com'), unknown)
})

test('of two users whose one address is called verified at once, one has it and the other is unverified', async () => {
  const pool = await createPool(server, { AliasAttributes: ['email'] })
  for (const name of ['ann', 'bob']) await create(pool, name, { email: 'one@example.com' })
  for (let round = 0; round < 5; round++) {
    await Promise.all(['ann', 'bob'].map((name) => update(pool, name, { email_verified: 'true' })))
    const owner = await usernameOf(pool, 'one@example.com')
    for (const Username of ['ann', 'bob']) {
      const user = await cognito.adminGetUser({ UserPoolId: pool, Username })
      assert.equal(valuesOf(user.UserAttributes).email_verified, String(Username === owner), Username)
    }
  }
})

test('a new user takes over an alias only if the call asks for it', async () => {
  const pool = await createPool(server, { AliasAttributes: ['email'] })
  const verified = { email: 'moved@example.com', email_verified: 'true' }
  await create(pool, 'former', verified)
  await assert.rejects(create(pool, 'next', verified), {
    name: 'UsernameExistsException',
    message: 'An account with the given email already exists.',
  })
  await create(pool, 'next', verified, true)
  assert.equal(await usernameOf(pool, 'moved@example.com'), 'next')
  const former = await cognito.adminGetUser({ UserPoolId: pool, Username: 'former' })
  assert.equal(valuesOf(former.UserAttributes).email_verified, 'false')
  assert.equal(valuesOf(former.UserAttributes).email, 'moved@example.com')
})

test('not even by force is a preferred username taken over as an address, and nothing is left of the user', async () => {
  const pool = await createPool(server, { AliasAttributes: ['email', 'preferred_username'] })
  const address = 'both@example.com'
  await create(pool, 'former')
  await update(pool, 'former', { preferred_username: address })
  await assert.rejects(create(pool, 'next', { email: address, email_verified: 'true' }, true), {
    name: 'UsernameExistsException',
    message: 'An account with the given email already exists.',
  })
  assert.equal(await usernameOf(pool, address), 'former')
  await assert.rejects(usernameOf(pool, 'next'), unknown)
})

test('of ten new users with one address at once, one is made, and nothing is left of the others', async () => {
  const pool = await createPool(server, { AliasAttributes: ['email'] })
  const names = Array.from({ length: 10 }, (_, number) => `user${number}`)
  const verified = { email: 'one@example.com', email_verified: 'true' }
  const results = await Promise.allSettled(names.map((name) => create(pool, name, verified)))
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
  for (const result of results)
    if (result.status === 'rejected') assert.equal(result.reason.name, 'UsernameExistsException')
  assert.equal((await cognito.listUsers({ UserPoolId: pool })).Users!.length, 1)
  const kept = await server.ctx.db.selectFrom('login_names').select('name').where('pool_id', '=', pool).execute()
  assert.equal(kept.length, 2)
})

test('a preferred username is an alias that may not be anybody’s name', async () => {
  const pool = await createPool(server, { AliasAttributes: ['preferred_username'] })
  await create(pool, 'ann')
  await create(pool, 'bob')
  await update(pool, 'ann', { preferred_username: 'annie' })
  assert.equal(await usernameOf(pool, 'annie'), 'ann')
  await update(pool, 'ann', { preferred_username: 'ann' })
  await assert.rejects(usernameOf(pool, 'annie'), unknown)
  await assert.rejects(update(pool, 'ann', { preferred_username: 'bob' }), { name: 'AliasExistsException' })
  await update(pool, 'ann', { preferred_username: '' })
  assert.equal(await usernameOf(pool, 'ann'), 'ann')
  await update(pool, 'ann', { preferred_username: 'carl' })
  await assert.rejects(create(pool, 'carl'), { name: 'UsernameExistsException' })
})

test('a preferred username may not read like the sub of another user', async () => {
  const pool = await createPool(server, { AliasAttributes: ['preferred_username'] })
  const { User } = await create(pool, 'ann')
  const { sub } = valuesOf(User!.Attributes)
  await create(pool, 'bob')
  await assert.rejects(update(pool, 'bob', { preferred_username: sub! }), {
    name: 'AliasExistsException',
    message: 'An account with the given preferred_username already exists.',
  })
  assert.equal(await usernameOf(pool, sub!), 'ann')
  await update(pool, 'ann', { preferred_username: sub! })
  assert.equal(await usernameOf(pool, sub!), 'ann')
})

test('if ten users claim an alias at once, one gets it', async () => {
  const pool = await createPool(server, { AliasAttributes: ['preferred_username'] })
  const names = Array.from({ length: 10 }, (_, number) => `user${number}`)
  for (const name of names) await create(pool, name)
  const claims = await Promise.allSettled(names.map((name) => update(pool, name, { preferred_username: 'wanted' })))
  assert.equal(claims.filter(({ status }) => status === 'fulfilled').length, 1)
  const { Users } = await cognito.listUsers({ UserPoolId: pool, Filter: 'preferred_username = "wanted"' })
  assert.equal(Users!.length, 1)
  assert.equal(await usernameOf(pool, 'wanted'), Users![0]!.Username)
})

test('a pool that ignores case shows names in lower case and finds them in any', async () => {
  const pool = await createPool(server, {
    AliasAttributes: ['email'],
    UsernameConfiguration: { CaseSensitive: false },
  })
  const { User } = await create(pool, 'ÄNN', { email: 'Ann@Example.com', email_verified: 'true', name: 'Ann' })
  assert.equal(User!.Username, 'änn')
  assert.equal(valuesOf(User!.Attributes).email, 'ann@example.com')
  assert.equal(valuesOf(User!.Attributes).name, 'Ann')
  assert.equal(await usernameOf(pool, 'Änn'), 'änn')
  assert.equal(await usernameOf(pool, 'ANN@EXAMPLE.COM'), 'änn')
  await assert.rejects(create(pool, 'äNN'), { name: 'UsernameExistsException' })
})
