import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ListUsersCommandInput } from '@aws-sdk/client-cognito-identity-provider'
import { insertManyUsers } from '../support/many-users.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { attributes, createPool, valuesOf } from './scene.ts'

let server: TestServer
let cognito: TestServer['cognito']
let UserPoolId: string

before(async () => {
  server = await startTestServer()
  cognito = server.cognito
  UserPoolId = await createPool(server)
  await create('ann', { name: 'Ann', given_name: 'Ann', family_name: 'Reddy', email: 'ann@example.com' })
  await create('Anna', { name: 'Anna "Nan" O\\Neill', family_name: 'Reddy', phone_number: '+15555550123' })
  await create('bob', { name: 'Bob 100%_sure', family_name: 'Ready', preferred_username: 'bobby' })
  await create('zoë', { name: '\u{10ffff}\u{10ffff}x', family_name: 'Reddyx', email: 'zoe@example.com' })
  await cognito.adminDisableUser({ UserPoolId, Username: 'bob' })
  await cognito.adminSetUserPassword({ UserPoolId, Username: 'ann', Password: 'Perm4nent!', Permanent: true })
})
after(() => server?.close())

const create = (Username: string, values: Record<string, string> = {}, pool = UserPoolId) =>
  cognito.adminCreateUser({
    UserPoolId: pool,
    Username,
    MessageAction: 'SUPPRESS',
    TemporaryPassword: 'Tempor4ry!',
    UserAttributes: attributes(values),
  })

const list = async (Filter?: string) =>
  (await cognito.listUsers({ UserPoolId, Filter })).Users!.map(({ Username }) => Username!)

async function everyPage(input: Partial<ListUsersCommandInput>, between?: () => Promise<unknown>) {
  const found: string[] = []
  let PaginationToken: string | undefined
  do {
    const page = await cognito.listUsers({ UserPoolId, ...input, PaginationToken })
    found.push(...page.Users!.map(({ Username }) => Username!))
    PaginationToken = page.PaginationToken
    await between?.()
  } while (PaginationToken)
  return found
}

test('without a filter everybody is listed', async () => {
  const everybody = ['Anna', 'ann', 'bob', 'zoë']
  assert.deepEqual((await list()).sort(), everybody)
  assert.deepEqual((await list('')).sort(), everybody)
})

for (const [filter, expected] of [
  ['username = "ann"', ['ann']],
  ['username ^= "an"', ['ann']],
  ['username ^= "A"', ['Anna']],
  ['username = "an"', []],
  ['email = "ann@example.com"', ['ann']],
  ['email ^= "zoe@"', ['zoë']],
  ['phone_number ^= "+1555"', ['Anna']],
  ['"given_name"="Ann"', ['ann']],
  ['  family_name  ^=  "Redd"  ', ['Anna', 'ann', 'zoë']],
  ['family_name = "Reddy"', ['Anna', 'ann']],
  ['preferred_username ^= "bob"', ['bob']],
  ['preferred_username = "Bobby"', ['bob']],
  ['email = "ANN@Example.com"', ['ann']],
  ['given_name ^= "aNN"', ['ann']],
  ['family_name ^= "REDDY"', ['Anna', 'ann', 'zoë']],
  ['name = "ANNA \\"nan\\" o\\\\neill"', ['Anna']],
  ['name ^= "BOB"', ['bob']],
  ['username = "Ann"', []],
  ['name = "Anna \\"Nan\\" O\\\\Neill"', ['Anna']],
  ['name ^= "Bob 100%"', ['bob']],
  ['name ^= "%"', []],
  ['name ^= "_"', []],
  ['name ^= "\u{10ffff}"', ['zoë']],
  ['name ^= ""', ['Anna', 'ann', 'bob', 'zoë']],
  ['cognito:user_status = "CONFIRMED"', ['ann']],
  ['cognito:user_status = "confirmed"', ['ann']],
  ['cognito:user_status ^= "C"', ['ann']],
  ['cognito:user_status = "NONE"', []],
  ['status = "Disabled"', ['bob']],
  ['status = "disabled"', []],
  ['status = "Enabled"', ['Anna', 'ann', 'zoë']],
  ['status ^= "Dis"', ['bob']],
  ['sub = "nobody"', []],
  ['sub ^= "z"', []],
] as const) {
  test(`the filter ${filter} finds ${expected.length}`, async () => {
    assert.deepEqual((await list(filter)).sort(), [...expected])
  })
}

