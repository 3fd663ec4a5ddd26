/** How the supervisor finds a worker that lives but no longer answers: a blocked event loop, a stopped process. */
import type { Worker } from 'node:cluster'

const ping = { type: 'ping' }
const pong = { type: 'pong' }
const pingsPerTimeout = 6

/**
 * In the supervisor: asks the worker again and again until it exits, and calls `onSilent` once where it has answered none
 * of the questions of `timeout` milliseconds. Questions are counted, not time, so that a machine that slept is no fault of
 * its workers.
 */
export function watchHeartbeat(worker: Worker, timeout: number, onSilent: () => void): void {
  let unanswered = 0
  const timer = setInterval(() => {
    if (unanswered++ === pingsPerTimeout) onSilent()
    else if (worker.isConnected()) worker.send(ping, () => {})
  }, timeout / pingsPerTimeout)
  worker.on('message', (message) => {
    if (message?.type === pong.type) unanswered = 0
  })
  worker.once('exit', () => clearInterval(timer))
}

/** In a worker: answers. */
export function answerHeartbeat(): void {
  process.on('message', (message: { type?: string } | null) => {
    if (message?.type === ping.type && process.connected) process.send!(pong)
  })
}
