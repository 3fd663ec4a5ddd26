import type { Seed } from './seed.ts'

/** A message that the server has delivered to its inbox. */
export interface Message {
  id: string
  userPoolId: string
  medium: 'EMAIL' | 'SMS'
  to: string
  subject: string
  body: string
  /** The code or the temporary password in the body. */
  code?: string
  createdAt: string
}

export interface MessageFilter {
  to?: string
  userPoolId?: string
}

export interface Inbox {
  /** Newest last. */
  messages(filter?: MessageFilter): Promise<Message[]>
  /** The newest message to an address, once there is one; after `since`, if that is given. `timeout` is in milliseconds. */
  waitFor(filter: MessageFilter & { to: string }, options?: { since?: Date; timeout?: number }): Promise<Message>
  clear(): Promise<void>
}

export interface Duration {
  seconds?: number
  minutes?: number
  hours?: number
  days?: number
}

export interface Clock {
  now(): Promise<Date>
  advance(by: Duration): Promise<void>
  set(time: Date): Promise<void>
  reset(): Promise<void>
}

export interface Fault {
  /** The error to answer with; without it the call is only late. */
  type?: string
  message?: string
  /** Milliseconds before the answer. */
  delay?: number
  /** How many calls are affected; without it, all until the failure is cleared. */
  times?: number
}

export interface Control {
  inbox: Inbox
  clock: Clock
  fail(operation: string, fault: Fault): Promise<void>
  clearFailures(operation?: string): Promise<void>
  seed(seed: Seed): Promise<void>
  reset(): Promise<void>
}

/** The controls of a development server at an address: its paths under `/_poolhouse/`. */
export function controlOf(url: string): Control {
  async function ask<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${url}/_poolhouse/${path}`, { method, body: body && JSON.stringify(body) })
    const text = await response.text()
    if (!response.ok) throw new Error(messageIn(text) ?? `${path} answered ${response.status}.`)
    return (text ? JSON.parse(text) : undefined) as T
  }
  const change = async (method: string, path: string, body?: object) => {
    await ask(method, path, body)
  }
  const messages = (filter: MessageFilter = {}) =>
    ask<Message[]>('GET', `messages?${new URLSearchParams({ ...filter } as Record<string, string>)}`)

  return {
    inbox: {
      messages,
      waitFor: (filter, options) => waitForMessage(messages, filter, options),
      clear: () => change('DELETE', 'messages'),
    },
    clock: {
      now: async () => new Date((await ask<{ now: string }>('GET', 'clock')).now),
      advance: (by) => change('POST', 'clock', { advance: by }),
      set: (time) => change('POST', 'clock', { set: time.toISOString() }),
      reset: () => change('POST', 'clock', { reset: true }),
    },
    fail: (operation, fault) => change('POST', 'faults', { operation, ...fault }),
    clearFailures: (operation) =>
      change('DELETE', operation ? `faults?${new URLSearchParams({ operation })}` : 'faults'),
    seed: (seed) => change('POST', 'seed', seed),
    reset: () => change('POST', 'reset', {}),
  }
}

async function waitForMessage(
  list: Inbox['messages'],
  filter: MessageFilter & { to: string },
  // Below the five seconds that test runners give a test.
  { since, timeout = 4000 }: { since?: Date; timeout?: number } = {},
): Promise<Message> {
  for (const deadline = Date.now() + timeout; ; ) {
    const found = (await list(filter)).findLast(({ createdAt }) => !since || new Date(createdAt) > since)
    if (found) return found
    if (Date.now() > deadline) {
      const others = [...new Set((await list()).map(({ to }) => to))].slice(0, 5)
      const seen = others.length > 0 ? `Messages came to ${others.join(', ')}.` : 'None came to anybody.'
      throw new Error(`No message to ${filter.to} came within ${timeout} ms. ${seen}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function messageIn(text: string): string | undefined {
  try {
    return JSON.parse(text).message
  } catch {
    return undefined
  }
}
