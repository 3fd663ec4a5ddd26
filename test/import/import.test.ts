import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { hash as bcrypt } from '@node-rs/bcrypt'
import { sql } from 'kysely'
import { limitsWith } from '../../src/model/limits.ts'
import { type FakeAws, keys, startFakeAws } from '../logs/fake-aws.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { signInBySrp } from '../support/srp-sign-in.ts'
import { csv, importScene, person, upload } from './scene.ts'

let aws: FakeAws
let server: TestServer
before(async () => {
  aws = await startFakeAws()
  server = await startTestServer({ logDeliveryEndpoint: aws.url, logDeliveryCredentials: keys })
})
after(async () => {
  await server.close()
  await aws.close()
})

const { makePool, createJob, run, endOf } = importScene(() => server)

test('the header names every attribute of the pool', async () => {
  const { header } = await makePool()
  assert.equal(header[0], 'name')
  assert.deepEqual(header.slice(-4), ['custom:team', 'cognito:mfa_enabled', 'cognito:username', 'password_hash'])
})

test('users of a file are there, must set a password, and are found by every name', async () => {
  const { UserPoolId, ClientId, header } = await makePool()
  const job = await createJob(UserPoolId)
  assert.equal(job.Status, 'Created')
  const rows = [person(1, { name: 'Ann \\, the first', 'custom:team': 'blue' }), person(2)]
  assert.equal((await upload(job, csv(header, rows))).status, 200)
  const ended = await run(job)
  assert.deepEqual([ended.Status, ended.ImportedUsers, ended.SkippedUsers, ended.FailedUsers], ['Succeeded', 2, 0, 0])
  const user = await server.cognito.adminGetUser({ UserPoolId, Username: 'user1@example.com' })
  assert.equal(user.Username, 'user1')
  assert.equal(user.UserStatus, 'RESET_REQUIRED')
  assert.equal(user.UserAttributes?.find(({ Name }) => Name === 'name')?.Value, 'Ann , the first')
  await server.cognito.forgotPassword({ ClientId, Username: 'user1' })
  const { code } = await server.message({ to: 'user1@example.com' })
  await server.cognito.confirmForgotPassword({
    ClientId,
    Username: 'user1',
    ConfirmationCode: code!,
    Password: 'Correct-horse-1',
  })
})

test('rows that exist are skipped and rows that are wrong fail, each for itself', async () => {
  const { UserPoolId, header } = await makePool()
  await server.cognito.adminCreateUser({ UserPoolId, Username: 'user1', MessageAction: 'SUPPRESS' })
  const job = await createJob(UserPoolId)
  const rows = [
    person(1),
    person(2),
    person(2),
    person(3, { email: 'no address' }),
    person(4, { email_verified: '' }),
    person(5, { 'cognito:username': 'two words' }),
    person(6, { 'cognito:mfa_enabled': 'true' }),
    person(7, { email: 'user2@example.com' }),
    person(8),
  ]
  await upload(job, `${csv(header, rows)}\nonly,three,fields\n\n`)
  const ended = await run(job)
  assert.deepEqual([ended.Status, ended.ImportedUsers, ended.SkippedUsers, ended.FailedUsers], ['Succeeded', 2, 3, 5])
  assert.ok(ended.PreSignedUrl)
  await server.ctx.logs.flush()
  const put = aws.taken.map(({ body }) => JSON.parse(body)).find((call) => call.logStreamName?.startsWith(job.JobId!))
  assert.equal(put.logGroupName, `/aws/cognito/userpools/${UserPoolId}/our-people`)
  assert.equal(put.logStreamName, `${job.JobId}/job`)
  const lines: string[] = put.logEvents.map(({ message }: { message: string }) => message)
  assert.deepEqual(lines.slice(0, 4), [
    '[SKIPPED] Line Number 2 - The user already exists.',
    '[SKIPPED] Line Number 4 - The user already exists.',
    '[FAILED] Line Number 5 - Invalid email address format.',
    '[FAILED] Line Number 6 - The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true).',
  ])
  assert.equal(lines.length, 8)
  const { Users } = await server.cognito.listUsers({ UserPoolId })
  assert.deepEqual(Users!.map(({ Username }) => Username).toSorted(), ['user1', 'user2', 'user8'])
})

