import { bareStack } from '../frame/bare-stack.ts'
import { pause } from '../frame/load.ts'
import { memory } from '../frame/processes.ts'
import type { Figure, Row } from '../frame/row.ts'
import { newDataDir, removeDataDir, startServer } from '../frame/server.ts'

/** Long enough for the work that a first start postpones. */
const idleFor = 6000

const row: Row = {
  name: 'idle memory, Node and database',
  async measure(): Promise<Figure> {
    const ours = await whileIdle(startServer)
    const bare = await whileIdle(bareStack)
    return {
      absolute: megabytes(ours),
      yardstick: `bare stack, ${megabytes(bare)}`,
      value: ours / bare,
      goal: 1,
      must: 1.2,
      better: 'less',
      details: { bytes: ours, yardstickBytes: bare },
    }
  },
}
export default row

const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`

async function whileIdle(start: (folder: string) => Promise<{ pid: number; stop(): Promise<void> }>): Promise<number> {
  const folder = newDataDir()
  const stack = await start(folder)
  await pause(idleFor)
  const bytes = memory([stack.pid])
  await stack.stop()
  removeDataDir(folder)
  return bytes
}
