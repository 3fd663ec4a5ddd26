/** How a receiver wants security events (Shared Signals). */
export interface StreamSettings {
  method: 'push' | 'poll'
  /** Where events are pushed to. */
  endpointUrl?: string
  /** URIs of event types, also of those that this server does not have. */
  eventsRequested: string[]
  description?: string
}

export const streamStatuses = ['enabled', 'paused', 'disabled'] as const

export type StreamStatus = (typeof streamStatuses)[number]