test('users who sign in by a code need no new password', async () => {
  const { UserPoolId, header } = await makePool({
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'SMS_OTP'] } },
    SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::000000000000:role/sms', ExternalId: 'x' },
  })
  const job = await createJob(UserPoolId)
  await upload(job, csv(header, [person(1, { phone_number: '+12065550100' }), person(2)]))
  await run(job)
  const statusOf = async (Username: string) => (await server.cognito.adminGetUser({ UserPoolId, Username })).UserStatus
  assert.deepEqual([await statusOf('user1'), await statusOf('user2')], ['CONFIRMED', 'RESET_REQUIRED'])
})

test('where MFA is required, no row is without', async () => {
  const { UserPoolId, header } = await makePool()
  await server.cognito.setUserPoolMfaConfig({
    UserPoolId,
    MfaConfiguration: 'ON',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  })
  const job = await createJob(UserPoolId)
  const mfa = (wanted: string) => ({ 'cognito:mfa_enabled': wanted })
  await upload(job, csv(header, [person(1, mfa('TRUE')), person(2, mfa('FALSE')), person(3)]))
  const ended = await run(job)
  assert.deepEqual([ended.ImportedUsers, ended.FailedUsers], [2, 1])
})

test('a file with more rows than are allowed fails the job after those', async () => {
  const { UserPoolId, header } = await makePool()
  server.ctx.limits = limitsWith({ rowsPerImport: 3 })
  try {
    const job = await createJob(UserPoolId)
    await upload(
      job,
      csv(
        header,
        [1, 2, 3, 4, 5].map((n) => person(n)),
      ),
    )
    const ended = await run(job)
    assert.deepEqual([ended.Status, ended.ImportedUsers], ['Failed', 3])
    assert.equal(ended.CompletionMessage, 'The CSV file has more than 3 rows.')
  } finally {
    server.ctx.limits = limitsWith()
  }
})

test('a password that was hashed elsewhere signs in, and by SRP once it is known', async () => {
  const { UserPoolId, ClientId, header } = await makePool()
  const job = await createJob(UserPoolId, { PasswordHashingAlgorithm: 'BCRYPT' })
  const password_hash = await bcrypt('Imported-horse-1', 5)
  await upload(job, csv(header, [person(1, { password_hash }), person(2), person(3, { password_hash: 'plain' })]))
  const ended = await run(job)
  assert.deepEqual([ended.ImportedUsers, ended.FailedUsers], [2, 1])

  const signIn = (PASSWORD: string) =>
    server.cognito.initiateAuth({
      ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'user1', PASSWORD },
    })
  await assert.rejects(signIn('Imported-horse-2'), { name: 'NotAuthorizedException' })
  await assert.rejects(signInBySrp(server, { UserPoolId, ClientId, username: 'user1', password: 'Imported-horse-1' }))
  assert.ok((await signIn('Imported-horse-1')).AuthenticationResult?.AccessToken)
  assert.ok(await signInBySrp(server, { UserPoolId, ClientId, username: 'user1', password: 'Imported-horse-1' }))
  const other = await server.cognito.adminGetUser({ UserPoolId, Username: 'user2' })
  assert.equal(other.UserStatus, 'RESET_REQUIRED')
})

test('the documented file with bcrypt hashes is imported as it stands', async () => {
  const { UserPoolId } = await makePool()
  const job = await createJob(UserPoolId, { PasswordHashingAlgorithm: 'BCRYPT' })
  const hash = '$2b$10$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6'
  const body = [
    'cognito:username,email,email_verified,phone_number,phone_number_verified,password_hash',
    `alejandro_rosalez,alejandro_rosalez@example.com,TRUE,+12345550100,TRUE,${hash}`,
    `mary_major,mary_major@example.com,TRUE,+12345550199,TRUE,${hash}`,
  ].join('\n')
  await upload(job, body)
  const ended = await run(job)
  assert.deepEqual([ended.Status, ended.ImportedUsers, ended.FailedUsers], ['Succeeded', 2, 0])
  const user = await server.cognito.adminGetUser({ UserPoolId, Username: 'mary_major' })
  assert.equal(user.UserStatus, 'CONFIRMED')
})

