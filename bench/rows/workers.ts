import { askToken } from '../frame/ask-token.ts'
import { type CognitoClient, cognitoClient } from '../frame/http-client.ts'
import { doFor, median, type Operation } from '../frame/load.ts'
import { cpuSeconds, memory, onCores } from '../frame/processes.ts'
import type { Figure, Row } from '../frame/row.ts'
import { makeMachineClient, makeScene, signInAll } from '../frame/scene.ts'
import { startServe } from '../frame/serve.ts'
import { stop } from '../frame/server.ts'
import { warmUp } from '../frame/warm-up.ts'

const rounds = 5
const roundTime = 1500
/** As many as there are calls under way at most. */
const users = 32

type Work = (server: CognitoClient) => Operation

/** Users and tokens are created by the bench's server, which uses the same database. */
type Prepare = (cognito: CognitoClient) => Promise<Work>

const operations: Record<string, Prepare> = {
  async GetUser(cognito) {
    const tokens = await signInAll(cognito, await makeScene(cognito, { users }))
    return (server) => (worker) => server.call('GetUser', { AccessToken: tokens[worker]!.AccessToken })
  },
  async refresh(cognito) {
    const scene = await makeScene(cognito, { users })
    const tokens = await signInAll(cognito, scene)
    return (server) => (worker) =>
      askToken(server, scene.poolId, {
        grant_type: 'refresh_token',
        client_id: scene.clientId,
        refresh_token: tokens[worker]!.RefreshToken,
      })
  },
  async client_credentials(cognito) {
    const { poolId, clientId, secret } = await makeMachineClient(cognito)
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: secret }
    return (server) => () => askToken(server, poolId, form)
  },
}

/**
 * Two workers on two cores compared with one on one core. Load and database share these cores with the workers, so wall
 * time would show what is left for the workers. CPU time per operation shows what two workers cost each other: if it is
 * the same as with one, two cores do twice as much.
 */
const rowOf = (name: string, prepare: Prepare): Row => ({
  name: `two workers over one, ${name}`,
  async measure(bench): Promise<Figure> {
    const servers = await Promise.all([1, 2].map((workers) => startServe(bench, workers)))
    try {
      const work = await prepare(bench.cognito)
      const sides = servers.map(({ child, port }, index) => {
        const client = cognitoClient(port)
        const operation = work(client)
        // Each worker has as many calls under way.
        const ask = (milliseconds: number) =>
          onCores(index + 1, () => doFor(operation, bench.workers * (index + 1), milliseconds))
        return { child, client, ask }
      })
      for (const { child, ask } of sides) await warmUp([child.pid!], ask)
      const taken: { cost: number; rate: number }[][] = []
      for (let round = 0; round < rounds; round++) {
        const figures: { cost: number; rate: number }[] = []
        for (const { child, ask } of sides) {
          const before = cpuSeconds([child.pid!])
          const done = await ask(roundTime)
          figures.push({ cost: (cpuSeconds([child.pid!]) - before) / done, rate: (done / roundTime) * 1000 })
        }
        taken.push(figures)
      }
      const [one, two] = sides.map(({ child }) => memory([child.pid!]) / 1e6)
      for (const { client } of sides) client.close()
      const middle = (name: 'cost' | 'rate') =>
        [0, 1].map((side) => median(taken.map((figures) => figures[side]![name])))
      const [alone, together] = middle('cost').map((cost) => cost * 1e6)
      const [aloneRate, rate] = middle('rate')
      return {
        absolute: `${Math.round(together!)} µs of a core each, one alone ${Math.round(alone!)}; ${Math.round(rate!)}/s over ${Math.round(aloneRate!)}/s; ${Math.round(two! - one!)} MB more, with the process that watches over them`,
        yardstick: 'one worker',
        value: median(taken.map(([alone, together]) => (2 * alone!.cost) / together!.cost)),
        goal: 1.9,
        must: 1.8,
        better: 'more',
        details: {
          microseconds: together!,
          aloneMicroseconds: alone!,
          perSecond: rate!,
          alonePerSecond: aloneRate!,
          oneMegabytes: one!,
          twoMegabytes: two!,
        },
      }
    } finally {
      await Promise.all(servers.map(({ child }) => stop(child)))
    }
  },
})

export default Object.entries(operations).map(([name, prepare]) => rowOf(name, prepare))
