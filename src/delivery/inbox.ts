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
  add(message: InboxMessage): void
  /** Newest last. */
  list(filter?: { userPoolId?: string; to?: string }): InboxMessage[]
  clear(): void
}

export function createInbox(capacity = 1000): Inbox {
  let messages: InboxMessage[] = []
  return {
    add(message) {
      messages.push(message)
      if (messages.length > capacity) messages = messages.slice(-capacity)
    },
    list({ userPoolId, to } = {}) {
      return messages.filter(
        (message) => (!userPoolId || message.userPoolId === userPoolId) && (!to || message.to === to),
      )
    },
    clear() {
      messages = []
    },
  }
}