test('the documented file without hashes is imported as it stands, and a hash of each documented form', async () => {
  // A pool without attributes of its own.
  const { UserPoolId } = await makePool({ Schema: undefined })
  const plain = await createJob(UserPoolId)
  await upload(
    plain,
    [
      'cognito:username,name,given_name,family_name,middle_name,nickname,preferred_username,profile,picture,website,email,email_verified,gender,birthdate,zoneinfo,locale,phone_number,phone_number_verified,address,updated_at,cognito:mfa_enabled',
      'John,,John,Doe,,,,,,,johndoe@example.com,TRUE,,02/01/1985,,,+12345550100,TRUE,123 Any Street,,FALSE',
      'Jane,,Jane,Roe,,,,,,,janeroe@example.com,TRUE,,01/01/1985,,,+12345550199,TRUE,100 Main Street,,FALSE\n',
    ].join('\n'),
  )
  const ended = await run(plain)
  assert.deepEqual([ended.Status, ended.ImportedUsers, ended.FailedUsers], ['Succeeded', 2, 0])
  const john = await server.cognito.adminGetUser({ UserPoolId, Username: 'John' })
  assert.equal(john.UserStatus, 'RESET_REQUIRED')

  // Commas in a value are escaped.
  const hashes = {
    SCRYPT:
      '65536$8$1$304dbaef7c5e828dc19c98f0600d18fe$4f69c498c12cd102d057356facf8d77e8d42407090491ea32c5b038f5a18c099',
    ARGON2ID: '$argon2id$v=19$m=19456\\,t=2\\,p=1$ko/G5o1ms+ML08P95sQ8DA$AkVbvWSOqz7Hs3qthhWKxicOWnGLN+MBmpwc3emi5VA',
    PBKDF2_SHA256: '$pbkdf2-sha256$600000$1XZlmwLQ2hhM3JYuCPiArQ$Pfheg9Zi/v5lXU4yyLA0WFUYEd/rlaVbzrM9oMD6IrA',
  }
  for (const [algorithm, hash] of Object.entries(hashes)) {
    const PasswordHashingAlgorithm = algorithm as keyof typeof hashes
    const job = await createJob(UserPoolId, { PasswordHashingAlgorithm })
    const header = 'cognito:username,email,email_verified,password_hash'
    await upload(job, `${header}\n${algorithm},${algorithm}@example.com,TRUE,${hash}`)
    assert.equal((await run(job)).ImportedUsers, 1, algorithm)
    const imported = await server.cognito.adminGetUser({ UserPoolId, Username: algorithm })
    assert.equal(imported.UserStatus, 'CONFIRMED')
  }
})

test('a file may lack columns where it brings hashes, and a row what those would have held', async () => {
  const { UserPoolId } = await makePool({ Schema: [{ Name: 'name', Required: true, Mutable: true }] })
  const lacking: [header: string, row: string, ended: unknown[]][] = [
    [
      'email,email_verified,password_hash',
      'a@example.com,true,',
      ['Failed', 0, 'The header in the CSV file lacks the column cognito:username.'],
    ],
    [
      'cognito:username,email,email_verified',
      'a,a@example.com,true',
      ['Failed', 0, 'The header in the CSV file lacks the column password_hash.'],
    ],
    ['cognito:username,password_hash', 'a,', ['Failed', 1, tooMany]],
    ['cognito:username,email_verified,password_hash', 'a,true,', ['Failed', 1, tooMany]],
    ['cognito:username,email,email_verified,password_hash', 'a,a@example.com,true,', ['Failed', 1, tooMany]],
    [
      'password_hash,cognito:username,email,email_verified,name',
      ',a,a@example.com,true,Ann',
      ['Succeeded', 0, 'Import Job Completed Successfully.'],
    ],
  ]
  for (const [header, row, expected] of lacking) {
    const job = await createJob(UserPoolId, { PasswordHashingAlgorithm: 'BCRYPT' })
    await upload(job, `${header}\n${row}`)
    const { Status, FailedUsers, CompletionMessage } = await run(job)
    assert.deepEqual([Status, FailedUsers, CompletionMessage], expected, header)
  }
})

test('nobody is imported under a name that reads like the sub of another user', async () => {
  const { UserPoolId, header } = await makePool()
  const { User } = await server.cognito.adminCreateUser({ UserPoolId, Username: 'ann', MessageAction: 'SUPPRESS' })
  const sub = User!.Attributes!.find(({ Name }) => Name === 'sub')!.Value!
  const job = await createJob(UserPoolId)
  const names = [sub, '0b9a5f34-6f0c-4f7e-8a55-4f3f5f1c2d3e']
  await upload(
    job,
    csv(
      header,
      names.map((name, number) => person(number, { 'cognito:username': name })),
    ),
  )
  const ended = await run(job)
  assert.deepEqual([ended.Status, ended.ImportedUsers, ended.SkippedUsers, ended.FailedUsers], ['Succeeded', 1, 1, 0])
  assert.equal((await server.cognito.adminGetUser({ UserPoolId, Username: sub })).Username, 'ann')
})

