/** A delivered message as shown at `/_poolhouse/messages`. Dev only. */
export interface InboxMessage {
  id: string
  userPoolId: string
  medium: 'EMAIL' | 'SMS'
  to: string
  subject: string
  body: string
  /** The code or temporary password in the body, so tests don't have to parse the text. */
  code?: string
  createdAt: string
}

/** The newest messages of a dev server. They are held in memory and lost when it stops. */
export interface Inbox {
  /** One that is sent again is there once. */
  add(message: InboxMessage): void
  /** Newest last. */
  list(filter?: { userPoolId?: string; to?: string }): InboxMessage[]
  clear(): void
}

export function createInbox(capacity = 1000): Inbox {
  const messages = new Map<string, InboxMessage>()
  return {
    add(message) {
      const key = `${message.userPoolId} ${message.id}`
      if (messages.has(key)) return
      messages.set(key, message)
      if (messages.size > capacity) messages.delete(messages.keys().next().value!)
    },
    list({ userPoolId, to } = {}) {
      return [...messages.values()].filter(
        (message) => (!userPoolId || message.userPoolId === userPoolId) && (!to || message.to === to),
      )
    },
    clear() {
      messages.clear()
    },
  }
}
