// Loaded before each test file: one that leaves something open, say a server whose set-up failed, would keep its process
// and with it the whole run from ending. Threads and forks of the file inherit it and need none.
import { isMainThread } from 'node:worker_threads'

const patience = 120_000
const [, file = ''] = process.argv

if (isMainThread && file.endsWith('.test.ts')) {
  const { after } = await import('node:test')
  after(() => {
    setTimeout(() => {
      const open = process.getActiveResourcesInfo().join(', ')
      console.error(`${file} was done ${patience / 1000} s ago, but something keeps it open: ${open}`)
      process.exit(1)
    }, patience).unref()
  })
}