const tooMany = 'Too many users have failed or been skipped during the import.'

test('a job that creates no users ends Failed, whether its rows were wrong or there already', async () => {
  const { UserPoolId, header } = await makePool()
  const outcomes: unknown[] = []
  for (const rows of [[person(1, { email: 'none' }), person(2, { email: 'none' })], [person(1)], [person(1)], []]) {
    const job = await createJob(UserPoolId)
    await upload(job, csv(header, rows))
    const { Status, ImportedUsers, SkippedUsers, FailedUsers, CompletionMessage } = await run(job)
    outcomes.push([Status, ImportedUsers, SkippedUsers, FailedUsers, CompletionMessage])
  }
  assert.deepEqual(outcomes, [
    ['Failed', 0, 0, 2, tooMany],
    ['Succeeded', 1, 0, 0, 'Import Job Completed Successfully.'],
    ['Failed', 0, 1, 0, tooMany],
    ['Succeeded', 0, 0, 0, 'Import Job Completed Successfully.'],
  ])
})

test('an import takes and refuses the values that AdminCreateUser does', async () => {
  const { UserPoolId, header } = await makePool({
    Schema: [
      { Name: 'team', AttributeDataType: 'String', Mutable: true, StringAttributeConstraints: { MaxLength: '5' } },
      { Name: 'floor', AttributeDataType: 'Number', Mutable: true, NumberAttributeConstraints: { MaxValue: '9' } },
      { Name: 'member', AttributeDataType: 'Boolean', Mutable: true },
      { Name: 'since', AttributeDataType: 'DateTime', Mutable: true },
    ],
  })
  const values: [name: string, value: string][] = [
    ['birthdate', '02/01/1985'],
    ['birthdate', '1985-02-01'],
    ['birthdate', '2/1/1985'],
    ['birthdate', '02/01/1985 '.repeat(2).trim()],
    ['email', 'user@example'],
    ['email', 'two words@example.com'],
    ['email_verified', 'yes'],
    ['phone_number', '12065550100'],
    ['phone_number', '+12065550100'],
    ['updated_at', '1471453471'],
    ['updated_at', 'yesterday'],
    ['updated_at', '-1'],
    ['custom:team', 'blue'],
    ['custom:team', 'yellow'],
    ['custom:floor', '9'],
    ['custom:floor', '10'],
    ['custom:member', 'perhaps'],
    ['custom:since', 'soon'],
    ['name', 'a\0b'],
    ['name', 'x'.repeat(2049)],
    ['name', '字'.repeat(700)],
    ['cognito:username', 'two words'],
    ['cognito:username', 'a\0b'],
    ['cognito:username', 'bell\u0007'],
    ['cognito:username', 'zero\u200bwidth'],
    ['cognito:username', 'no-break\u00a0space'],
    ['cognito:username', 'x'.repeat(129)],
    ['cognito:username', 'ann@example.com'],
    ['cognito:username', '👩‍🚀'],
    ['cognito:username', 'Zoë-字.1'],
  ]
  const people = values.map(([name, value], n) => person(`v${n}`, { [name]: value }))
  const job = await createJob(UserPoolId)
  await upload(job, csv(header, [person('first'), ...people]))
  assert.equal((await run(job)).Status, 'Succeeded')
  const lines = await server.ctx.db.selectFrom('import_lines').select('line').where('job_id', '=', job.JobId!).execute()
  const refusedByImport = new Set(lines.map(({ line }) => line - 3))

  const other = await makePool({ Schema: (await schemaOf(UserPoolId)) as never })
  const refusedByOperation = new Set<number>()
  for (const [n, person] of people.entries()) {
    const { 'cognito:username': Username, ...attributes } = person
    const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }))
    const { UserPoolId } = other
    await server.cognito
      .adminCreateUser({ UserPoolId, Username, UserAttributes, MessageAction: 'SUPPRESS' })
      .catch((error) => {
        assert.match(error.name, /^(InvalidParameter|Serialization)Exception$/, `${values[n]}`)
        refusedByOperation.add(n)
      })
  }
  const named = (refused: Set<number>) => [...refused].sort((a, b) => a - b).map((n) => values[n])
  assert.deepEqual(named(refusedByImport), named(refusedByOperation))
  assert.ok(refusedByImport.size > 15)
})

