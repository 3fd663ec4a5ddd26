import type { InboxMessage } from '../delivery/inbox.ts'
import type { Fault } from '../dev/faults.ts'
import type { Seed } from '../dev/seed.ts'
import { OperatorError } from '../lib/operator-error.ts'
import type { OperationName } from '../pool/handler.ts'
import { type MessageFilter, type WaitOptions, waitForMessage } from './wait-for-message.ts'

/** A development server that runs elsewhere: in the runner's global set-up, in a container, in another terminal. */
export interface ConnectedPoolhouse {
  url: string
  inbox: {
    messages(filter?: Partial<MessageFilter>): Promise<InboxMessage[]>
    /** The newest message to an address, waiting for one that is newer than `since`. */
    waitFor(filter: MessageFilter, options?: WaitOptions): Promise<InboxMessage>
    clear(): Promise<void>
  }
  clock: {
    now(): Promise<Date>
    advance(by: { seconds?: number; minutes?: number; hours?: number; days?: number }): Promise<void>
    set(time: Date): Promise<void>
    reset(): Promise<void>
  }
  /** Makes an operation fail or delays it. */
  fail(operation: OperationName, fault: Fault): Promise<void>
  clearFailures(operation?: OperationName): Promise<void>
  seed(seed: Seed): Promise<void>
  /** Deletes every pool, or one. The server's initial seed is not applied again. */
  reset(userPoolId?: string): Promise<void>
}

/** @throws OperatorError if nothing answers at the address, which defaults to that of POOLHOUSE_URL */
export async function connectPoolhouse(
  url = process.env.POOLHOUSE_URL ?? 'http://localhost:9500',
): Promise<ConnectedPoolhouse> {
  const base = url.replace(/\/$/, '')

  async function ask<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${base}/_poolhouse/${path}`, { method, body: body && JSON.stringify(body) })
    const text = await response.text()
    if (!response.ok) throw new OperatorError(messageIn(text) ?? `${path} answered ${response.status}.`)
    return (text ? JSON.parse(text) : undefined) as T
  }

  const list = ({ to, userPoolId }: Partial<MessageFilter> = {}) => {
    const query = new URLSearchParams({ ...(to && { to }), ...(userPoolId && { userPoolId }) })
    return ask<InboxMessage[]>('GET', `messages?${query}`)
  }
  const turn = async (path: string, body: object) => {
    await ask('POST', path, body)
  }

  await ask('GET', 'clock').catch((error: Error) => {
    throw new OperatorError(`No development server of Poolhouse answers at ${base}: ${error.message}`)
  })
  return {
    url: base,
    inbox: {
      messages: list,
      waitFor: (filter, options) => waitForMessage(list, filter, options),
      clear: () => ask('DELETE', 'messages'),
    },
    clock: {
      now: async () => new Date((await ask<{ now: string }>('GET', 'clock')).now),
      advance: (advance) => turn('clock', { advance }),
      set: (time) => turn('clock', { set: time.toISOString() }),
      reset: () => turn('clock', { reset: true }),
    },
    fail: (operation, fault) => turn('faults', { operation, ...fault }),
    async clearFailures(operation) {
      await ask('DELETE', `faults${operation ? `?${new URLSearchParams({ operation })}` : ''}`)
    },
    seed: (seed) => turn('seed', seed),
    reset: (userPoolId) => turn('reset', { userPoolId }),
  }
}

function messageIn(text: string): string | undefined {
  try {
    return JSON.parse(text).message
  } catch {
    return undefined
  }
}
