import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { insertManyUsers } from '../support/many-users.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { createPool } from './scene.ts'

let server: TestServer
let UserPoolId: string

before(async () => {
  server = await startTestServer()
  UserPoolId = await createPool(server)
  await insertManyUsers(server.ctx.db, UserPoolId, 1_000_000)
})
after(() => server?.close())

for (const Filter of [
  undefined,
  'username ^= "user77"',
  'email = "user777777@example.com"',
  'email ^= "user7"',
  'phone_number ^= "+155500007"',
  'name = "Name 777"',
  'given_name ^= "Given 7"',
  'family_name = "Family 7"',
  'preferred_username ^= "nick7"',
  'cognito:user_status = "UNCONFIRMED"',
  'status = "Disabled"',
]) {
  test(`${Filter ?? 'no filter'} among a million users: any page comes in milliseconds`, async () => {
    const times: number[] = []
    let PaginationToken: string | undefined
    for (let page = 0; page < 40; page++) {
      const started = performance.now()
      const answer = await server.cognito.listUsers({ UserPoolId, Filter, Limit: 60, PaginationToken })
      times.push(performance.now() - started)
      PaginationToken = answer.PaginationToken
    }
    times.sort((a, b) => a - b)
    // The SDK's own work is in it, and a busy machine: a sequential scan takes a hundred times as long.
    assert.ok(times[Math.floor(times.length / 2)]! < 30, `the median page took ${times[20]!.toFixed(1)} ms`)
  })
}