test('a sub is found whole and by its beginning', async () => {
  const { Users } = await cognito.listUsers({ UserPoolId, Filter: 'username = "ann"' })
  const sub = valuesOf(Users![0]!.Attributes).sub!
  assert.deepEqual(await list(`sub = "${sub}"`), ['ann'])
  assert.deepEqual(await list(`sub = "${sub.toUpperCase()}"`), ['ann'])
  assert.ok((await list(`sub ^= "${sub.slice(0, 11)}"`)).includes('ann'))
  assert.equal((await list('sub ^= ""')).length, 4)
})

test('users are sorted by the attribute that was searched for', async () => {
  const { Users } = await cognito.listUsers({ UserPoolId, Filter: 'name ^= ""' })
  const names = Users!.map(({ Attributes }) => valuesOf(Attributes).name)
  assert.deepEqual(names, ['Ann', 'Anna "Nan" O\\Neill', 'Bob 100%_sure', '\u{10ffff}\u{10ffff}x'])
})

for (const filter of [
  'username',
  'username =',
  'username = ann',
  "username = 'ann'",
  'username = "ann',
  'username = "a"b"',
  'username != "ann"',
  'username = "ann" and email = "x"',
  '= "ann"',
]) {
  test(`the filter ${filter} can't be read`, async () => {
    await assert.rejects(list(filter), { name: 'InvalidParameterException', message: 'Error while parsing filter.' })
  })
}

for (const name of ['custom:word', 'address', 'nothing', 'Username'])
  test(`${name} is not searchable`, async () => {
    await assert.rejects(list(`${name} = "x"`), {
      name: 'InvalidParameterException',
      message: `Invalid search attribute: ${name}`,
    })
  })

test('attributes are found whatever their case, in pools that tell cases apart too', async () => {
  const found = async (pool: string, Filter: string) =>
    (await cognito.listUsers({ UserPoolId: pool, Filter })).Users!.map(({ Username }) => Username)
  for (const CaseSensitive of [true, false]) {
    const pool = await createPool(server, { UsernameConfiguration: { CaseSensitive } })
    // One letter is written in two ways, and the dotted capital is longer in lower case.
    const values = { email: 'Élan@Example.com', name: 'E\u0301LAN Ζεύς', preferred_username: 'İlan' }
    await create('elan', values, pool)
    for (const filter of [
      'email = "élan@example.COM"',
      'email ^= "ÉLAN@"',
      'name = "Élan ΖΕΎς"',
      'name ^= "e\u0301lan"',
      'preferred_username = "İLAN"',
      'preferred_username ^= "i\u0307"',
    ])
      assert.deepEqual(await found(pool, filter), ['elan'], `${CaseSensitive} ${filter}`)
    assert.deepEqual(await found(pool, 'name ^= "elan"'), [])

    const change = (changes: Record<string, string>) =>
      cognito.adminUpdateUserAttributes({ UserPoolId: pool, Username: 'elan', UserAttributes: attributes(changes) })
    await change({ name: 'Other NAME', email: '' })
    assert.deepEqual(await found(pool, 'name ^= "other n"'), ['elan'])
    assert.deepEqual(await found(pool, 'preferred_username = "i\u0307lan"'), ['elan'])
    for (const filter of ['name ^= "élan"', 'email ^= ""']) assert.deepEqual(await found(pool, filter), [], filter)
    await change({ name: 'plain', preferred_username: '' })
    assert.deepEqual(await found(pool, 'name = "PLAIN"'), ['elan'])
    const { search_forms } = await server.ctx.db
      .selectFrom('users')
      .select('search_forms')
      .where('pool_id', '=', pool)
      .executeTakeFirstOrThrow()
    assert.equal(search_forms, null)
  }
})

test('the longest values are found too, though some are longer in lower case', async () => {
  const pool = await createPool(server)
  const values = { name: 'İ'.repeat(1024), family_name: '\u0958\u0959\u095a\u095b'.repeat(170) }
  await create('long', values, pool)
  for (const [name, value] of Object.entries(values)) {
    const { Users } = await cognito.listUsers({ UserPoolId: pool, Filter: `${name} ^= "${value.slice(0, 80)}"` })
    assert.equal(Users!.length, 1, name)
  }
})

