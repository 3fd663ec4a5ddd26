import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDatabase } from '../../src/store/db.ts'
import { openReadReplica } from '../../src/store/read-replica.ts'
import { type Connection, createTestDatabase } from '../support/database.ts'

/** Why a database takes no reads, and who answers meanwhile. */
async function leftOut(standbyOf: (primary: Connection) => Connection) {
  const database = await createTestDatabase()
  const primary = openDatabase({ connection: database.connection, maxConnections: 2, prepare: true })
  const standby = openDatabase({ connection: standbyOf(database.connection), maxConnections: 2, prepare: true })
  const told = Promise.withResolvers<unknown>()
  const replica = openReadReplica({ primary: primary.db, standby, maxLag: 60_000, onLeftOut: told.resolve })
  const reason = await told.promise
  const answering = await replica.read(async (db) => (db === primary.db ? 'primary' : 'standby'), primary.db)
  await replica.close()
  await primary.close()
  await database.drop()
  return { reason, answering }
}

test('a read replica that is no standby takes no reads', async () => {
  assert.deepEqual(await leftOut((primary) => primary), { reason: 'it is no standby', answering: 'primary' })
})

test('where no read replica answers, the primary does', async () => {
  const { reason, answering } = await leftOut(() => 'postgres://nobody@127.0.0.1:1/none')
  assert.ok(reason instanceof Error)
  assert.equal(answering, 'primary')
})
