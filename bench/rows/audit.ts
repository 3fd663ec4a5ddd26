import { cognitoClient } from '../frame/http-client.ts'
import { doFor, doMany, median, type Operation } from '../frame/load.ts'
import { cpuSeconds } from '../frame/processes.ts'
import type { Figure, Row } from '../frame/row.ts'
import { makeScene, type Scene } from '../frame/scene.ts'
import { newDataDir, removeDataDir, startServer } from '../frame/server.ts'
import { perSecond } from '../frame/throughput.ts'

const rounds = 15
const warmUp = 5000
const roundTime = 1000

const changes: Record<string, (call: Call, scene: Scene, name: string) => Promise<unknown>> = {
  AdminUpdateUserAttributes: (call, { poolId, users }, name) =>
    call('AdminUpdateUserAttributes', {
      UserPoolId: poolId,
      Username: users[Number(name) % users.length]!.username,
      UserAttributes: [{ Name: 'nickname', Value: name }],
    }),
  CreateGroup: (call, { poolId }, name) => call('CreateGroup', { UserPoolId: poolId, GroupName: `group-${name}` }),
  AdminCreateUser: (call, { poolId }, name) =>
    call('AdminCreateUser', {
      UserPoolId: poolId,
      Username: `new-${name}`,
      MessageAction: 'SUPPRESS',
      UserAttributes: [{ Name: 'email', Value: `new-${name}@example.com` }],
    }),
}

type Call = (operation: string, input: Record<string, unknown>) => Promise<unknown>

/** One administrator who waits for each answer, and many at once. */
const rows = [1, 16].flatMap((workers) =>
  Object.keys(changes).map(
    (operation): Row => ({
      name: `${operation} with its record over one without, ${workers} at a time`,
      measure: () => measure(operation, workers),
    }),
  ),
)
export default rows

async function measure(operation: string, workers: number): Promise<Figure> {
  const withRecord = await openSide(operation, workers)
  const without = await openSide(operation, workers, [
    '--import',
    new URL('../frame/without-audit.ts', import.meta.url).href,
  ])
  try {
    const count = await withRecord.calibrate()
    await without.calibrate()
    const taken: { on: number; off: number }[] = []
    for (let round = 0; round < rounds; round++) {
      const off = await without.cost(count)
      taken.push({ off, on: await withRecord.cost(count) })
    }
    const on = median(taken.map((round) => round.on))
    const off = median(taken.map((round) => round.off))
    return {
      absolute: perSecond(on),
      yardstick: `without record, ${perSecond(off)}`,
      value: median(taken.map((round) => round.on / round.off)),
      goal: 1.15,
      must: 1.2,
      better: 'less',
      details: { microseconds: on * 1e6, withoutMicroseconds: off * 1e6, operations: count * rounds },
    }
  } finally {
    await Promise.all([withRecord.close(), without.close()])
  }
}

/** A server with its own database. */
async function openSide(operation: string, workers: number, nodeOptions: string[] = []) {
  const dataDir = newDataDir()
  const server = await startServer(dataDir, nodeOptions)
  const cognito = cognitoClient(server.port)
  const scene = await makeScene(cognito)
  let calls = 0
  const change: Operation = () => changes[operation]!(cognito.call, scene, String(calls++))
  return {
    /** Warms up, and returns how many calls fill a round. */
    async calibrate() {
      const done = await doFor(change, workers, warmUp)
      return Math.max(20, Math.round((done * roundTime) / warmUp))
    },
    /** CPU seconds of server and database. */
    async cost(count: number) {
      const before = cpuSeconds([server.pid])
      await doMany(change, workers, count)
      return (cpuSeconds([server.pid]) - before) / count
    },
    async close() {
      cognito.close()
      await server.stop()
      removeDataDir(dataDir)
    },
  }
}
