/**
 * How the supervisor finds a worker that is alive but no longer answers: its event loop is blocked, or the process is
 * stopped.
 */
import type { Worker } from 'node:cluster'

const ping = { type: 'ping' }
const pong = { type: 'pong' }
const pingsPerTimeout = 6

/**
 * In the supervisor: pings the worker until it exits, and calls `onSilent` once if no ping within `timeout`
 * milliseconds was answered. It counts pings rather than time, so that workers are not blamed when the machine was
 * asleep.
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

/** In a worker: answers the pings. */
export function answerHeartbeat(): void {
  process.on('message', (message: { type?: string } | null) => {
    if (message?.type === ping.type && process.connected) process.send!(pong)
  })
}