test('pages continue in the order of the compared attribute', async () => {
  const pool = await createPool(server)
  const names = ['bea', 'Ada', 'ADAM', 'cleo', 'Abel', 'Bernd']
  for (const name of names) await create(name.toLowerCase(), { name }, pool)
  const everybody = await everyPage({ UserPoolId: pool, Filter: 'name ^= ""', Limit: 2 })
  assert.deepEqual(everybody, ['abel', 'ada', 'adam', 'bea', 'bernd', 'cleo'])
})

test('only the attributes that were asked for are shown', async () => {
  const Filter = 'username = "ann"'
  const { Users } = await cognito.listUsers({ UserPoolId, Filter, AttributesToGet: ['email', 'address'] })
  assert.deepEqual(Users![0]!.Attributes, [{ Name: 'email', Value: 'ann@example.com' }])
  await assert.rejects(cognito.listUsers({ UserPoolId, AttributesToGet: ['email', 'custom:no'] }), {
    name: 'InvalidParameterException',
    message: /One or more requested attributes do not exist/,
  })
})

test('a limit of zero means the default, and one over sixty is refused', async () => {
  assert.equal((await cognito.listUsers({ UserPoolId, Limit: 0 })).Users!.length, 4)
  await assert.rejects(cognito.listUsers({ UserPoolId, Limit: 61 }), { name: 'InvalidParameterException' })
})

test('pages show everybody once while others come and go', async () => {
  const pool = await createPool(server)
  const names = Array.from({ length: 7 }, (_, number) => `user${number}`)
  for (const name of names) await create(name, { name: 'Same', email: `${name}@example.com` }, pool)
  let newcomers = 0
  for (const Filter of [
    undefined,
    'name = "Same"',
    'name ^= "S"',
    'username ^= "u"',
    'email ^= "u"',
    'cognito:user_status ^= ""',
    'status = "Enabled"',
    'sub ^= ""',
  ]) {
    const found = await everyPage({ UserPoolId: pool, Filter, Limit: 2 }, async () => {
      const name = `newcomer${++newcomers}`
      await create(name, { name: 'Same', email: `${name}@example.com` }, pool)
      if (newcomers % 2) await cognito.adminDeleteUser({ UserPoolId: pool, Username: name })
    })
    assert.deepEqual(found.filter((name) => name.startsWith('user')).sort(), names, String(Filter))
    assert.equal(new Set(found).size, found.length, String(Filter))
  }
})

test('ten thousand users are each listed once while more sign up', async () => {
  const pool = await createPool(server)
  await insertManyUsers(server.ctx.db, pool, 10_000)
  for (const Filter of [undefined, 'username ^= "user"']) {
    let listing = true
    const signUps = (async () => {
      for (let newcomers = 0; listing; newcomers++)
        await create(`user-${Filter ? 'filtered' : 'all'}-${newcomers}`, {}, pool)
    })()
    const found = await everyPage({ UserPoolId: pool, Filter, Limit: 60 })
    listing = false
    await signUps
    const names = new Set(found)
    assert.equal(names.size, found.length, 'nobody twice')
    for (let n = 1; n <= 10_000; n++) assert.ok(names.has(`user${n}`), `user${n} is missing`)
  }
})

test('a page token of another listing, or of nobody’s making, is refused', async () => {
  const { PaginationToken } = await cognito.listUsers({ UserPoolId, Limit: 1 })
  const other = await createPool(server)
  const refusal = { name: 'InvalidParameterException', message: 'Invalid pagination token.' }
  await assert.rejects(cognito.listUsers({ UserPoolId: other, PaginationToken }), refusal)
  await assert.rejects(cognito.listUsers({ UserPoolId, Filter: 'name ^= "A"', PaginationToken }), refusal)
  await assert.rejects(cognito.listUsers({ UserPoolId, PaginationToken: 'forged' }), refusal)
})

test('pools see their own users only', async () => {
  const other = await createPool(server)
  assert.deepEqual((await cognito.listUsers({ UserPoolId: other })).Users, [])
  assert.deepEqual((await cognito.listUsers({ UserPoolId: other, Filter: 'name = "Ann"' })).Users, [])
})

test('a pool that ignores case does so in names and addresses', async () => {
  const pool = await createPool(server, { UsernameConfiguration: { CaseSensitive: false } })
  await create('Ann', { email: 'Ann@Example.com', preferred_username: 'Annie' }, pool)
  for (const Filter of ['username = "ANN"', 'email ^= "ANN@"', 'preferred_username = "ANNIE"'])
    assert.equal((await cognito.listUsers({ UserPoolId: pool, Filter })).Users!.length, 1, Filter)
})