async function schemaOf(UserPoolId: string) {
  const { UserPool } = await server.cognito.describeUserPool({ UserPoolId })
  return UserPool!
    .SchemaAttributes!.filter(({ Name }) => Name!.startsWith('custom:'))
    .map((attribute) => ({
      ...attribute,
      Name: attribute.Name!.slice('custom:'.length),
    }))
}

test('five thousand rows, with progress on the way', async () => {
  const { UserPoolId, header } = await makePool()
  const job = await createJob(UserPoolId)
  await upload(
    job,
    csv(
      header,
      Array.from({ length: 5000 }, (_, i) => person(i)),
    ),
  )
  const ended = await run(job)
  assert.deepEqual([ended.Status, ended.ImportedUsers], ['Succeeded', 5000])
  assert.equal((await server.cognito.describeUserPool({ UserPoolId })).UserPool?.EstimatedNumberOfUsers, 5000)
})

test('a pool is not changed while users are imported into it', async () => {
  const { cognito } = server
  const { UserPoolId, header } = await makePool()
  const job = await createJob(UserPoolId)
  await upload(job, csv(header, [person(1)]))
  // Nobody runs the job before it is stopped.
  await server.ctx.db
    .updateTable('import_jobs')
    .set({ status: 'InProgress', claimed_until: new Date('2999-01-01') })
    .where('id', '=', job.JobId!)
    .execute()
  const refusal = { name: 'UserImportInProgressException' }
  await assert.rejects(cognito.updateUserPool({ UserPoolId }), refusal)
  await assert.rejects(cognito.deleteUserPool({ UserPoolId }), refusal)
  const CustomAttributes = [{ Name: 'late', AttributeDataType: 'String' as const }]
  await assert.rejects(cognito.addCustomAttributes({ UserPoolId, CustomAttributes }), refusal)

  await server.ctx.db.updateTable('import_jobs').set({ status: 'Stopped' }).where('id', '=', job.JobId!).execute()
  await cognito.updateUserPool({ UserPoolId })
  await cognito.addCustomAttributes({ UserPoolId, CustomAttributes })
  await cognito.deleteUserPool({ UserPoolId })
})

test('a file with a wrong header fails the job, and no users are created', async () => {
  const { UserPoolId, header } = await makePool()
  for (const columns of [header.slice(1), [...header, 'custom:unknown'], [...header.slice(1), 'email']]) {
    const job = await createJob(UserPoolId)
    await upload(job, csv(columns, [person(1)]))
    const ended = await run(job)
    assert.equal(ended.Status, 'Failed')
    assert.match(ended.CompletionMessage!, /header/)
  }
  assert.deepEqual((await server.cognito.listUsers({ UserPoolId })).Users, [])
})

test('an upload needs the address as it was signed, and its time', async () => {
  const { UserPoolId, header } = await makePool()
  const job = await createJob(UserPoolId)
  const body = csv(header, [person(1)])
  const altered = (change: (url: URL) => void) => {
    const url = new URL(job.PreSignedUrl!)
    change(url)
    return fetch(url, { method: 'PUT', body })
  }
  assert.equal((await altered((url) => url.searchParams.set('Signature', 'x'))).status, 403)
  assert.equal((await altered((url) => url.searchParams.set('Expires', '9999999999'))).status, 403)
  assert.equal((await altered((url) => url.searchParams.delete('Signature'))).status, 403)
  const other = await createJob(UserPoolId)
  assert.equal((await altered((url) => (url.pathname = new URL(other.PreSignedUrl!).pathname))).status, 403)
  server.clock.advance({ minutes: 16 })
  assert.equal((await upload(job, body)).status, 403)
  assert.equal((await fetch(job.PreSignedUrl!)).status, 405)
})

test('a job starts once, with a file, within a day; a pool without verified attributes imports nobody', async () => {
  const { UserPoolId, header } = await makePool()
  const job = await createJob(UserPoolId)
  const start = (JobId = job.JobId!) => server.cognito.startUserImportJob({ UserPoolId, JobId })
  await assert.rejects(start(), { name: 'PreconditionNotMetException' })
  await assert.rejects(start('import-unknown'), { name: 'ResourceNotFoundException' })
  await assert.rejects(server.cognito.stopUserImportJob({ UserPoolId, JobId: job.JobId! }), {
    name: 'PreconditionNotMetException',
  })
  await upload(job, csv(header, [person(1)]))
  await run(job)
  await assert.rejects(start(), { name: 'PreconditionNotMetException' })

  const late = await createJob(UserPoolId)
  await upload(late, csv(header, [person(2)]))
  server.clock.advance({ hours: 25 })
  const { UserImportJob } = await server.cognito.describeUserImportJob({ UserPoolId, JobId: late.JobId! })
  assert.equal(UserImportJob?.Status, 'Expired')
  await assert.rejects(start(late.JobId!), { name: 'PreconditionNotMetException' })
})

