import assert from 'node:assert/strict'
import { hash, randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import type { Admin, AuditFault } from '../../src/admin/index.ts'
import { closeIntents, keepAudit } from '../../src/administration/audit/close-intents.ts'
import { flushRecords } from '../../src/administration/audit/record-queue.ts'
import { findRecords } from '../../src/administration/audit/record-store.ts'
import { audit as auditCommand } from '../../src/cli/administration.ts'
import { hasCitus } from '../../src/store/distribute.ts'
import { watchStatements } from '../support/count-statements.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { adminOf, allow, cognitoOf, keyWith, rootKey } from './scene.ts'

let server: TestServer
let admin: Admin
let UserPoolId: string
before(async () => {
  server = await startTestServer({}, { jobs: false })
  admin = adminOf(server)
  UserPoolId = (await server.cognito.createUserPool({ PoolName: 'audited' })).UserPool!.Id!
})
after(() => server?.close())

async function recordsOf(filter: Parameters<Admin['lookupEvents']>[0]) {
  const { Events } = await admin.lookupEvents(filter)
  return Events.map(({ CloudTrailEvent }) => JSON.parse(CloudTrailEvent))
}

async function verify(): Promise<{ events: number; faults: AuditFault[] }> {
  let NextToken: string | undefined
  let events = 0
  const faults: AuditFault[] = []
  do {
    const part = await admin.verifyEvents({ NextToken })
    events += part.VerifiedEvents
    faults.push(...part.Faults)
    NextToken = part.NextToken
  } while (NextToken)
  return { events, faults }
}

test('a change is a record in the format of CloudTrail, with people by sub and without secrets', async () => {
  const { User } = await server.cognito.adminCreateUser({
    UserPoolId,
    Username: 'Ann.Secret',
    TemporaryPassword: 'Hidden-1234',
    UserAttributes: [{ Name: 'email', Value: 'ann@private.example' }],
    ClientMetadata: { card: '4111' },
    MessageAction: 'SUPPRESS',
  })
  const sub = User!.Attributes!.find(({ Name }) => Name === 'sub')!.Value
  const [record] = await recordsOf({ UserPoolId, EventName: 'AdminCreateUser' })
  assert.deepEqual(
    {
      ...record,
      eventTime: '',
      eventID: '',
      requestID: '',
      userAgent: '',
      sourceIPAddress: '',
      requestParameters: 0,
      responseElements: 0,
    },
    {
      eventVersion: '1.11',
      userIdentity: {
        type: 'Root',
        principalId: '000000000000',
        arn: 'arn:aws:iam::000000000000:user/local',
        accountId: '000000000000',
        accessKeyId: 'local',
      },
      eventTime: '',
      eventSource: 'cognito-idp.amazonaws.com',
      eventName: 'AdminCreateUser',
      awsRegion: 'us-east-1',
      sourceIPAddress: '',
      userAgent: '',
      requestParameters: 0,
      responseElements: 0,
      additionalEventData: { sub },
      requestID: '',
      eventID: '',
      readOnly: false,
      resources: [
        {
          accountId: '000000000000',
          type: 'AWS::Cognito::UserPool',
          ARN: `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${UserPoolId}`,
        },
      ],
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: '000000000000',
    },
  )
  assert.match(record.userAgent, /^aws-sdk-js/)
  const text = JSON.stringify(record)
  for (const secret of ['Ann.Secret', 'ann.secret', 'Hidden-1234', 'ann@private', '4111'])
    assert.ok(!text.includes(secret), secret)

  await server.cognito.adminDeleteUser({ UserPoolId, Username: 'Ann.Secret' })
  const [deletion] = await recordsOf({ UserSub: sub, EventName: 'AdminDeleteUser' })
  assert.equal(deletion.additionalEventData.sub, sub)
})

test('secrets of clients, providers and keys are in no record', async () => {
  const { UserPoolClient } = await server.cognito.createUserPoolClient({
    UserPoolId,
    ClientName: 'web',
    GenerateSecret: true,
  })
  await server.cognito.createIdentityProvider({
    UserPoolId,
    ProviderName: 'Google',
    ProviderType: 'Google',
    ProviderDetails: { client_id: 'x', client_secret: 'google-secret-1', authorize_scopes: 'openid' },
  })
  const key = await keyWith(server, allow('*'))
  const texts = JSON.stringify(await recordsOf({}))
  assert.match(texts, /CreateIdentityProvider/)
  for (const secret of [UserPoolClient!.ClientSecret!, 'google-secret-1', key.secretAccessKey])
    assert.ok(!texts.includes(secret))
})

test('reads are recorded if the installation is set to, refusals always', async () => {
  await server.cognito.describeUserPool({ UserPoolId })
  assert.deepEqual(await recordsOf({ EventName: 'DescribeUserPool' }), [])
  server.ctx.config.auditReads = true
  await server.cognito.describeUserPool({ UserPoolId }).finally(() => {
    server.ctx.config.auditReads = false
  })
  const [read] = await recordsOf({ EventName: 'DescribeUserPool' })
  assert.equal(read.readOnly, true)
  assert.equal(read.responseElements, null)

  const key = await keyWith(server, allow('cognito-idp:ListUserPools'))
  await assert.rejects(cognitoOf(server, key).listUsers({ UserPoolId }), { name: 'AccessDeniedException' })
  const principal = `arn:aws:sts::000000000000:assumed-role/${key.RoleName}/ci`
  const [refusal] = await recordsOf({ Principal: principal })
  assert.equal(refusal.errorCode, 'AccessDeniedException')
  assert.match(refusal.errorMessage, /not authorized to perform: cognito-idp:ListUsers/)
  assert.equal(refusal.userIdentity.sessionContext.sessionIssuer.userName, key.RoleName)

  await assert.rejects(server.cognito.adminDeleteUser({ UserPoolId, Username: 'nobody' }), {
    name: 'UserNotFoundException',
  })
  await assert.rejects(server.cognito.createGroup({ UserPoolId, GroupName: ' ' }), {
    name: 'InvalidParameterException',
  })
  assert.equal((await recordsOf({ ErrorCode: 'UserNotFoundException' })).length, 1)
  assert.equal((await recordsOf({ ErrorCode: 'InvalidParameterException', EventName: 'CreateGroup' })).length, 1)
})

test('events are listed in pages, newest first, and a page token works only for its own search', async () => {
  for (const GroupName of ['a', 'b', 'c']) await server.cognito.createGroup({ UserPoolId, GroupName })
  const names: string[] = []
  let NextToken: string | undefined
  do {
    const page = await admin.lookupEvents({ UserPoolId, EventName: 'CreateGroup', MaxResults: 1, NextToken })
    names.push(...page.Events.map(({ CloudTrailEvent }) => JSON.parse(CloudTrailEvent).requestParameters?.GroupName))
    NextToken = page.NextToken ?? NextToken
    if (!page.NextToken) break
  } while (NextToken)
  assert.deepEqual(names.slice(0, 3), ['c', 'b', 'a'])
  await assert.rejects(admin.lookupEvents({ MaxResults: 1, NextToken }), { name: 'InvalidParameterException' })
  const now = server.clock.now()
  assert.deepEqual(await recordsOf({ StartTime: new Date(now.getTime() + 3_600_000) }), [])
})

test('who may read the events of one pool reads those of no other', async () => {
  const pool = `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${UserPoolId}`
  const reader = adminOf(server, await keyWith(server, allow('poolhouse:LookupEvents', pool)))
  assert.ok((await reader.lookupEvents({ UserPoolId })).Events.length > 0)
  await assert.rejects(reader.lookupEvents(), { name: 'AccessDeniedException' })
  await assert.rejects(reader.lookupEvents({ UserPoolId: 'us-east-1_other' }), { name: 'AccessDeniedException' })
})

test('a hundred changes at once make one chain without a gap', async () => {
  await Promise.all(
    Array.from({ length: 100 }, (_, i) => server.cognito.createGroup({ UserPoolId, GroupName: `many-${i}` })),
  )
  const { faults, events } = await verify()
  assert.deepEqual(faults, [])
  assert.ok(events > 100)
})

const tampering: [what: string, change: string, repair: string, reason: RegExp][] = [
  [
    'a record that was changed',
    `record = replace(record, 'AdminCreateUser', 'AdminCreateUsex')`,
    `record = replace(record, 'AdminCreateUsex', 'AdminCreateUser')`,
    /changed/,
  ],
  ['a column that was changed', `principal = 'x' || principal`, 'principal = substr(principal, 2)', /changed/],
  ['a hash that was changed', 'hash = sha256(hash)', '', /changed/],
]

for (const [what, change, repair, reason] of tampering)
  test(`${what} is found, and where`, async () => {
    const target = `chain = '${UserPoolId}' and sequence = 1`
    const { rows } = await sql<{ hash: Buffer }>`select hash from audit_records where ${sql.raw(target)}`.execute(
      server.ctx.db,
    )
    await sql.raw(`update audit_records set ${change} where ${target}`).execute(server.ctx.db)
    const { faults } = await verify()
    assert.equal(faults.length, 1)
    assert.deepEqual([faults[0]!.Chain, faults[0]!.Sequence], [UserPoolId, 1])
    assert.match(faults[0]!.Reason, reason)
    if (repair) await sql.raw(`update audit_records set ${repair} where ${target}`).execute(server.ctx.db)
    await sql`update audit_records set hash = ${rows[0]!.hash} where ${sql.raw(target)}`.execute(server.ctx.db)
    assert.deepEqual((await verify()).faults, [])
  })

test('records that were removed are found: in the middle, at the end, and all of a chain', async () => {
  const { db } = server.ctx
  const remove = async (which: string) => {
    await sql`create table if not exists gone_records as select * from audit_records where false`.execute(db)
    await sql`insert into gone_records select * from audit_records where ${sql.raw(which)}`.execute(db)
    await sql`delete from audit_records where ${sql.raw(which)}`.execute(db)
    const { faults } = await verify()
    await sql`insert into audit_records select * from gone_records`.execute(db)
    await sql`drop table gone_records`.execute(db)
    return faults.map(({ Chain, Reason }) => `${Chain}: ${Reason}`)
  }
  const chain = `chain = '${UserPoolId}'`
  assert.deepEqual(await remove(`${chain} and sequence = 3`), [`${UserPoolId}: records were removed`])
  const last = `sequence = (select max(sequence) from audit_records where ${chain})`
  assert.deepEqual(await remove(`${chain} and ${last}`), [`${UserPoolId}: records were removed from the end`])
  assert.deepEqual(await remove(chain), [`${UserPoolId}: records were removed from the end`])
  assert.deepEqual((await verify()).faults, [])
})

test('access to the database alone is not enough to link in a record', async () => {
  const { db } = server.ctx
  // The last record is replaced by another, and everything that can be computed without the master key is.
  const { rows: heads } = await sql<{ sequence: number }>`
    select sequence from audit_chains where chain = ${UserPoolId}`.execute(db)
  const { sequence } = heads[0]!
  const last = sql`chain = ${UserPoolId} and sequence = ${sequence}`
  const { rows } = await sql<{
    record: string
    hash: Buffer
  }>`select record, hash from audit_records where ${last}`.execute(db)
  const { rows: before } = await sql<{ hash: Buffer }>`
    select hash from audit_records where chain = ${UserPoolId} and sequence = ${sequence - 1}`.execute(db)
  const forged = rows[0]!.record.replaceAll('us-east-1', 'us-east-2')
  const sha256 = (data: string | Buffer) => hash('sha256', data, 'buffer')
  const linked = sha256(Buffer.concat([before[0]!.hash, sha256(forged)]))
  await sql`update audit_records set record = ${forged}, hash = ${linked} where ${last}`.execute(db)
  assert.equal((await verify()).faults.length, 1)
  await sql`update audit_records set record = ${rows[0]!.record}, hash = ${rows[0]!.hash} where ${last}`.execute(db)
})

test('a call that was interrupted becomes a record once no process can be at it, once', async () => {
  await server.cognito.adminCreateUser({ UserPoolId, Username: 'bob', MessageAction: 'SUPPRESS' })
  const { db } = server.ctx
  // As a process leaves it that is killed: the intent without the record.
  const [event] = (await admin.lookupEvents({ EventName: 'AdminCreateUser', MaxResults: 1 })).Events
  const { additionalEventData, ...record } = JSON.parse(event!.CloudTrailEvent)
  assert.ok(additionalEventData)
  const eventID = randomUUID()
  const text = JSON.stringify({ ...record, eventID })
  await sql`
    insert into audit_intents (event_id, chain, record, event_time, event_name, principal)
    values (${eventID}, ${UserPoolId}, ${text}, ${event!.EventTime}, 'AdminCreateUser', ${event!.Principal})`.execute(
    db,
  )
  await closeIntents(server.ctx)
  assert.equal((await recordsOf({ ErrorCode: 'Interrupted' })).length, 0)
  server.clock.advance({ minutes: 11 })
  await Promise.all([closeIntents(server.ctx), closeIntents(server.ctx)])
  assert.equal((await recordsOf({ ErrorCode: 'Interrupted' })).length, 1)
  assert.deepEqual((await verify()).faults, [])
})

test('retention deletes the oldest records, and what is left is verified from there', async () => {
  const before = await verify()
  server.clock.advance({ days: 40 })
  await server.cognito.createGroup({ UserPoolId, GroupName: 'later' })
  server.ctx.config.auditRetentionDays = 30
  await keepAudit(server.ctx)
  const after = await verify()
  assert.deepEqual(after.faults, [])
  assert.ok(after.events < before.events && after.events >= 1, `${after.events} of ${before.events}`)
  assert.deepEqual(
    (await recordsOf({ UserPoolId })).map(({ requestParameters }) => requestParameters.GroupName),
    ['later'],
  )
})

test('the command verifies, and exports a record to a line', async () => {
  process.env.POOLHOUSE_PUBLIC_URL = server.url
  const lines: string[] = []
  await auditCommand(['export', '--pool', UserPoolId], (line) => lines.push(line))
  assert.equal(JSON.parse(lines[0]!).eventName, 'CreateGroup')
  const shown: string[] = []
  await auditCommand(['verify'], (text) => shown.push(text))
  assert.match(shown[0]!, /VerifiedEvents +\d+/)
  await sql`delete from audit_records where chain = ${UserPoolId}`.execute(server.ctx.db)
  await assert.rejects(
    auditCommand(['verify'], () => {}),
    /tampered/,
  )
  delete process.env.POOLHOUSE_PUBLIC_URL
})

test('a change whose process ends before it is recorded leaves its note in the database', async () => {
  const { ctx } = server
  const { db } = ctx
  const poolId = (await server.cognito.createUserPool({ PoolName: 'noted' })).UserPool!.Id!
  await server.cognito.adminCreateUser({ UserPoolId: poolId, Username: 'carl', MessageAction: 'SUPPRESS' })
  await admin.verifyEvents()
  const sub = (await server.cognito.adminGetUser({ UserPoolId: poolId, Username: 'carl' })).UserAttributes![0]!.Value!
  // As where the process is killed: nothing is appended any more.
  await sql`alter table audit_records add constraint stuck check (chain <> ${sql.lit(poolId)}) not valid`.execute(db)
  await server.cognito.adminDeleteUser({ UserPoolId: poolId, Username: 'carl' })
  await server.cognito.createGroup({ UserPoolId: poolId, GroupName: 'staff' })
  await assert.rejects(server.cognito.createGroup({ UserPoolId: poolId, GroupName: 'staff' }), {
    name: 'GroupExistsException',
  })
  const { rows: notes } = await sql<{ name: string; sub: string | null }>`
    select event_name as name, user_sub as sub from audit_intents where chain = ${poolId} order by event_time, 1`.execute(
    db,
  )
  assert.deepEqual(
    notes.map(({ name, sub }) => [name, sub]),
    [
      ['AdminDeleteUser', sub],
      ['CreateGroup', null],
      ['CreateGroup', null],
    ],
  )
  await sql`alter table audit_records drop constraint stuck`.execute(db)
  const written = await recordsOf({ UserPoolId: poolId })
  assert.deepEqual(
    written
      .map(({ eventName, errorCode, additionalEventData }) => [eventName, errorCode, additionalEventData?.sub])
      .sort(),
    [
      ['AdminCreateUser', undefined, sub],
      ['AdminDeleteUser', undefined, sub],
      ['CreateGroup', undefined, undefined],
      ['CreateGroup', 'GroupExistsException', undefined],
    ],
  )
  const { faults } = await verify()
  assert.deepEqual(
    faults.filter(({ Chain }) => Chain === poolId),
    [],
  )
})

test('a change costs no statement more than a read, and a call without a signature none', async () => {
  const root = cognitoOf(server, rootKey)
  const { UserPoolClient } = await root.createUserPoolClient({ UserPoolId, ClientName: 'app' })
  // On Citus the note of a change goes ahead of it, as a statement of its own.
  const ahead = (await hasCitus(server.ctx.db)) ? 1 : 0
  const watch = watchStatements(server)
  await root.listGroups({ UserPoolId })
  const read = watch.take()
  await root.createGroup({ UserPoolId, GroupName: 'counted' })
  assert.equal(watch.take(), read + ahead)
  await admin.verifyEvents()
  const { rows } = await sql<{ count: string }>`select count(*) from audit_records`.execute(server.ctx.db)
  await root
    .signUp({ ClientId: UserPoolClient!.ClientId!, Username: 'eve', Password: 'Secret-12345' })
    .catch(() => undefined)
  const later = await sql<{ count: string }>`select count(*) from audit_records`.execute(server.ctx.db)
  assert.equal(later.rows[0]!.count, rows[0]!.count)
})

test('a checkpoint stored elsewhere reveals that the end of a chain was removed together with its count', async () => {
  const { db } = server.ctx
  const poolId = (await server.cognito.createUserPool({ PoolName: 'cut' })).UserPool!.Id!
  for (const GroupName of ['a', 'b', 'c']) await server.cognito.createGroup({ UserPoolId: poolId, GroupName })
  const { Checkpoint } = await admin.getAuditCheckpoint()
  assert.deepEqual((await admin.verifyEvents({ Checkpoint })).Faults, [])
  await server.cognito.createGroup({ UserPoolId: poolId, GroupName: 'later' })
  assert.deepEqual((await admin.verifyEvents({ Checkpoint })).Faults, [])

  // As somebody would who can write to the database, and takes care.
  const before = (await verify()).faults
  await sql`delete from audit_records where chain = ${poolId} and sequence > 1`.execute(db)
  await sql`
    update audit_chains set sequence = 1, hash = (select hash from audit_records where chain = ${poolId} and sequence = 1)
    where chain = ${poolId}`.execute(db)
  assert.deepEqual((await verify()).faults, before, 'the chain alone does not show it')
  const { Faults } = await admin.verifyEvents({ Checkpoint })
  assert.deepEqual(Faults, [
    { Chain: poolId, Sequence: 3, Reason: 'the record that the checkpoint names was removed or changed' },
  ])
  // New records in their place are not the same.
  for (const GroupName of ['x', 'y']) await server.cognito.createGroup({ UserPoolId: poolId, GroupName })
  assert.equal((await admin.verifyEvents({ Checkpoint })).Faults.length, 1)

  const [body, signature] = Checkpoint.split('.')
  const forged = Buffer.from(body!, 'base64url').toString().replace(poolId, 'us-east-1_Other')
  for (const wrong of [`${Buffer.from(forged).toString('base64url')}.${signature}`, body!, 'x.y', '.'])
    await assert.rejects(admin.verifyEvents({ Checkpoint: wrong }), { name: 'InvalidParameterException' })
})

test('records go to the destinations of the installation once they are in the database', async () => {
  const lines: { arn: string; text: string }[] = []
  const { ctx } = server
  const addLine = ctx.logs.addLine
  ctx.logs.addLine = ({ arn }, text) => void lines.push({ arn, text })
  ctx.config.auditLog = ['stdout', 'arn:aws:logs:us-east-1:000000000000:log-group:audit']
  try {
    await server.cognito.createGroup({ UserPoolId, GroupName: 'told' })
    const [record] = await recordsOf({ UserPoolId, EventName: 'CreateGroup' })
    assert.equal(lines.length, 1)
    assert.deepEqual(JSON.parse(lines[0]!.text), record)
  } finally {
    ctx.logs.addLine = addLine
    ctx.config.auditLog = undefined
  }
})

test('whoever looks after a change finds its record, however many look at the same time', async () => {
  for (const GroupName of ['seen-1', 'seen-2', 'seen-3']) {
    await server.cognito.createGroup({ UserPoolId, GroupName })
    const look = async () => {
      await flushRecords(server.ctx)
      return findRecords(server.ctx.db, { chain: UserPoolId, eventName: 'CreateGroup' }, undefined, 1)
    }
    for (const [newest] of await Promise.all([look(), look(), look()]))
      assert.equal(JSON.parse(newest!.record).requestParameters.GroupName, GroupName)
  }
})
