import { Worker } from 'node:worker_threads'
import { askToken } from '../frame/ask-token.ts'
import { type FloodKind, type FloodTask, floodKinds } from '../frame/flood.ts'
import { type CognitoClient, cognitoClient } from '../frame/http-client.ts'
import { doFor, type Operation, pause, quantile } from '../frame/load.ts'
import { memory } from '../frame/processes.ts'
import type { Figure, Row } from '../frame/row.ts'
import { makeMachineClient, makeScene, signInAll } from '../frame/scene.ts'
import { newDataDir, type RunningServer, removeDataDir, startServer } from '../frame/server.ts'

const period = 4000
const readers = 2
const client = {
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ['code'],
  AllowedOAuthScopes: ['openid'],
  SupportedIdentityProviders: ['COGNITO'],
  CallbackURLs: ['https://app.example.com/callback'],
}

/** How much other users notice of a flood from one address, with production limits. */
const rowOf = (kind: FloodKind): Row => ({
  name: `p99 of others under 256 concurrent ${kind}`,
  async measure(): Promise<Figure> {
    const dataDir = newDataDir()
    const server = await startServer(dataDir, [], { POOLHOUSE_CALLER_LIMITS: '{}' })
    const cognito = cognitoClient(server.port)
    try {
      return await measure(kind, server, cognito)
    } finally {
      cognito.close()
      await server.stop()
      removeDataDir(dataDir)
    }
  },
})
async function measure(kind: FloodKind, server: RunningServer, cognito: CognitoClient): Promise<Figure> {
  const scene = await makeScene(cognito, { users: 4, client })
  const tokens = await signInAll(cognito, scene)
  const machine = await makeMachineClient(cognito)
  const form = { grant_type: 'client_credentials', client_id: machine.clientId, client_secret: machine.secret }
  const reads: Record<string, Operation> = {
    getUser: (worker) => cognito.call('GetUser', { AccessToken: tokens[worker]!.AccessToken }),
    token: () => askToken(cognito, machine.poolId, form),
    health: () => cognito.send('GET', '/health', {}),
  }

  async function p99s(): Promise<Record<string, number>> {
    const times: Record<string, number[]> = {}
    const all = Object.entries(reads).map(([name, read]) => {
      times[name] = []
      return doFor(
        async (worker) => {
          const started = performance.now()
          await read(worker)
          times[name]!.push(performance.now() - started)
          await pause(30)
        },
        readers,
        period,
      )
    })
    await Promise.all(all)
    return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, quantile(values, 0.99)]))
  }

  await p99s()
  const quiet = await p99s()
  const { poolId, clientId, users } = scene
  const token = tokens[3]!.AccessToken
  const task: FloodTask = { port: server.port, poolId, clientId, username: users[3]!.username, token, kind }
  const flood = new Worker(new URL('../frame/flood.ts', import.meta.url), { workerData: task })
  await pause(1000)
  const first = await p99s()
  const before = memory([server.pid])
  const second = await p99s()
  const busy = Object.fromEntries(Object.entries(first).map(([name, one]) => [name, Math.max(one, second[name]!)]))
  const report = new Promise<{ sent: number; statuses: Record<string, number> }>((resolve) =>
    flood.once('message', resolve),
  )
  flood.postMessage('end')
  const { sent, statuses } = await report
  await flood.terminate()
  const grown = (memory([server.pid]) - before) / 1e6

  const worst = Math.max(busy.getUser!, busy.token!)
  const unloaded = Math.max(quiet.getUser!, quiet.token!)
  const at = (name: string) => `${name} ${quiet[name]!.toFixed(1)} → ${busy[name]!.toFixed(1)} ms`
  return {
    absolute: `${at('getUser')}, ${at('token')}, ${at('health')}; ${Math.round(sent / 9)}/s sent ${JSON.stringify(statuses)}, ${grown.toFixed(0)} MB more in the second half`,
    yardstick: 'unloaded',
    value: worst,
    goal: 3 * unloaded,
    must: Math.min(50, 5 * unloaded),
    better: 'less',
    details: { milliseconds: worst, health: busy.health!, grownMegabytes: grown, sentPerSecond: sent / 9 },
  }
}

export default floodKinds.map(rowOf)
