import { EventEmitter } from 'node:events'

export interface AttemptOutcome {
  state: 'queued' | 'delivered' | 'dead'
}

/**
 * What the writers of messages and the worker of this process tell each other. It only makes delivery prompt: a node
 * that hears nothing finds the same in the table a little later.
 */
export interface OutboxSignals {
  /** A message is in the table, or will be once the transaction under way commits. */
  wake(): void
  /** The answer stops listening. */
  onWake(listener: () => void): () => void
  attempted(reference: string, outcome: AttemptOutcome): void
  /** Calls once, after the next attempt of this process at a message; the answer stops listening. */
  onAttempt(reference: string, listener: (outcome: AttemptOutcome) => void): () => void
}

export function createOutboxSignals(): OutboxSignals {
  const wakes = new EventEmitter()
  const attempts = new EventEmitter().setMaxListeners(0)
  return {
    wake: () => void wakes.emit('wake'),
    onWake(listener) {
      wakes.on('wake', listener)
      return () => void wakes.off('wake', listener)
    },
    attempted: (reference, outcome) => void attempts.emit(reference, outcome),
    onAttempt(reference, listener) {
      attempts.once(reference, listener)
      return () => void attempts.off(reference, listener)
    },
  }
}
