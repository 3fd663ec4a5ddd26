import { isOn } from '../../model/extensions.ts'
import type { Pool } from './pool.ts'

/**
 * What a client's own token must allow at the API for event streams, by the CAEP interoperability profile. A client that
 * registers itself can't ask for them: the events are about every user of the pool.
 */
export const streamScopes = { manage: 'ssf.manage', read: 'ssf.read' } as const

export const scopesOfStreams = (pool: Pick<Pool, 'extensions'>): string[] =>
  isOn('SharedSignals', pool) ? Object.values(streamScopes) : []

export const isStreamScope = (scope: string): boolean => Object.values<string>(streamScopes).includes(scope)
