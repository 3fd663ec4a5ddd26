/**
 * How an answer to GET /metrics gets the figures of every worker: each worker asks the supervisor, which asks them all.
 */
import type { Worker } from 'node:cluster'
import type { MetricsReport } from '../metrics.ts'

type ToSupervisor =
  | { type: 'collect metrics'; id: number }
  | { type: 'metrics report'; id: number; report: MetricsReport }
type ToWorker =
  | { type: 'report metrics'; id: number }
  | { type: 'collected metrics'; id: number; reports: MetricsReport[] }

/** A worker that has not answered by then is left out: it is stopping, or stuck. */
const patience = 2000

let lastId = 0

/** In a worker: the reports of all workers that answer, including its own. */
export function collectFromAll(): Promise<MetricsReport[]> {
  const id = ++lastId
  return new Promise((resolve, reject) => {
    const give = setTimeout(() => finish(() => reject(new Error('The supervisor does not answer'))), 2 * patience)
    const listen = (message: ToWorker) => {
      if (message?.type === 'collected metrics' && message.id === id) finish(() => resolve(message.reports))
    }
    const finish = (settle: () => void) => {
      clearTimeout(give)
      process.off('message', listen)
      settle()
    }
    process.on('message', listen)
    send({ type: 'collect metrics', id })
  })
}

/** In a worker: sends its own figures when the supervisor asks. */
export function onReportAsked(report: () => Promise<MetricsReport>): void {
  process.on('message', async (message: ToWorker) => {
    if (message?.type === 'report metrics') send({ type: 'metrics report', id: message.id, report: await report() })
  })
}

/** In the supervisor: answers a worker's request with the reports of all `workers`. */
export function answerCollectors(asker: Worker, workers: () => Worker[]): void {
  asker.on('message', async (message: ToSupervisor) => {
    if (message?.type !== 'collect metrics') return
    const id = ++lastId
    const reports = await Promise.all(workers().map((worker) => reportOf(worker, id)))
    const present = reports.filter((report) => report !== undefined)
    if (asker.isConnected()) asker.send({ type: 'collected metrics', id: message.id, reports: present })
  })
}

function reportOf(worker: Worker, id: number): Promise<MetricsReport | undefined> {
  return new Promise((resolve) => {
    const finish = (report?: MetricsReport) => {
      clearTimeout(timer)
      worker.off('message', listen)
      worker.off('exit', leave)
      resolve(report)
    }
    const leave = () => finish()
    const listen = (message: ToSupervisor) => {
      if (message?.type === 'metrics report' && message.id === id) finish(message.report)
    }
    const timer = setTimeout(finish, patience)
    worker.on('message', listen)
    worker.on('exit', leave)
    if (worker.isConnected()) worker.send({ type: 'report metrics', id } satisfies ToWorker)
    else finish()
  })
}

function send(message: ToSupervisor): void {
  if (process.connected) process.send!(message)
}
