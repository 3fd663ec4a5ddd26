import { availableParallelism } from 'node:os'
import { doFor, type Operation, quantile } from '../frame/load.ts'
import type { Figure, Row } from '../frame/row.ts'
import { makeScene, signIn, signInAll } from '../frame/scene.ts'

const readers = 4
const period = 4000

/** The latency of reads while passwords fill the hash queue: a few quick calls beside many slow ones. */
const row: Row = {
  name: 'GetUser p99 while sign-ins queue',
  async measure({ cognito }): Promise<Figure> {
    const scene = await makeScene(cognito)
    const tokens = await signInAll(cognito, scene)
    const times: number[] = []
    const read: Operation = async (worker) => {
      const started = performance.now()
      await cognito.call('GetUser', { AccessToken: tokens[worker]!.AccessToken })
      times.push(performance.now() - started)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    const p99 = async () => {
      times.length = 0
      await doFor(read, readers, period)
      return quantile(times, 0.99)
    }

    await doFor(read, readers, 1000)
    const quiet = await p99()
    const signingIn = doFor(
      (worker) => signIn(cognito, scene.clientId, scene.users[worker]!.username),
      scene.users.length,
      period + 1000,
    )
    await new Promise((resolve) => setTimeout(resolve, 500))
    const busy = await p99()
    await signingIn
    return {
      absolute: `${busy.toFixed(1)} ms`,
      yardstick: `unloaded, ${quiet.toFixed(1)} ms`,
      value: busy,
      goal: 5 * quiet,
      must: 50,
      better: 'less',
      details: { milliseconds: busy, yardstickMilliseconds: quiet, cores: availableParallelism() },
    }
  },
}
export default row
