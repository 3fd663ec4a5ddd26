import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adminOf } from '../administration/scene.ts'
import { startTestServer } from '../support/server.ts'

test('our own operations are held to the rates of those that administer pools', async () => {
  const server = await startTestServer({ strict: true }, { jobs: false })
  try {
    const admin = adminOf(server)
    const refusals = await Promise.all(
      Array.from({ length: 60 }, () =>
        admin.listRoles().then(
          () => undefined,
          ({ name }) => name,
        ),
      ),
    )
    assert.ok(refusals.includes('TooManyRequestsException'))
    assert.ok(refusals.includes(undefined))
    await admin.putRole({ RoleName: 'other-category', ReadyMadePolicy: 'read-only' })
  } finally {
    await server.close()
  }
})
