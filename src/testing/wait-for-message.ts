import type { InboxMessage } from '../delivery/inbox.ts'

export interface MessageFilter {
  to: string
  userPoolId?: string
}

export interface WaitOptions {
  /** Only messages newer than this. */
  since?: Date
  /** In milliseconds. */
  timeout?: number
}

/** Below the five seconds that test runners allow a test, so that this error is the one that appears. */
const maxWait = 4000

/**
 * The newest message to an address, once `list` returns one. @throws Error naming the addresses that did receive
 * messages
 */
export async function waitForMessage(
  list: (filter?: MessageFilter) => InboxMessage[] | Promise<InboxMessage[]>,
  filter: MessageFilter,
  { since, timeout = maxWait }: WaitOptions = {},
): Promise<InboxMessage> {
  for (const deadline = Date.now() + timeout; ; ) {
    const found = (await list(filter)).findLast(({ createdAt }) => !since || new Date(createdAt) > since)
    if (found) return found
    if (Date.now() > deadline) throw new Error(noMessage(filter.to, timeout, await list()))
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

function noMessage(to: string, timeout: number, messages: InboxMessage[]): string {
  const others = [...new Set(messages.map((message) => message.to))].slice(0, 5)
  const seen = others.length > 0 ? `Messages came to ${others.join(', ')}.` : 'None came to anybody.'
  return `No message to ${to} came within ${timeout} ms. ${seen}`
}
