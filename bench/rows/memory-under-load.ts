import { askToken } from '../frame/ask-token.ts'
import { type CognitoClient, cognitoClient } from '../frame/http-client.ts'
import { doFor, type Operation } from '../frame/load.ts'
import { memory } from '../frame/processes.ts'
import type { Bench, Figure, Row } from '../frame/row.ts'
import { makeMachineClient, makeScene, password, signInAll } from '../frame/scene.ts'
import { serveKey, startServe } from '../frame/serve.ts'
import { stop } from '../frame/server.ts'
import { srpClient } from '../frame/srp-client.ts'

const connections = 20
const minutes = Number(process.env.BENCH_MINUTES ?? 3)
const samples = 12

/** A day of users and machines, in a few minutes: how many of a hundred calls are of each kind. */
async function mixedLoad(server: CognitoClient): Promise<Operation> {
  const scene = await makeScene(server, { users: connections })
  const tokens = await signInAll(server, scene)
  const machine = await makeMachineClient(server)
  const clients = scene.users.map(() => srpClient(scene.poolId, password))
  const run = Date.now()
  let people = 0

  const kinds: [share: number, operation: Operation][] = [
    [40, (worker) => server.call('GetUser', { AccessToken: tokens[worker]!.AccessToken })],
    [
      15,
      (worker) =>
        askToken(server, scene.poolId, {
          grant_type: 'refresh_token',
          client_id: scene.clientId,
          refresh_token: tokens[worker]!.RefreshToken,
        }),
    ],
    [
      15,
      () =>
        askToken(server, machine.poolId, {
          grant_type: 'client_credentials',
          client_id: machine.clientId,
          client_secret: machine.secret,
        }),
    ],
    [
      12,
      async (worker) => {
        const { ChallengeParameters, Session } = await server.call('InitiateAuth', {
          ClientId: scene.clientId,
          AuthFlow: 'USER_SRP_AUTH',
          AuthParameters: { USERNAME: scene.users[worker]!.username, SRP_A: clients[worker]!.A },
        })
        return server.call('RespondToAuthChallenge', {
          ClientId: scene.clientId,
          ChallengeName: 'PASSWORD_VERIFIER',
          Session,
          ChallengeResponses: clients[worker]!.answer(ChallengeParameters),
        })
      },
    ],
    [
      8,
      (worker) =>
        server.call('InitiateAuth', {
          ClientId: scene.clientId,
          AuthFlow: 'USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME: scene.users[worker]!.username, PASSWORD: password },
        }),
    ],
    [
      5,
      () => {
        const name = `new-${run}-${people++}`
        return server.call('SignUp', {
          ClientId: scene.clientId,
          Username: name,
          Password: password,
          UserAttributes: [{ Name: 'email', Value: `${name}@example.com` }],
        })
      },
    ],
    [3, (worker) => server.call('AdminGetUser', { UserPoolId: scene.poolId, Username: scene.users[worker]!.username })],
    [2, () => server.call('ListUsers', { UserPoolId: scene.poolId, Limit: 60 })],
  ]
  const hundred = kinds.flatMap(([share, operation]) => Array<Operation>(share).fill(operation))
  return (worker) => hundred[Math.floor(Math.random() * hundred.length)]!(worker)
}

interface Used {
  /** The most in the first half of the time, and in the second; in megabytes. */
  early: number
  late: number
  /** Of that at the end. */
  database: number
}

/** What `serve` and its database use. */
async function usedBy(bench: Bench, workers: number): Promise<Used> {
  const { child, port } = await startServe(bench, workers)
  const client = cognitoClient(port, serveKey)
  try {
    const operation = await mixedLoad(client)
    const megabytes: number[] = []
    for (let sample = 0; sample < samples; sample++) {
      await doFor(operation, connections, (minutes * 60_000) / samples)
      megabytes.push(memory([child.pid!, bench.postmaster]) / 1e6)
    }
    const half = samples / 2
    return {
      early: Math.max(...megabytes.slice(0, half)),
      late: Math.max(...megabytes.slice(half)),
      database: memory([bench.postmaster]) / 1e6,
    }
  } finally {
    client.close()
    await stop(child)
  }
}

const row: Row = {
  name: `memory under mixed load, ${connections} connections`,
  async measure(bench): Promise<Figure> {
    const one = await usedBy(bench, 1)
    const two = await usedBy(bench, 2)
    return {
      absolute: `${Math.round(one.late)} MB at most, of them ${Math.round(one.database)} MB the database, ${Math.round(one.early)} MB in the first half of ${minutes} minutes; ${Math.round(two.late)} MB with two workers`,
      yardstick: '1 MB',
      value: one.late,
      goal: 250,
      must: 320,
      better: 'less',
      details: { megabytes: one.late, databaseMegabytes: one.database, twoWorkersMegabytes: two.late },
    }
  },
}
export default row
