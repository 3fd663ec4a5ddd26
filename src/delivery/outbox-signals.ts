import { EventEmitter } from 'node:events'
import type { OutboxRow } from './outbox-store.ts'

export interface AttemptOutcome {
  state: 'queued' | 'delivered' | 'dead'
}

/** A slot for one delivery attempt of this process, reserved for a message about to be written. */
export interface Place {
  /** The claim to write into the row, so that no other node takes the message meanwhile. */
  claim: { attempts: number; until: Date }
  /**
   * Tells the worker that the row is committed. Undefined if the worker has stopped: the message is due when its claim
   * expires.
   */
  attempt(row: Omit<OutboxRow, 'attempts'>): Promise<AttemptOutcome> | undefined
  /** Releases the slot. Call it in any case, whether or not there was an attempt. */
  leave(): void
}

/** How a message leaves: by its medium's transport, or by a function of its pool. */
export interface WayOut {
  poolId: string
  medium: OutboxRow['medium']
  byFunction: boolean
}

/** Messages of one lane have the same destination. One that hangs holds up no other lane. */
export const laneOf = ({ poolId, medium, byFunction }: WayOut): string => (byFunction ? `${poolId} ${medium}` : medium)

/**
 * Signals between the writers of messages and the worker of this process. They only make delivery prompt: without them,
 * a node finds the message in the table a little later.
 */
export interface OutboxSignals {
  /** Announces a message that is in the table, or will be once the current transaction commits. */
  wake(): void
  /** Returns a function that stops listening. */
  onWake(listener: () => void): () => void
  attempted(reference: string, outcome: AttemptOutcome): void
  /** Calls back once, after this process's next attempt at a message. Returns a function that stops listening. */
  onAttempt(reference: string, listener: (outcome: AttemptOutcome) => void): () => void
  /** Reserves a slot of this process's worker, so the message needn't be polled for; undefined if none is free for it. */
  reserve(message?: WayOut): Place | undefined
  /** Registers the worker's way to reserve slots. Returns a function that unregisters it. */
  onReserve(place: (message?: WayOut) => Place | undefined): () => void
}

export function createOutboxSignals(): OutboxSignals {
  const wakes = new EventEmitter()
  const attempts = new EventEmitter().setMaxListeners(0)
  let places: ((message?: WayOut) => Place | undefined) | undefined
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
    reserve: (message) => places?.(message),
    onReserve(place) {
      places = place
      return () => {
        if (places === place) places = undefined
      }
    },
  }
}
