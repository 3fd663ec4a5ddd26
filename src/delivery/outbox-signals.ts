import { EventEmitter } from 'node:events'
import type { OutboxRow } from './outbox-store.ts'

export interface AttemptOutcome {
  state: 'queued' | 'delivered' | 'dead'
}

/** Room for one attempt of this process, kept for a message that is about to be written. */
export interface Place {
  /** What the row has to say, so that nobody else takes the message meanwhile. */
  claim: { attempts: number; until: Date }
  /** The row is in the table. Undefined where the worker has stopped: the message is due when its claim ends. */
  attempt(row: Omit<OutboxRow, 'attempts'>): Promise<AttemptOutcome> | undefined
  /** To be called at the end, whether there has been an attempt or not. */
  leave(): void
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
  /** A place of the worker of this process, so that a message need not be looked for; undefined where none is free. */
  reserve(): Place | undefined
  /** The worker says how places are had; the answer takes that back. */
  onReserve(place: () => Place | undefined): () => void
}

export function createOutboxSignals(): OutboxSignals {
  const wakes = new EventEmitter()
  const attempts = new EventEmitter().setMaxListeners(0)
  let places: (() => Place | undefined) | undefined
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
    reserve: () => places?.(),
    onReserve(place) {
      places = place
      return () => {
        if (places === place) places = undefined
      }
    },
  }
}
