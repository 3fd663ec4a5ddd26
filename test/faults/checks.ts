import assert from 'node:assert/strict'
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import postgres from 'postgres'
import { createAdmin } from '../../src/admin/index.ts'
import { connectEmbeddedDatabase } from '../../src/store/embedded/index.ts'
import type { Acknowledged } from './writers.ts'

/** Everything that was acknowledged is there, and what was deleted is not. */
export async function checkAcknowledged(cognito: CognitoIdentityProvider, noted: Acknowledged): Promise<void> {
  await inTens(noted.pools, async ({ id, clientId }) => {
    await cognito.describeUserPool({ UserPoolId: id })
    if (clientId) await cognito.describeUserPoolClient({ UserPoolId: id, ClientId: clientId })
  })
  await inTens(noted.groups, ({ poolId, name }) => cognito.getGroup({ UserPoolId: poolId, GroupName: name }))
  await inTens(noted.users, async ({ poolId, username, email, inGroup }) => {
    const user = await cognito.adminGetUser({ UserPoolId: poolId, Username: username })
    const found = user.UserAttributes?.find(({ Name }) => Name === 'email')?.Value
    assert.equal(found, email, `the e-mail address of ${username}`)
    assert.equal(user.UserStatus, 'FORCE_CHANGE_PASSWORD')
    const { Users } = await cognito.listUsers({ UserPoolId: poolId, Filter: `email = "${email}"` })
    assert.equal(Users?.length, 1, `${username} by the index`)
    if (!inGroup) return
    const { Groups } = await cognito.adminListGroupsForUser({ UserPoolId: poolId, Username: username })
    assert.deepEqual(
      Groups?.map(({ GroupName }) => GroupName),
      [inGroup],
      `the group of ${username}`,
    )
  })
  await inTens(noted.deleted, ({ poolId, username }) =>
    assert.rejects(cognito.adminGetUser({ UserPoolId: poolId, Username: username }), { name: 'UserNotFoundException' }),
  )
}

/** A user made before a crash signs in with the password they had. */
export async function checkSignIn(cognito: CognitoIdentityProvider, noted: Acknowledged): Promise<void> {
  const client = noted.pools.find(({ clientId }) => clientId)
  const user = client && noted.users.findLast(({ poolId }) => poolId === client.id)
  if (!user) return
  const answer = await cognito.initiateAuth({
    ClientId: client.clientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: user.username, PASSWORD: user.password },
  })
  assert.equal(answer.ChallengeName, 'NEW_PASSWORD_REQUIRED')
}

/** Rows that only a half-written operation leaves, acknowledged or not. Each statement finds none. */
const halves: Record<string, string> = {
  'users without a name to sign in with': `
    select u.id from users u where not exists (
      select from login_names l where l.pool_id = u.pool_id and l.user_id = u.id)`,
  'names without a user': `
    select l.name from login_names l where not exists (
      select from users u where u.pool_id = l.pool_id and u.id = l.user_id)`,
  'users who must change a password that they lack': `
    select u.id from users u where u.status = 'FORCE_CHANGE_PASSWORD' and not exists (
      select from passwords p where p.pool_id = u.pool_id and p.user_id = u.id)`,
  'passwords without an SRP verifier': 'select user_id from passwords where srp_sealed is null or srp_salt is null',
  'pools without a key for each kind of token': `
    select p.id from pools p where 2 <> (select count(distinct use) from signing_keys k where k.pool_id = p.id)`,
  'pools with more users than records of calls that made them': `
    select p.id from pools p where p.name = 'faults' and (select count(*) from users u where u.pool_id = p.id) > (
      select count(*) from (
        select error_code from audit_records where chain = p.id and event_name = 'AdminCreateUser'
        union all select null from audit_intents where chain = p.id and event_name = 'AdminCreateUser') as calls
      where error_code is null or error_code in ('Interrupted', 'InternalErrorException'))`,
  'more pools than records of calls that made them': `
    select count(*) from pools where name = 'faults' having count(*) > (
      select count(*) from (
        select error_code from audit_records where event_name = 'CreateUserPool'
        union all select null from audit_intents where event_name = 'CreateUserPool') as calls
      where error_code is null or error_code in ('Interrupted', 'InternalErrorException'))`,
  'keys that are spare and in use': 'select kid from spare_signing_keys join signing_keys using (kid)',
  'clients that are not in the directory': `
    select c.id from clients c where not exists (
      select from client_directory d where d.client_id = c.id and d.pool_id = c.pool_id)`,
  'clients of the directory that are not there': `
    select d.client_id from client_directory d where not exists (
      select from clients c where c.id = d.client_id and c.pool_id = d.pool_id)`,
}

/** Looks into the database itself, beside the running server. */
export async function checkWhole(dataDir: string): Promise<void> {
  const database = await connectEmbeddedDatabase({ dataDir })
  const sql = postgres({ ...database.connection, max: 1, onnotice: () => {} })
  try {
    for (const [what, statement] of Object.entries(halves))
      assert.deepEqual([...(await sql.unsafe(statement))], [], what)
  } finally {
    await sql.end()
    await database.stop()
  }
}

/** Every chain of the audit is whole. That no change is without its record, `checkWhole` looks. */
export async function checkAudit(url: string): Promise<void> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const admin = createAdmin({ endpoint: url, region: 'us-east-1', credentials })
  let NextToken: string | undefined
  let verified = 0
  do {
    const part = await admin.verifyEvents({ NextToken })
    assert.deepEqual(part.Faults, [])
    verified += part.VerifiedEvents
    NextToken = part.NextToken
  } while (NextToken)
  assert.ok(verified > 0)
}

async function inTens<T>(items: T[], check: (item: T) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < items.length; start += 10) await Promise.all(items.slice(start, start + 10).map(check))
}
