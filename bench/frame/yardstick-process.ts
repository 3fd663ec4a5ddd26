// A yardstick in its own process, so that its CPU time can be measured separately.
import { pathToFileURL } from 'node:url'
import { doFor, doMany } from './load.ts'
import type { Yardstick } from './yardstick.ts'

const [file, connection] = process.argv.slice(2)
const module = (await import(pathToFileURL(file!).href)) as { start(connection?: object): Promise<Yardstick> }
const { operation, port } = await module.start(connection ? JSON.parse(connection) : undefined)

process.on('message', async ({ workers, count, milliseconds }: Record<string, number>) => {
  if (milliseconds !== undefined) process.send!({ done: await doFor(operation!, workers!, milliseconds) })
  else {
    await doMany(operation!, workers!, count!)
    process.send!({ done: count })
  }
})
process.on('disconnect', () => process.exit(0))
process.send!({ port: port ?? 0 })
