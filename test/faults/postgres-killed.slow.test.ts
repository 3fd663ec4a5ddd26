// npm run test:slow -- test/faults/postgres-killed.slow.test.ts
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase } from '../../src/store/db.ts'
import { migrate } from '../../src/store/migrate.ts'
import { childrenOf } from '../support/child-processes.ts'
import { type OnePostgres, onePostgres, user } from '../support/postgres-programs.ts'
import { type ServeProcess, until } from '../support/serve-process.ts'
import { checkCounts } from './check-counts.ts'
import { type Nodes, startNodes } from './nodes.ts'
import { callback, type Scene, startTraffic, trafficScene } from './traffic.ts'

const rounds = 3

let postgres: OnePostgres
let nodes: Nodes
let scene: Scene
before(async () => {
  postgres = await onePostgres()
  const connection = `postgres://${user}@127.0.0.1:${postgres.port}/postgres`
  const { db, close } = openDatabase({ connection, maxConnections: 1, prepare: true })
  await migrate(db)
  await close()
  nodes = await startNodes({ POOLHOUSE_LOG_LEVEL: 'info' }, { database: { connection, drop: async () => {} } })
  // A worker that meets no database while it starts is started again, which is not what is looked at here.
  for (const node of nodes.running) await node.logged('poolhouse is listening')
  scene = await trafficScene(nodes)
})
after(async () => {
  await nodes?.close()
  await postgres?.close()
})

/** What each surface answers while there is no database. */
async function refusals({ url }: ServeProcess) {
  const { UserPoolId, ClientId } = scene
  const signIn = { ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: 'ann', PASSWORD: 'x' } }
  const code = { grant_type: 'authorization_code', code: 'x', client_id: ClientId, redirect_uri: callback }
  const answers = await Promise.all([
    fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AWSCognitoIdentityProviderService.InitiateAuth',
      },
      body: JSON.stringify(signIn),
    }),
    fetch(`${url}/${UserPoolId}/oauth2/token`, { method: 'POST', body: new URLSearchParams(code) }),
    fetch(`${url}/${UserPoolId}/login?client_id=${ClientId}`, { redirect: 'manual' }),
  ])
  return Promise.all(
    answers.map(async (answer) => ({
      status: answer.status,
      retryAfter: Number(answer.headers.get('retry-after')) > 0,
      body: await answer.text(),
    })),
  )
}

const readiness = async ({ url }: ServeProcess): Promise<number> => {
  const answer = await fetch(`${url}/health/ready`)
  await answer.body?.cancel()
  return answer.status
}

const processes = () => nodes.running.map(({ pid }) => [pid, ...childrenOf(pid)])

test('a database that is killed under load costs answers of 503, no restart, and nothing that was acknowledged', async (t) => {
  const traffic = startTraffic(nodes, scene, 3)
  await until('people who got through', async () => traffic.counts.done >= 3 || undefined)
  const before = processes()
  const returns: number[] = []
  for (let round = 0; round < rounds; round++) {
    await postgres.killPostmaster()
    for (const node of nodes.running) {
      await until('red', async () => (await readiness(node)) === 503 || undefined)
      for (const { status, retryAfter, body } of await refusals(node))
        assert.deepEqual({ status, retryAfter }, { status: 503, retryAfter: true }, body)
    }
    await postgres.start()
    const back = performance.now()
    for (const node of nodes.running) await until('green', async () => (await readiness(node)) === 200 || undefined)
    returns.push(Math.round(performance.now() - back))
    const { done } = traffic.counts
    await until('people who got through', async () => traffic.counts.done >= done + 3 || undefined)
    await sleep(Math.random() * 500)
  }
  const counts = await traffic.stop()
  t.diagnostic(
    `${rounds} kills, ${counts.users.length} users acknowledged, ${counts.failed.length} calls without an answer; green ${returns.join(', ')} ms after the database`,
  )
  assert.deepEqual(processes(), before)
  await checkCounts(nodes, scene, counts)
})
