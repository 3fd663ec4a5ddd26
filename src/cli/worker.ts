import { startPoolhouse } from '../app.ts'
import type { Config } from '../config.ts'
import { yieldThreadPool } from '../lib/thread-priority.ts'
import { answerHeartbeat } from './heartbeat.ts'
import { stopServer } from './run.ts'
import { connectionsFromSupervisor } from './shared-port.ts'
import { collectFromAll, onReportAsked } from './worker-metrics.ts'

/** One of the processes of `serve` that share a port. It ends when the supervisor tells it to. */
export async function runWorker(config: Config): Promise<void> {
  const server = await startPoolhouse(config, {
    jobs: process.env.POOLHOUSE_WORKER_JOBS === 'all' ? 'all' : 'messages',
    connect: connectionsFromSupervisor,
    collectMetrics: collectFromAll,
  })
  answerHeartbeat()
  onReportAsked(server.reportMetrics)
  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    void stopServer(server, config.shutdownDelay)
  }
  process.on('SIGTERM', stop)
  // A terminal sends the signal to every process of the group; the supervisor handles it for all of them.
  process.on('SIGINT', () => {})
  process.on('SIGHUP', () => {})
  process.on('disconnect', stop)
  await yieldThreadPool()
}
