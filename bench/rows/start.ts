import { bareStack } from '../frame/bare-stack.ts'
import { cognitoClient } from '../frame/http-client.ts'
import { median } from '../frame/load.ts'
import type { Figure, Row } from '../frame/row.ts'
import { newDataDir, type RunningServer, removeDataDir, startServer } from '../frame/server.ts'

const starts = 3

/** Wall time from the start of the process to the first token, in a new folder and in an existing one. */
const rows: Row[] = [
  {
    name: 'start to first token, new folder',
    async measure() {
      const taken: Times = { ours: [], bare: [] }
      for (let start = 0; start < starts; start++) {
        await inNewFolder(async (folder) => void taken.ours.push(await poolhouseStart(folder)))
        await inNewFolder(async (folder) => void taken.bare.push(await bareStart(folder)))
      }
      return figure(taken, { goal: 1.3, must: 1.6 })
    },
  },
  {
    name: 'start to first token, existing folder',
    async measure() {
      const taken: Times = { ours: [], bare: [] }
      await inNewFolder(async (folder) => {
        await poolhouseStart(folder)
        for (let start = 0; start < starts; start++) taken.ours.push(await poolhouseStart(folder))
      })
      await inNewFolder(async (folder) => {
        await bareStart(folder)
        for (let start = 0; start < starts; start++) taken.bare.push(await bareStart(folder))
      })
      return figure(taken, { goal: 1.4, must: 1.8 })
    },
  },
]
export default rows

interface Times {
  ours: number[]
  bare: number[]
}

function figure({ ours, bare }: Times, { goal, must }: Pick<Figure, 'goal' | 'must'>): Figure {
  const [own, other] = [median(ours), median(bare)]
  return {
    absolute: `${(own / 1000).toFixed(2)} s`,
    yardstick: `bare stack, ${(other / 1000).toFixed(2)} s`,
    value: own / other,
    goal,
    must,
    better: 'less',
    details: { milliseconds: own, yardstickMilliseconds: other },
  }
}

async function poolhouseStart(folder: string): Promise<number> {
  const started = performance.now()
  const server = await startServer(folder)
  await firstToken(server)
  const taken = performance.now() - started
  await server.stop()
  return taken
}

async function firstToken({ port, demo }: RunningServer): Promise<void> {
  const cognito = cognitoClient(port)
  await cognito.call('InitiateAuth', {
    ClientId: demo.clientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: demo.username, PASSWORD: demo.password },
  })
  cognito.close()
}

async function bareStart(folder: string): Promise<number> {
  const started = performance.now()
  const stack = await bareStack(folder)
  const taken = performance.now() - started
  await stack.stop()
  return taken
}

async function inNewFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = newDataDir()
  try {
    await work(folder)
  } finally {
    removeDataDir(folder)
  }
}