test('jobs are listed newest first, by page', async () => {
  const { UserPoolId } = await makePool()
  const made: string[] = []
  for (let i = 0; i < 5; i++) {
    made.unshift((await createJob(UserPoolId)).JobId!)
    server.clock.advance({ seconds: 1 })
  }
  const listed: string[] = []
  let PaginationToken: string | undefined
  do {
    const page = await server.cognito.listUserImportJobs({ UserPoolId, MaxResults: 2, PaginationToken })
    listed.push(...page.UserImportJobs!.map(({ JobId }) => JobId!))
    PaginationToken = page.PaginationToken
  } while (PaginationToken)
  assert.deepEqual(listed, made)
})

test('rows as long as they may be are imported', async () => {
  const Schema = Array.from({ length: 7 }, (_, i) => ({
    Name: `c${i}`,
    AttributeDataType: 'String' as const,
    Mutable: true,
    StringAttributeConstraints: { MaxLength: '2048' },
  }))
  const { UserPoolId, header } = await makePool({ Schema })
  const long = Object.fromEntries(Schema.map(({ Name }) => [`custom:${Name}`, 'x'.repeat(2048)]))
  const job = await createJob(UserPoolId)
  await upload(
    job,
    csv(
      header,
      Array.from({ length: 500 }, (_, i) => person(i, { ...long, name: '字' })),
    ),
  )
  const ended = await run(job)
  assert.deepEqual([ended.Status, ended.ImportedUsers], ['Succeeded', 500])
})

test('a job whose thread dies is left alone for a while, then taken up', async () => {
  const { UserPoolId, header } = await makePool()
  const job = await createJob(UserPoolId)
  await upload(job, csv(header, [person(1)]))
  const { db } = server.ctx
  await sql`alter table import_chunks rename to elsewhere`.execute(db)
  try {
    // The sweep needs the table too, and may fail meanwhile.
    const failed = new Promise<void>((resolve) => {
      server.ctx.log.error = (about: { job: string }) => about.job === 'user import' && resolve()
    })
    await server.cognito.startUserImportJob({ UserPoolId, JobId: job.JobId! })
    await failed
  } finally {
    await sql`alter table elsewhere rename to import_chunks`.execute(db)
  }

  await new Promise((resolve) => setTimeout(resolve, 2000))
  const { UserImportJob } = await server.cognito.describeUserImportJob({ UserPoolId, JobId: job.JobId! })
  assert.equal(UserImportJob?.Status, 'InProgress')
  server.clock.advance({ minutes: 2 })
  assert.equal((await endOf(job)).Status, 'Succeeded')
})

test('a job whose server stops in the middle is taken up by the next, and each row counts once', async () => {
  const { UserPoolId, header } = await makePool()
  const rows = 6000
  const job = await createJob(UserPoolId)
  await upload(
    job,
    csv(
      header,
      Array.from({ length: rows }, (_, i) => person(`r${i}`)),
    ),
  )
  await server.cognito.startUserImportJob({ UserPoolId, JobId: job.JobId! })
  for (;;) {
    const { UserImportJob } = await server.cognito.describeUserImportJob({ UserPoolId, JobId: job.JobId! })
    if (UserImportJob!.ImportedUsers! > 0) break
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const { masterKey } = server.ctx.config
  const { database, clock } = server
  await server.stopServer()
  server = await startTestServer({}, { database, clock, masterKey })
  for (let waited = 0; waited < 15_000; waited += 100) {
    const { UserImportJob } = await server.cognito.describeUserImportJob({ UserPoolId, JobId: job.JobId! })
    if (UserImportJob!.CompletionDate) {
      assert.deepEqual(
        [UserImportJob!.Status, UserImportJob!.ImportedUsers, UserImportJob!.SkippedUsers],
        ['Succeeded', rows, 0],
      )
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  assert.fail('The job was not taken up')
})
