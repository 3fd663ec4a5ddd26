import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { call } from '../../src/dev/call.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

// Of the same ids and revisions, as two installations have them that were made from one seed file.
const UserPoolId = 'us-east-1_sameinboth'
const ClientId = 'sameinbothservers'

let servers: TestServer[]

before(async () => {
  const [strict, free] = [{ strict: true, limits: { groupsPerUser: 1, groupsPerPool: 2 } }, { strict: true }]
  servers = await Promise.all([startTestServer(strict), startTestServer(free)])
  for (const [index, { ctx }] of servers.entries()) {
    await call(ctx, 'CreateUserPool', { PoolName: `pool of server ${index}` }, UserPoolId)
    await call(ctx, 'CreateUserPoolClient', { UserPoolId, ClientName: `client of server ${index}` }, ClientId)
  }
})
after(() => Promise.all(servers.map((server) => server.close())))

test('two servers in one process each hold their own limits', async () => {
  const create = ({ cognito }: TestServer) =>
    Promise.all(['a', 'b'].map((GroupName) => cognito.createGroup({ UserPoolId, GroupName })))
  await Promise.all(servers.map(create))
  const third = ({ cognito }: TestServer) => cognito.createGroup({ UserPoolId, GroupName: 'c' })
  await assert.rejects(third(servers[0]!), { name: 'LimitExceededException' })
  await third(servers[1]!)

  const join = async ({ cognito }: TestServer) => {
    await cognito.adminCreateUser({ UserPoolId, Username: 'ann', MessageAction: 'SUPPRESS' })
    for (const GroupName of ['a', 'b']) await cognito.adminAddUserToGroup({ UserPoolId, Username: 'ann', GroupName })
  }
  await assert.rejects(join(servers[0]!), { name: 'InvalidParameterException', message: /more than 1 groups/ })
  await join(servers[1]!)
})

test('two servers in one process remember each its own pools and clients', async () => {
  for (const round of ['read', 'remembered']) {
    for (const [index, { cognito }] of servers.entries()) {
      const { UserPool } = await cognito.describeUserPool({ UserPoolId })
      assert.equal(UserPool!.Name, `pool of server ${index}`, round)
      const { UserPoolClient } = await cognito.describeUserPoolClient({ UserPoolId, ClientId })
      assert.equal(UserPoolClient!.ClientName, `client of server ${index}`, round)
    }
  }
})

test('two servers in one process sign with their own keys, and take no token of the other', async () => {
  const password = 'Correct-horse-1'
  const tokens: string[] = []
  for (const { cognito } of servers) {
    await cognito.updateUserPoolClient({ UserPoolId, ClientId, ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH'] })
    await cognito.adminCreateUser({ UserPoolId, Username: 'finn', MessageAction: 'SUPPRESS' })
    await cognito.adminSetUserPassword({ UserPoolId, Username: 'finn', Password: password, Permanent: true })
    const { AuthenticationResult } = await cognito.adminInitiateAuth({
      UserPoolId,
      ClientId,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'finn', PASSWORD: password },
    })
    tokens.push(AuthenticationResult!.AccessToken!)
    await cognito.getUser({ AccessToken: tokens.at(-1) })
  }
  const unverified = { name: 'NotAuthorizedException', message: /Could not verify signature/ }
  await assert.rejects(servers[0]!.cognito.getUser({ AccessToken: tokens[1] }), unverified)
  await assert.rejects(servers[1]!.cognito.getUser({ AccessToken: tokens[0] }), unverified)
})
